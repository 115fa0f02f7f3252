-- Outcome, where all of a batch was claimed and delivered by the first attempt of all, as while much waits for one webhook: the part of
-- outcome/record-delivered that is left then.
-- Returns a row for each that was still leased under the token it names. Not for what may be recorded already.
-- Needs the primary keys of delivery and webhook_health, and delivery_log_message.
-- Locks deliveries, then health, each in the order of their ids, as outcome/record does.
with
clock as materialized (select clock_timestamp() as now),
mine as materialized (
  select g.*, d.tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key
  from (
    select *
    from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::text[])
      as g (change_id, webhook_id, token, at_micros, duration_ms, status, response_body)
    order by webhook_id, change_id offset 0) g
  cross join lateral (
    select d.ctid as tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key
    from changepost.delivery d
    -- In the order of the key, which no other index has: in a table that is empty when this is planned all of them cost the same.
    where d.webhook_id = g.webhook_id and d.change_id between g.change_id and g.change_id and d.token = g.token
      and d.round = 1 and d.attempt_count = 0
    order by d.change_id
    limit 1
    for update) d
),
removed as (
  delete from changepost.delivery d
  where d.ctid = any (array(select tid from mine))
),
logged as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, finished_at,
    first_at, first_duration_ms, first_status, first_response_body)
  select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank, 1, 1, 'delivered', (select now from clock),
    timestamptz 'epoch' + m.at_micros * interval '1 microsecond', m.duration_ms, m.status, m.response_body
  from mine m
),
-- For a webhook that goes on succeeding, once a second is enough. A key that is searched for by a list is walked in its order.
healed as (
  update changepost.webhook_health h
  set last_success_at = (select now from clock), failing_since = null
  where h.webhook_id = any (array(select webhook_id from mine))
    and (h.failing_since is not null or coalesce(h.last_success_at < (select now from clock) - interval '1 second', true))
)
select null::bigint as token, change_id, webhook_id, ordering_key from mine
