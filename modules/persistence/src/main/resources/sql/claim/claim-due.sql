-- Claim: leases deliveries that are due, or whose lease ran out, to this node, some of every webhook that may send.
-- Returns one row of kind batch where anything was due that may be sent, leased or not, or where webhooks are left to look at; it
-- names the webhook to go on after, and what was leased, as arrays. And once for all of these a row of kind change for each change
-- and one of kind webhook for each webhook that they name.
-- Needs the index delivery_due, walked once for each of a thousand webhooks that have deliveries; locks the rows it looks at (skip
-- locked).
--
-- How many wait does not matter: of each webhook only as many rows are read as may be leased. See fan-out for the two ways to join.
with recursive
plan as materialized (
  select p."limit", p."byteBudget", p."contactsLimit", p.token, p."leaseMillis", p."perWebhook", p."perAnswering", p."freeForSilent", p."freeForFailing", p."busyIds", p."busyLeased", p.answering, p."after",
    -- While delivery is paused nothing is leased, on any node.
    case when exists (select 1 from changepost.setting s where s.name = 'delivery.paused' and s.value = 'true')
         then 0 else p.free end as free,
    clock_timestamp() as started
  from json_to_record(cast(:#${bean:claim?method=plan} as json)) as p (
    "limit" integer, "byteBudget" bigint, "contactsLimit" integer, token bigint, "leaseMillis" bigint,
    free integer, "perWebhook" integer, "perAnswering" integer, "freeForSilent" integer, "freeForFailing" integer,
    "busyIds" bigint[], "busyLeased" integer[], answering bigint[], "after" bigint)
),
-- The earliest delivery of each webhook, by jumping from webhook to webhook through the index; of a thousand, so that a claim is
-- short however many webhooks have something waiting.
waiting as (
  (select d.webhook_id, d.due_at, 1 as place
   from changepost.delivery d
   where (select free from plan) > 0 and d.webhook_id > (select "after" from plan)
   order by d.webhook_id, d.due_at
   limit 1)
  union all
  select n.webhook_id, n.due_at, w.place + 1
  from waiting w
  cross join lateral (
    select d.webhook_id, d.due_at
    from changepost.delivery d
    where d.webhook_id > w.webhook_id
    order by d.webhook_id, d.due_at
    limit 1) n
  where w.place < 1000
),
listed as materialized (
  select x.webhook_id, x.due_at as head, w.ordered, w.failing
  from (select * from waiting where due_at <= (select started from plan) offset 0) x
  cross join lateral (
    select w.ordered, w.status = 'active' and not w.paused and w.deleted_at is null as may_send,
      exists (
        select 1 from changepost.webhook_health f
        where f.webhook_id = w.id and f.failing_since is not null) as failing
    from changepost.webhook w
    where w.id = x.webhook_id
    offset 0) w
  where w.may_send
),
busy as materialized (
  select b.webhook_id, b.leased
  from unnest((select "busyIds" from plan), (select "busyLeased" from plan)) as b (webhook_id, leased)
),
answering as materialized (
  select unnest((select answering from plan)) as webhook_id
),
sender as materialized (
  select l.webhook_id, l.ordered, l.head,
    (select case when a.webhook_id is null then "perWebhook" else "perAnswering" end from plan) - coalesce(b.leased, 0) as slots,
    -- 0: it answers; 1: nothing is known, or nothing bad; 2: its last attempt failed.
    case when a.webhook_id is not null then 0 when l.failing then 2 else 1 end as lane
  from listed l
  left join busy b on b.webhook_id = l.webhook_id
  left join answering a on a.webhook_id = l.webhook_id
  where coalesce(b.leased, 0) < (select case when a.webhook_id is null then "perWebhook" else "perAnswering" end from plan)
),
-- The webhooks of a lane share its slots evenly; who waits longest comes first. But of those that nobody has heard of, by turns the
-- one that waits longest and the one that waits shortest, beginning with either (the token is random): where hundreds of them hang,
-- a new one need not wait for all of these.
share as materialized (
  select s.webhook_id, s.ordered, s.lane, s.lane_place,
    least(s.slots, greatest(1, s.lane_free / s.peers)) as share
  from (
    select s.*,
      count(*) over (partition by s.lane) as peers,
      case when s.lane = 1 then least(
             2 * row_number() over (partition by s.lane order by s.head, s.webhook_id) - (select p.token & 1 from plan p),
             2 * row_number() over (partition by s.lane order by s.head desc, s.webhook_id desc) - (select 1 - (p.token & 1) from plan p))
           else row_number() over (partition by s.lane order by s.head, s.webhook_id) end as lane_place,
      (select case s.lane when 0 then free when 1 then least(free, "freeForSilent")
                     else least(free, "freeForSilent", "freeForFailing") end from plan) as lane_free
    from sender s) s
  where s.lane_place <= s.lane_free
),
-- An ordered webhook may have to look past rows that wait for an earlier one of the same object.
locked as materialized (
  select s.webhook_id, s.lane, s.lane_place, s.share, d.tid, d.change_id, d.bytes, d.due_at, d.ordering_key, d.is_left, d.is_lost,
    d.ordering_key is not null and exists (
      select 1 from changepost.delivery e
      where e.webhook_id = s.webhook_id and e.ordering_key = d.ordering_key and e.change_id < d.change_id) as blocked
  from share s
  cross join lateral (
    select d.ctid as tid, d.change_id, d.bytes, d.due_at, d.ordering_key,
      d.token is not null as is_left, d.token is not null and d.lost_leases >= 2 as is_lost
    from changepost.delivery d
    where d.webhook_id = s.webhook_id and d.due_at <= (select started from plan)
    order by d.due_at
    limit case when s.ordered then 500 else s.share end
    for update skip locked) d
),
-- An earlier change of the same object may still be on its way through fan-out, perhaps in another node: it comes first.
early as materialized (
  select hashtextextended(o.object || '/' || o.object_id, 0) as ordering_key, min(o.id) as first_id
  from changepost.outbox o
  where o.id < (select max(change_id) from locked where ordering_key is not null)
  group by 1
),
-- The third lease ran out: never tried again.
given_up as materialized (
  delete from changepost.delivery d
  where d.ctid = any (array(select tid from locked where is_lost and not blocked))
  returning d.*
),
given_up_log as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, reason, finished_at)
  select g.change_id, g.webhook_id, g.change_at, g.salt, g.star, g.contact_rank, g.round, g.attempt_count, 'failed', 'worker lost', p.started
  from given_up g cross join plan p
  on conflict (webhook_id, change_id, change_at) do nothing
),
-- Put back until the one before it is due; its outcome makes the next one due at once (its due time is then that of its change,
-- and such a row is left alone here, because this statement may not have seen the end). Where it is given up instead, the next one has
-- its own time to come.
put_back as materialized (
  update changepost.delivery d
  set due_at = greatest(
    (select started + 4 * "leaseMillis" * interval '1 millisecond' from plan),
    (select e.due_at from changepost.delivery e
     where e.webhook_id = d.webhook_id and e.ordering_key = d.ordering_key and e.change_id < d.change_id
     order by e.change_id limit 1))
  where d.ctid = any (array(select tid from locked where blocked))
    and d.due_at > d.change_at
  returning 1
),
turns as (
  select l.*, row_number() over (partition by l.webhook_id order by l.due_at, l.change_id) as turn
  from locked l
  left join early e on e.ordering_key = l.ordering_key
  where not l.blocked and not l.is_lost and coalesce(e.first_id > l.change_id, true)
),
lanes as (
  select t.*,
    row_number() over (partition by t.lane order by t.turn, t.lane_place) as place_of_lane,
    row_number() over (partition by t.lane > 0 order by t.lane, t.turn, t.lane_place) as silent_place
  from turns t
  where t.turn <= t.share
),
line as (
  select l.tid, l.is_left,
    row_number() over (order by l.turn, l.lane_place, l.lane, l.webhook_id) as place,
    sum(l.bytes) over (order by l.turn, l.lane_place, l.lane, l.webhook_id rows unbounded preceding) - l.bytes as before
  from lanes l
  where l.lane = 0
    or (l.silent_place <= (select "freeForSilent" from plan)
        and (l.lane = 1 or l.place_of_lane <= (select "freeForFailing" from plan)))
),
chosen as materialized (
  select l.tid, l.is_left
  from line l
  where l.place <= (select free from plan) and (l.before < (select "byteBudget" from plan) or l.place = 1)
),
claimed as materialized (
  update changepost.delivery d
  set token = p.token,
      due_at = p.started + p."leaseMillis" * interval '1 millisecond',
      lost_leases = d.lost_leases + case when d.token is null then 0 else 1 end
  from plan p
  where d.ctid = any (array(select tid from chosen))
  returning d.change_id, d.webhook_id, d.change_at, d.salt, d.round, d.attempt_count
),
target as materialized (
  select w.*
  from (select distinct webhook_id from claimed) x
  cross join lateral (
    select w.id, w.organization_id, w.url, translate(encode(w.headers, 'base64'), E'\n', '') as headers,
      (select string_agg((case when s.valid_until is null then 4611686018427387904 else 0 end + s.id) || ':' || s.kind || ':' || encode(s.sealed, 'base64'), ' ')
       from changepost.webhook_secret s
       where s.webhook_id = w.id and (s.valid_until is null or s.valid_until > (select started from plan))) as secrets
    from changepost.webhook w
    where w.id = x.webhook_id
    offset 0) w
)
select 'batch' as kind,
  0 as taken, 0 as delivered, (select count(*) from given_up)::integer as worker_lost,
  ((select count(*) from given_up) + (select count(*) from chosen where is_left))::integer as lost_leases,
  (select webhook_id from waiting where place = 1000) as "after", null as within, null as moved,
  p.token, p."leaseMillis" as lease_ms, p.started as claimed_at,
  l.change_ids, l.webhook_ids, l.salts, l.rounds, l.numbers, null::text[] as stars, null::integer[] as contact_ranks,
  null::bigint as change_id, null::timestamptz as change_at, null as object, null as action, null as object_id,
  null::timestamptz as occurred_at, null as current, null as previous, null::boolean as renamed, null::boolean as truncated,
  null as traceparent,
  null::bigint as webhook_id, null::bigint as organization_id, null as url, null as headers, null as secrets
from plan p
cross join (
  select array_agg(change_id) as change_ids, array_agg(webhook_id) as webhook_ids, array_agg(salt) as salts,
    array_agg(round::integer) as rounds, array_agg(attempt_count + 1) as numbers
  from claimed) l
where exists (select 1 from listed) or exists (select 1 from put_back) or exists (select 1 from waiting where place = 1000)
union all
select 'change', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  c.id, c.captured_at, c.object, c.action, c.object_id, c.occurred_at, c.current, c.previous, c.renamed, c.truncated, c.traceparent,
  null, null, null, null, null
from (select distinct change_id, change_at from claimed) d
cross join lateral (
  select c.id, c.captured_at, c.object, c.action, c.object_id, c.occurred_at, c.current, c.previous, c.renamed, c.truncated, c.traceparent
  from changepost.change c
  where c.id = d.change_id and c.captured_at = d.change_at
  offset 0) c
union all
select 'webhook', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  null, null, null, null, null, null, null, null, null, null, null,
  w.id, w.organization_id, w.url, w.headers, w.secrets
from target w
