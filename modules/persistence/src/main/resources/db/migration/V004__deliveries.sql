-- Deliveries: the hot table of what is still to do, and the history of what was done, by day.
-- New tables only. None of the three has foreign keys: fan-out and outcomes write thousands of rows
-- a second here, and the statements that write them read change and webhook in the same breath.

-- One row for each message that is not at its end yet. A narrow row: the change's JSON is stored
-- once, in change. Most rows are inserted leased and deleted within seconds, so the table is
-- vacuumed by count, not by share, and never analyzed into a wrong picture of an empty table.
create table changepost.delivery (
  change_id     bigint      not null,
  webhook_id    bigint      not null,
  change_at     timestamptz not null,             -- change.captured_at; names the day's partition
  salt          bigint      not null,             -- third part of the message's id
  bytes         integer     not null,             -- change.bytes
  star          text,                             -- the fact that fan-out judged by
  contact_rank  integer,                          -- likewise; only where the organization is over the limit
  ordering_key  bigint,                           -- only for ordered webhooks: hash of object and object id
  round         smallint    not null default 1 check (round >= 1),
  attempt_count smallint    not null default 0 check (attempt_count >= 0),  -- outcomes known in this round
  lost_leases   smallint    not null default 0 check (lost_leases between 0 and 2),
  due_at        timestamptz not null default clock_timestamp(),  -- when to claim it; while leased, when the lease ends
  token         bigint,                           -- not null: leased; an outcome must name it
  primary key (webhook_id, change_id)             -- in this order, so that it lists one webhook's too
) with (fillfactor = 80,
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000,
        autovacuum_vacuum_cost_delay = 1);
create index delivery_due on changepost.delivery (webhook_id, due_at);
-- Ordered webhooks: the head of each object's queue.
create index delivery_order on changepost.delivery (webhook_id, ordering_key, change_id) where ordering_key is not null;

-- One row for each message that came to its end, until retention drops its day.
create table changepost.delivery_log (
  change_id     bigint      not null,
  webhook_id    bigint      not null,
  change_at     timestamptz not null,
  salt          bigint      not null,
  star          text,
  contact_rank  integer,
  round         smallint    not null,
  attempt_count smallint    not null,
  state         text        not null check (state in ('delivered', 'failed')),
  reason        text check (reason in ('attempts exhausted', 'webhook inactive', 'gone', 'worker lost')),
  finished_at   timestamptz not null default clock_timestamp(),
  constraint delivery_log_failed_has_reason check ((state = 'failed') = (reason is not null))
) partition by range (change_at);
create unique index delivery_log_message on changepost.delivery_log (webhook_id, change_id, change_at);
create index delivery_log_failed on changepost.delivery_log (webhook_id, change_id) where state = 'failed';
create table changepost.delivery_log_default partition of changepost.delivery_log default;

-- One row for each attempt whose outcome is known.
create table changepost.attempt (
  change_id     bigint      not null,
  webhook_id    bigint      not null,
  change_at     timestamptz not null,
  round         smallint    not null,
  number        smallint    not null,
  at            timestamptz not null,
  duration_ms   integer     not null,
  status        integer,
  error         text,
  response_body text,
  primary key (webhook_id, change_id, round, number, change_at)
) partition by range (change_at);
create table changepost.attempt_default partition of changepost.attempt default;

-- Makes the three partitions of one UTC day where they lack, and moves there what meanwhile went
-- into the default ones. Returns how many it made. Attaching locks the parents only against other
-- schema changes and the default partitions, which are as good as empty, fully.
create function changepost.ensure_day(day date) returns integer
language plpgsql as $$
declare
  made   integer := 0;
  parent text;
  child  text;
  clock  text;
  since  timestamptz := day::timestamp at time zone 'UTC';
  until  timestamptz := (day + 1)::timestamp at time zone 'UTC';
begin
  -- Two nodes may ask for the same day at once.
  perform pg_advisory_xact_lock(hashtext('changepost.partitions'), 0);
  foreach parent in array array['change', 'delivery_log', 'attempt'] loop
    child := parent || '_' || to_char(day, 'YYYYMMDD');
    clock := case parent when 'change' then 'captured_at' else 'change_at' end;
    continue when to_regclass('changepost.' || child) is not null;
    execute format('create table changepost.%I (like changepost.%I including defaults including constraints)', child, parent);
    execute format('lock table changepost.%I in access exclusive mode', parent || '_default');
    execute format('with moved as (delete from changepost.%I where %I >= $1 and %I < $2 returning *)'
                   ' insert into changepost.%I select * from moved', parent || '_default', clock, clock, child)
      using since, until;
    execute format('alter table changepost.%I attach partition changepost.%I for values from (%L) to (%L)',
                   parent, child, since, until);
    made := made + 1;
  end loop;
  return made;
end
$$;

-- Whether a delivery that is not at its end, or a change that is not fanned out, is of that UTC day.
create function changepost.is_day_needed(day date) returns boolean
language plpgsql as $$
declare
  child   text := 'change_' || to_char(day, 'YYYYMMDD');
  since   timestamptz := day::timestamp at time zone 'UTC';
  until   timestamptz := (day + 1)::timestamp at time zone 'UTC';
  lowest  bigint;
  highest bigint;
begin
  if to_regclass('changepost.' || child) is not null then
    -- By the ids of that day, webhook after webhook, because that is what the key leads to.
    execute format('select min(id), max(id) from changepost.%I', child) into lowest, highest;
    if exists (
      with recursive waiting as (
        (select d.webhook_id from changepost.delivery d order by d.webhook_id limit 1)
        union all
        select (select d.webhook_id from changepost.delivery d where d.webhook_id > w.webhook_id order by d.webhook_id limit 1)
        from waiting w where w.webhook_id is not null
      )
      select 1 from waiting w join changepost.delivery d on d.webhook_id = w.webhook_id
      where d.change_id between lowest and highest and d.change_at >= since and d.change_at < until
    ) then
      return true;
    end if;
  end if;
  -- Outbox rows are taken oldest first, so those of an old day are among the first.
  return exists (select 1 from (select o.captured_at from changepost.outbox o order by o.id limit 10000) o
                 where o.captured_at >= since and o.captured_at < until);
end
$$;

-- Drops the three partitions of one UTC day, unless it is still needed. Returns whether it dropped
-- any. Asks a second time when they are locked, so that a replay that reads them now either comes
-- first, and its deliveries are seen, or finds nothing. Dropping locks the parents fully for a
-- moment: the caller sets lock_timeout and tries again later.
create function changepost.drop_day(day date) returns boolean
language plpgsql as $$
declare
  suffix text := '_' || to_char(day, 'YYYYMMDD');
  parent text;
begin
  perform pg_advisory_xact_lock(hashtext('changepost.partitions'), 0);
  if coalesce(to_regclass('changepost.change' || suffix), to_regclass('changepost.delivery_log' || suffix),
              to_regclass('changepost.attempt' || suffix)) is null
     or changepost.is_day_needed(day) then
    return false;
  end if;
  lock table only changepost.change, only changepost.delivery_log, only changepost.attempt in access exclusive mode;
  foreach parent in array array['change', 'delivery_log', 'attempt'] loop
    if to_regclass('changepost.' || parent || suffix) is not null then
      execute format('lock table changepost.%I in access exclusive mode', parent || suffix);
    end if;
  end loop;
  if changepost.is_day_needed(day) then
    return false;
  end if;
  foreach parent in array array['change', 'delivery_log', 'attempt'] loop
    execute format('drop table if exists changepost.%I', parent || suffix);
  end loop;
  return true;
end
$$;

-- So that the first rows find their day.
select changepost.ensure_day((now() at time zone 'UTC')::date + ahead) from generate_series(0, 3) as ahead;
