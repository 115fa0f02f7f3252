-- Which warnings were told before a webhook becomes inactive, so that all nodes together tell each once.
-- A new table only; takes no lock on any that exists, but for the reference to webhook.

create table changepost.webhook_warning (
  webhook_id    bigint      not null references changepost.webhook (id) on delete cascade,
  failing_since timestamptz not null,             -- of which series of failures; the next series is warned of anew
  percent       smallint    not null check (percent in (50, 90)),
  told_at       timestamptz not null default clock_timestamp(),
  primary key (webhook_id, failing_since, percent)
);
