-- Outcome, where all of a batch was leased by fan-out and delivered by that first attempt, as nearly always while nothing waits: the part of
-- outcome/record-delivered that is left then. A statement's parts cost as much as fifty of its rows, so that few are left is what makes
-- few outcomes cheap.
-- Returns the tokens of the leases that still stood, under which all that was given is recorded. Not for what may be recorded already: the
-- key of delivery_log refuses that, and then nothing is written.
-- Needs the primary keys of lease and webhook_health, and delivery_log_message.
-- Locks leases, then health, each in the order of their ids, as outcome/record does.
with
clock as materialized (select clock_timestamp() as now),
held as materialized (
  select l.token, l.open, e.ended
  from (select * from unnest(?::bigint[], ?::integer[]) as e (token, ended) order by token offset 0) e
  cross join lateral (
    select l.token, l.open from changepost.lease l where l.token = e.token for update) l
),
given as materialized (
  select g.*
  from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::text[],
              ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
    as g (change_id, webhook_id, token, at_micros, duration_ms, status, response_body,
          leased_change_micros, leased_salt, leased_star, leased_rank)
  where g.token = any (array(select token from held))
),
logged as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, finished_at,
    first_at, first_duration_ms, first_status, first_response_body)
  select g.change_id, g.webhook_id, timestamptz 'epoch' + g.leased_change_micros * interval '1 microsecond', g.leased_salt, g.leased_star,
    g.leased_rank, 1, 1, 'delivered', (select now from clock),
    timestamptz 'epoch' + g.at_micros * interval '1 microsecond', g.duration_ms, g.status, g.response_body
  from given g
),
-- A lease is over with the last of its outcomes.
closed as (
  delete from changepost.lease l
  where l.token = any (array(select h.token from held h where h.open <= h.ended))
),
counted as (
  update changepost.lease l
  set open = l.open - (select h.ended from held h where h.token = l.token)
  where l.token = any (array(select h.token from held h where h.open > h.ended))
),
-- For a webhook that goes on succeeding, once a second is enough.
health as materialized (
  select h.webhook_id
  from (select distinct webhook_id from given order by webhook_id offset 0) j
  cross join lateral (
    select h.webhook_id
    from changepost.webhook_health h
    where h.webhook_id = j.webhook_id
      and (h.failing_since is not null or coalesce(h.last_success_at < (select now from clock) - interval '1 second', true))
    for no key update) h
),
healed as (
  update changepost.webhook_health h
  set last_success_at = (select now from clock), failing_since = null
  where h.webhook_id = any (array(select webhook_id from health))
)
select token, null::bigint as change_id, null::bigint as webhook_id, null::bigint as ordering_key from held
