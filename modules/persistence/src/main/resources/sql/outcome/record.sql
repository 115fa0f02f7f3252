-- Outcome: writes what a batch of attempts came to. Returns a row for each that was still leased under the token it names.
-- Needs the primary keys of lease, delivery, webhook and webhook_health.
-- Locks webhooks that said gone, then leases, then deliveries, then health, each in the order of their ids, so that two nodes never
-- deadlock.
with
clock as materialized (select clock_timestamp() as now),
repeated as materialized (select ?::boolean as is_repeated),
given as materialized (
  select *
  from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::boolean[],
              ?::bigint[], ?::integer[], ?::integer[], ?::text[], ?::text[],
              ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
    with ordinality as g (change_id, webhook_id, token, outcome, reason, gone_url, delay_ms, ours,
                          at_micros, duration_ms, status, error, response_body,
                          leased_change_micros, leased_salt, leased_star, leased_rank, place)
),
-- What was said at an address that is no longer the webhook's says nothing of the new one.
said_gone as materialized (
  select w.id, w.url, w.status = 'active' and w.deleted_at is null as was_active
  from changepost.webhook w
  where w.id = any (array(select webhook_id from given where outcome = 'gone'))
  order by w.id
  for no key update
),
-- The leases of those that have no row of their own, which are told by their salt.
held as materialized (
  select l.token
  from (select distinct token from given where leased_salt is not null order by token offset 0) e
  cross join lateral (
    select l.token from changepost.lease l where l.token = e.token for update) l
  where (select count(*) from said_gone) >= 0
),
mine as materialized (
  select g.*, d.tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key, d.round, d.attempt_count
  from (select * from given where leased_salt is null order by webhook_id, change_id offset 0) g
  cross join lateral (
    select d.ctid as tid, d.change_at, d.salt, d.star, d.contact_rank, d.ordering_key, d.round, d.attempt_count
    from changepost.delivery d
    -- In the order of the key, which no other index has: in a table that is empty when this is planned all of them cost the same.
    where d.webhook_id = g.webhook_id and d.change_id between g.change_id and g.change_id and d.token = g.token
    order by d.change_id
    limit 1
    for update) d
  where (select count(*) from held) >= 0
  union all
  select g.*, null, timestamptz 'epoch' + g.leased_change_micros * interval '1 microsecond', g.leased_salt, g.leased_star, g.leased_rank,
    null, 1, 0
  from given g
  where g.leased_salt is not null and g.token = any (array(select token from held))
    -- What is recorded already may have gone on since, with a claim or a resend.
    and case when (select is_repeated from repeated)
             then not coalesce((select true from changepost.delivery d
                                where d.webhook_id = g.webhook_id and d.change_id between g.change_id and g.change_id
                                order by d.change_id limit 1), false)
              and not coalesce((select true from changepost.delivery_log l
                                where l.webhook_id = g.webhook_id and l.change_id = g.change_id
                                  and l.change_at = timestamptz 'epoch' + g.leased_change_micros * interval '1 microsecond'), false)
             else true end
),
listener as materialized (
  select x.webhook_id, w.status = 'active' as active, w.deleted_at is not null as deleted
  from (select distinct webhook_id from mine) x
  cross join lateral (
    select w.status, w.deleted_at from changepost.webhook w where w.id = x.webhook_id offset 0) w
),
decided as materialized (
  select m.*,
    -- Delivered by the first attempt of all, which then stands in the log.
    m.outcome = 'delivered' and m.round = 1 and m.attempt_count = 0 as at_once,
    -- Of what was not begun nothing was sent: no attempt is used up, and none stands in the log.
    m.outcome <> 'not begun' as begun,
    m.attempt_count + case when m.outcome = 'not begun' then 0 else 1 end as attempts,
    case when m.outcome = 'delivered' then 'delivered'
         when l.deleted then 'cancelled'
         when m.outcome in ('due', 'not begun') and l.active then 'due'
         else 'failed' end as became,
    case when m.outcome = 'delivered' then null
         when m.outcome in ('due', 'not begun') then 'webhook inactive'
         else m.reason end as failed_reason,
    c.now + coalesce(m.delay_ms, 0) * interval '1 millisecond' as due_at
  from mine m
  join listener l on l.webhook_id = m.webhook_id
  cross join clock c
),
written as (
  insert into changepost.attempt (change_id, webhook_id, change_at, round, number, at, duration_ms, status, error, response_body)
  select d.change_id, d.webhook_id, d.change_at, d.round, d.attempts,
    timestamptz 'epoch' + d.at_micros * interval '1 microsecond', d.duration_ms, d.status, d.error, d.response_body
  from decided d
  where d.became <> 'cancelled' and d.begun and not d.at_once
  on conflict (webhook_id, change_id, round, number, change_at) do nothing
),
logged as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, reason, finished_at,
    first_at, first_duration_ms, first_status, first_response_body)
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.contact_rank, d.round, d.attempts,
    d.became, d.failed_reason, c.now,
    case when d.at_once then timestamptz 'epoch' + d.at_micros * interval '1 microsecond' end,
    case when d.at_once then d.duration_ms end, case when d.at_once then d.status end, case when d.at_once then d.response_body end
  from decided d cross join clock c
  where d.became in ('delivered', 'failed')
  on conflict (webhook_id, change_id, change_at) do update
    set round = excluded.round, attempt_count = excluded.attempt_count, state = excluded.state,
        reason = excluded.reason, finished_at = excluded.finished_at
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
),
-- What does not end with its first attempt gets its own row.
returned as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank, attempt_count, due_at)
  select d.change_id, d.webhook_id, d.change_at, d.salt, c.bytes, d.star, d.contact_rank, d.attempts, d.due_at
  from (select * from decided where became = 'due' and tid is null order by webhook_id, change_id offset 0) d
  cross join lateral (
    select c.bytes from changepost.change c where c.id = d.change_id and c.captured_at = d.change_at offset 0) c
  on conflict (webhook_id, change_id) do nothing
),
removed as (
  delete from changepost.delivery d
  where d.ctid = any (array(select tid from decided where became <> 'due' and tid is not null))
),
-- Each row's own time, found by its place in the sorted list: a join here would read the whole table.
again as (
  update changepost.delivery d
  -- A lost lease stays counted until an attempt was really made.
  set attempt_count = d.attempt_count + case when d.ctid = any (array(select tid from decided where not begun)) then 0 else 1 end,
      lost_leases = case when d.ctid = any (array(select tid from decided where not begun)) then d.lost_leases else 0 end,
      token = null,
      due_at = (array(select due_at from decided where became = 'due' and tid is not null order by tid))
        [width_bucket(d.ctid, array(select tid from decided where became = 'due' and tid is not null order by tid))]
  where d.ctid = any (array(select tid from decided where became = 'due' and tid is not null))
),
-- The last answer of a webhook in this batch decides; failures that are our own say nothing of the endpoint.
-- For a webhook that does as it did, once a second is enough.
judged as materialized (
  select d.webhook_id,
    bool_or(d.outcome = 'delivered') as succeeded,
    bool_or(d.outcome <> 'delivered') as failed,
    (array_agg(d.outcome = 'delivered' order by d.place desc))[1] as succeeded_last
  from decided d
  where d.outcome = 'delivered' or not d.ours
  group by d.webhook_id
),
health as materialized (
  select h.webhook_id
  from (select * from judged order by webhook_id offset 0) j
  cross join lateral (
    select h.webhook_id
    from changepost.webhook_health h
    where h.webhook_id = j.webhook_id
      and ((j.succeeded_last and h.failing_since is not null)
        or (not j.succeeded_last and (j.succeeded or h.failing_since is null))
        or (j.succeeded and coalesce(h.last_success_at < (select now from clock) - interval '1 second', true))
        or (j.failed and coalesce(h.last_failure_at < (select now from clock) - interval '1 second', true)))
    for no key update) h
),
listed as materialized (
  select array_agg(webhook_id order by webhook_id) as ids, array_agg(succeeded order by webhook_id) as succeeded,
    array_agg(failed order by webhook_id) as failed, array_agg(succeeded_last order by webhook_id) as succeeded_last
  from judged
),
healed as (
  update changepost.webhook_health h
  set last_success_at = case when j.succeeded[width_bucket(h.webhook_id, j.ids)] then c.now else h.last_success_at end,
      last_failure_at = case when j.failed[width_bucket(h.webhook_id, j.ids)] then c.now else h.last_failure_at end,
      failing_since = case when j.succeeded_last[width_bucket(h.webhook_id, j.ids)] then null
                           when j.succeeded[width_bucket(h.webhook_id, j.ids)] then c.now
                           else coalesce(h.failing_since, c.now) end
  from clock c cross join listed j
  where h.webhook_id = any (array(select webhook_id from health))
),
silenced as materialized (
  update changepost.webhook w
  set status = 'inactive', inactive_reason = 'gone', inactive_since = c.now, updated_at = c.now
  from clock c
  -- By its id, which finds it also where somebody changed it while said_gone waited for it; its place then is not seen here.
  where w.id = any (array(
    select g.id
    from said_gone g
    join decided d on d.webhook_id = g.id and d.gone_url = g.url
    where g.was_active))
  returning w.id
)
select d.change_id, d.webhook_id, d.became,
  case when d.became = 'failed' then d.failed_reason end as reason,
  case when d.became = 'due' then d.due_at end as due_at,
  d.outcome = 'gone' and s.id is not null
    and row_number() over (partition by d.webhook_id, d.outcome order by d.place) = 1 as webhook_gone,
  case when d.became <> 'due' then d.ordering_key end as ordering_key
from decided d
left join silenced s on s.id = d.webhook_id
