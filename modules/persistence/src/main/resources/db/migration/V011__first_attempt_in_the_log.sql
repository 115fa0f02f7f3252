-- Nearly every delivery ends with its first attempt. That attempt then stands in the row of
-- delivery_log that the outcome writes anyway, instead of in a row and an index entry of its own in
-- attempt: an outcome costs a third less. All further ones, and those of a resend or replay, stay in
-- attempt. Adds columns without a default, which locks delivery_log for a moment and rewrites nothing.
-- The release before goes on writing every attempt to attempt, which is as good; it does not show
-- those that stand in the log, and its replays drop them with the row.
alter table changepost.delivery_log
  add column first_at            timestamptz,   -- null: attempt has it
  add column first_duration_ms   integer,
  add column first_status        integer,
  add column first_response_body text;

-- Wherever they stand; this is what is read.
create view changepost.every_attempt as
select change_id, webhook_id, change_at, round, number, at, duration_ms, status, error, response_body
from changepost.attempt
union all
select change_id, webhook_id, change_at, 1::smallint, 1::smallint, first_at, first_duration_ms, first_status, null, first_response_body
from changepost.delivery_log
where first_at is not null;
