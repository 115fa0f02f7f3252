-- Outcome, where all of a batch was leased by fan-out and delivered by that first attempt, as nearly always while nothing waits: the part of
-- outcome/record-delivered that is left then. A statement's parts cost as much as fifty of its rows, so that few are left is what makes
-- few outcomes cheap.
-- Returns the tokens of the leases that still stood, under which all that was given is recorded. Not for what may be recorded already: the
-- key of delivery_log refuses that, and then nothing is written.
-- The last parameter names the leases that should be over with these. The node counts, because a count here would write the whole row anew
-- each time; whether one really holds nothing more is asked here, in case the database lost what the node counted.
-- Needs the primary keys of lease and webhook_health, and delivery_log_message.
-- Locks leases, then health, each in the order of their ids, as outcome/record does.
with
clock as materialized (select clock_timestamp() as now),
held as materialized (
  select l.token
  from (select unnest(?::bigint[]) as token order by token offset 0) e
  cross join lateral (
    select l.token from changepost.lease l where l.token = e.token for update) l
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
-- For a webhook that goes on succeeding, once a second is enough. A key that is searched for by a list is walked in its order.
healed as (
  update changepost.webhook_health h
  set last_success_at = (select now from clock), failing_since = null
  where h.webhook_id = any (array(select webhook_id from given))
    and (h.failing_since is not null or coalesce(h.last_success_at < (select now from clock) - interval '1 second', true))
),
-- A lease is over with the last of its outcomes.
closed as (
  delete from changepost.lease l
  where l.token = any (array(select token from held)) and l.token = any (?::bigint[])
    and not coalesce((
      select true
      from changepost.leased m
      where m.token = l.token and (m.token, m.change_id, m.webhook_id) not in (select g.token, g.change_id, g.webhook_id from given g)
      limit 1), false)
)
select token, null::bigint as change_id, null::bigint as webhook_id, null::bigint as ordering_key from held
