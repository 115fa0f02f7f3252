-- Fan-out, where all deliveries that the changes come to can be leased to this node at once, as nearly always while nothing waits: the part of
-- fan-out/filter-by-subscriptions that is left then. A statement's parts cost as much as thirty of its changes, and that one has more than
-- twice as many.
-- Returns what that one returns. Where anything is to be decided that only that one decides, takes nothing and returns only a row of kind
-- batch with 0 taken: a webhook that is ordered, paused or waited for, or would get more than it may have leased; contacts over the limit;
-- more deliveries or bytes than may be leased, or more deliveries of webhooks that do not answer.
-- Needs the indexes that it needs, and locks what it locks. Who is told of a change is written in both alike.
with
plan as materialized (
  select p."limit", p."byteBudget", p."contactsLimit", p.token, p."leaseMillis", p."perWebhook", p."perAnswering", p."freeForSilent", p."freeForFailing",
    p."busyIds", p."busyLeased", p.answering, p.within, p."after",
    -- While delivery is paused nothing is leased, on any node.
    case when exists (select 1 from changepost.setting s where s.name = 'delivery.paused' and s.value = 'true')
         then 0 else p.free end as free,
    clock_timestamp() as started
  from json_to_record(cast(:#${bean:fanOut?method=plan} as json)) as p (
    "limit" integer, "byteBudget" bigint, "contactsLimit" integer, token bigint, "leaseMillis" bigint,
    free integer, "perWebhook" integer, "perAnswering" integer, "freeForSilent" integer, "freeForFailing" integer,
    "busyIds" bigint[], "busyLeased" integer[], answering bigint[], within bigint[], "after" bigint)
),
take as materialized (
  select o.ctid as tid, o.id, o.captured_at, o.bytes, o.object, o.action, o.object_id, o.company_id, o.organization_id, o.star,
    o.previous_star, o.starred_at
  from changepost.outbox o
  -- Where the index begins with entries of rows that are gone, walking past them costs more than all the rest.
  where o.id > (select "after" from plan)
  order by o.id
  limit (select "limit" from plan)
  for update skip locked
),
batch as materialized (
  select count(*)::integer as changes, max(id) as greatest, sum(bytes) as bytes,
    string_agg(distinct organization_id::text, ' ') filter (where object = 'CompanyRelation') as moved
  from take
),
-- Who is concerned, then who listens: subscribed, active, and listening since before the change.
listening as materialized (
  select t.id, t.captured_at, t.bytes, i.star, i.organization_id, w.id as webhook_id, w.is_special
  from take t
  cross join lateral changepost.interested(
    t.object, t.object_id, t.company_id, t.organization_id, t.star, t.previous_star, t.starred_at) i
  cross join lateral (
    select w.id, w.ordered or w.paused as is_special
    from changepost.webhook w
    where w.organization_id = i.organization_id and w.status = 'active' and w.deleted_at is null
      and w.listens_after < t.id
      and (select true from changepost.subscription s
           where s.webhook_id = w.id and s.object = t.object and s.action = t.action)
    offset 0) w
  limit (select free + 1 from plan)
),
-- Contacts are counted by walking them, so not again where that was done a moment ago, unless relations are among these changes.
-- Lists of the plan are sorted, so that a place in them is found by halving.
counted as materialized (
  select o.organization_id, coalesce((select true from changepost.contacts_cutoff(o.organization_id, p."contactsLimit")), false) as is_over
  from (select distinct organization_id from listening) o
  cross join plan p
  where (select moved from batch) is not null
    or p.within[width_bucket(o.organization_id, p.within)] is distinct from o.organization_id
),
-- Once for each webhook: address and secrets as they stand now, and what might keep its deliveries from being leased.
target as materialized (
  select x.webhook_id, x.deliveries, x.bytes, x.is_special, w.organization_id, w.url, w.headers, w.secrets, w.waits, w.answers,
    case when w.answers then p."perAnswering" else p."perWebhook" end - coalesce(
      case when p."busyIds"[width_bucket(x.webhook_id, p."busyIds")] = x.webhook_id
           then p."busyLeased"[width_bucket(x.webhook_id, p."busyIds")] end, 0) as slots
  from (
    select webhook_id, count(*) as deliveries, sum(bytes) as bytes, bool_or(is_special) as is_special
    from listening group by webhook_id) x
  cross join plan p
  cross join lateral (
    select w.organization_id, w.url, translate(encode(w.headers, 'base64'), E'\n', '') as headers,
      (select string_agg((case when s.valid_until is null then 4611686018427387904 else 0 end + s.id) || ':' || s.kind || ':' || encode(s.sealed, 'base64'), ' ')
       from changepost.webhook_secret s
       where s.webhook_id = w.id and (s.valid_until is null or s.valid_until > (select started from plan))) as secrets,
      -- A probe of delivery_due, which the planner can turn neither into a walk by another key nor into a look at all that waits.
      coalesce((
        select true from changepost.delivery d
        where d.webhook_id = w.id and d.due_at < (select started from plan) - interval '1 second'
        order by d.due_at
        limit 1), false) as waits,
      coalesce(p.answering[width_bucket(w.id, p.answering)] = w.id, false) as answers
    from changepost.webhook w
    where w.id = x.webhook_id
    offset 0) w
),
-- A row where all of it can be leased, else none.
fitting as materialized (
  select f.deliveries
  from (
    select coalesce(sum(t.deliveries), 0)::integer as deliveries,
      coalesce(sum(t.deliveries) filter (where not t.answers), 0) as silent,
      coalesce(sum(t.bytes), 0) as bytes,
      coalesce(bool_and(not t.is_special and not t.waits and t.deliveries <= t.slots), true) as is_each
    from target t) f
  cross join plan p
  cross join batch b
  where f.is_each and f.deliveries <= p.free and f.silent <= least(p."freeForSilent", p."freeForFailing")
    and f.bytes <= p."byteBudget" and b.bytes <= greatest(p."byteBudget", 16777216)
    and not exists (select 1 from counted where is_over)
),
taken as materialized (
  delete from changepost.outbox o
  where o.ctid = any (array(select t.tid from take t where exists (select 1 from fitting)))
  returning o.id, o.captured_at, o.occurred_at, o.object, o.action, o.object_id, o.company_id, o.organization_id, o.star,
    o.previous_star, o.starred_at, o.current, o.previous, o.bytes, o.renamed, o.truncated, o.traceparent, o.problem
),
kept as (
  insert into changepost.change (id, captured_at, occurred_at, object, action, object_id, company_id, organization_id, star,
    previous_star, starred_at, current, previous, bytes, renamed, truncated, traceparent, problem)
  select * from taken
),
-- What is leased stands together in one row, because nearly all of it ends with this lease.
lease as (
  insert into changepost.lease (token, due_at, open, change_ids, webhook_ids, change_ats, salts, stars, contact_ranks)
  select p.token, p.started + p."leaseMillis" * interval '1 millisecond', m.*
  from (select count(*) as open, array_agg(id), array_agg(webhook_id), array_agg(captured_at),
          array_agg((random() * 9007199254740991)::bigint * 1024 + (random() * 1023)::bigint), array_agg(star), array_agg(null::integer)
        from listening where exists (select 1 from fitting)) m
  cross join plan p
  where m.open > 0
  returning change_ids, webhook_ids, salts, stars, contact_ranks
)
select 'batch' as kind,
  case when f.deliveries is null then 0 else b.changes end as taken, coalesce(f.deliveries, 0) as delivered,
  0 as worker_lost, 0 as lost_leases,
  case when f.deliveries is not null then b.greatest end as "after",
  case when f.deliveries is not null then (select string_agg(c.organization_id::text, ' ') from counted c) end as within,
  case when f.deliveries is not null then b.moved end as moved,
  p.token, p."leaseMillis" as lease_ms, p.started as claimed_at,
  l.change_ids, l.webhook_ids, l.salts, null::integer[] as rounds, null::integer[] as numbers, l.stars, l.contact_ranks,
  null::bigint as change_id, null::timestamptz as change_at, null as object, null as action, null as object_id,
  null::timestamptz as occurred_at, null as current, null as previous, null::boolean as renamed, null::boolean as truncated,
  null as traceparent,
  null::bigint as webhook_id, null::bigint as organization_id, null as url, null as headers, null as secrets
from plan p
cross join batch b
left join fitting f on true
left join lease l on true
where b.changes > 0
union all
select 'change', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  t.id, t.captured_at, t.object, t.action, t.object_id, t.occurred_at, t.current, t.previous, t.renamed, t.truncated,
  t.traceparent,
  null, null, null, null, null
from taken t
where t.id in (select id from listening)
union all
select 'webhook', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  null, null, null, null, null, null, null, null, null, null, null,
  w.webhook_id, w.organization_id, w.url, w.headers, w.secrets
from target w
where exists (select 1 from fitting)
