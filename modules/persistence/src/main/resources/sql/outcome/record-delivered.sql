-- Outcome, where all of a batch was delivered by the first attempt of all, some leased by fan-out and some claimed, or perhaps recorded before: the
-- part of outcome/record that is left then.
-- Returns a row with the token of each lease of fan-out that still stood, under which all that was given is recorded, and a row for each
-- of the others that was still leased under the token it names.
-- Needs the primary keys of lease, delivery and webhook_health, and delivery_log_message.
-- Locks leases, then deliveries, then health, each in the order of their ids, as outcome/record does.
with
clock as materialized (select clock_timestamp() as now),
repeated as materialized (select ?::boolean as is_repeated),
given as materialized (
  select *
  from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::text[],
              ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
    as g (change_id, webhook_id, token, at_micros, duration_ms, status, response_body,
          leased_change_micros, leased_salt, leased_star, leased_rank)
),
held as materialized (
  select l.token
  from (select distinct token from given where leased_salt is not null order by token offset 0) e
  cross join lateral (
    select l.token from changepost.lease l where l.token = e.token for update) l
),
-- Those that have a row of their own.
mine as materialized (
  select g.*, d.tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key
  from (select * from given where leased_salt is null order by webhook_id, change_id offset 0) g
  cross join lateral (
    select d.ctid as tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key
    from changepost.delivery d
    -- In the order of the key, which no other index has: in a table that is empty when this is planned all of them cost the same.
    where d.webhook_id = g.webhook_id and d.change_id between g.change_id and g.change_id and d.token = g.token
      and d.round = 1 and d.attempt_count = 0
    order by d.change_id
    limit 1
    for update) d
  where (select count(*) from held) >= 0
),
removed as (
  delete from changepost.delivery d
  where d.ctid = any (array(select tid from mine))
),
-- One that is there already was recorded before, whatever became of it since.
logged as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, finished_at,
    first_at, first_duration_ms, first_status, first_response_body)
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.contact_rank, 1, 1, 'delivered', c.now,
    timestamptz 'epoch' + d.at_micros * interval '1 microsecond', d.duration_ms, d.status, d.response_body
  from (
    select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank, m.at_micros, m.duration_ms, m.status, m.response_body
    from mine m
    union all
    select g.change_id, g.webhook_id, timestamptz 'epoch' + g.leased_change_micros * interval '1 microsecond', g.leased_salt, g.leased_star,
      g.leased_rank, g.at_micros, g.duration_ms, g.status, g.response_body
    from given g
    where g.leased_salt is not null and g.token = any (array(select token from held))
      -- What is recorded already may have gone on since, with a resend.
      and case when (select is_repeated from repeated)
               then not coalesce((select true from changepost.delivery r
                                  where r.webhook_id = g.webhook_id and r.change_id between g.change_id and g.change_id
                                  order by r.change_id limit 1), false)
               else true end) d
  cross join clock c
  on conflict (webhook_id, change_id, change_at) do nothing
),
-- For a webhook that goes on succeeding, once a second is enough. A key that is searched for by a list is walked in its order.
healed as (
  update changepost.webhook_health h
  set last_success_at = (select now from clock), failing_since = null
  where h.webhook_id = any (array(
      select webhook_id from mine
      union all
      select webhook_id from given where leased_salt is not null and token = any (array(select token from held))))
    and (h.failing_since is not null or coalesce(h.last_success_at < (select now from clock) - interval '1 second', true))
),
-- A lease is over with the last of its outcomes. The node says which should be, and it is looked whether they are.
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
union all
select null, change_id, webhook_id, ordering_key from mine
