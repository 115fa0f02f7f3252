-- Fan-out: takes changes from the outbox, keeps them in change, and makes a delivery for every webhook whose subscriptions match.
-- Returns, where any were taken, one row of kind batch with the counts, the greatest change, whose contacts were counted and found
-- within the limit, whose relations changed, and the deliveries that are leased to this node, as arrays; and once for all of these
-- a row of kind change for each change and one of kind webhook for each webhook that they name.
-- Needs the primary keys and the indexes webhook_listening and company_relation_contact; locks the outbox rows it takes (skip locked), so that nodes share the work.
--
-- Nearly always all can be leased to this node at once; then fan-out/filter-by-subscriptions-and-lease-all runs instead. Who is told of a
-- change is written in both alike.
-- One statement, so that a crash leaves a change either in the outbox or fanned out. Lateral subqueries with "offset 0" are
-- index scans whatever the planner believes of an empty table; joins are hashes of the batch (the sender's sessions see to that).
with
plan as materialized (
  select p."limit", p."byteBudget", p."contactsLimit", p.token, p."leaseMillis", p."perWebhook", p."perAnswering", p."freeForSilent", p."freeForFailing", p."busyIds", p."busyLeased", p.answering, p.within, p."after",
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
-- Who is concerned, then who listens: subscribed, active, and listening since before the change, by the order of capture (not
-- by time, because clocks step). Change after change, so that whoever reads this can stop.
concerned as not materialized (
  select t.id, t.captured_at, t.object, t.object_id, t.bytes,
    i.organization_id, i.star, i.starred_at, i.relation_id,
    w.id as webhook_id, w.ordered, w.paused
  from (select * from take order by id offset 0) t
  cross join lateral changepost.interested(
    t.object, t.object_id, t.company_id, t.organization_id, t.star, t.previous_star, t.starred_at) i
  cross join lateral (
    select w.id, w.ordered, w.paused
    from changepost.webhook w
    where w.organization_id = i.organization_id and w.status = 'active' and w.deleted_at is null
      and w.listens_after < t.id
      and (select true from changepost.subscription s
           where s.webhook_id = w.id and s.object = t.object and s.action = t.action)
    offset 0) w
),
-- No further than 20,000 deliveries or so, however many webhooks some changes go to.
listening as materialized (
  select * from concerned order by id limit 20001
),
-- The first change that this statement leaves: the one that was cut off, or the one after 16 MiB. Where the first of all was
-- cut off, it is that one alone, and all of it.
cut as materialized (
  select least(c.cut_off + case when c.is_alone then 1 else 0 end, b.too_much) as id, c.is_alone,
    case when c.is_alone then c.cut_off end as alone
  from (select case when count(*) > 20000 then max(id) end as cut_off,
          count(*) > 20000 and max(id) = min(id) as is_alone
        from listening) c
  cross join (
    select case when sum(bytes) >= (select greatest("byteBudget", 16777216) from plan) then (
      select min(w.id)
      from (select id, sum(bytes) over (order by id) - bytes as before from take) w
      where w.before >= (select greatest("byteBudget", 16777216) from plan)) end as too_much
    from take) b
),
taken as materialized (
  delete from changepost.outbox o
  where o.ctid = any (array(select t.tid from take t cross join cut where coalesce(t.id < cut.id, true)))
  returning o.id, o.captured_at, o.occurred_at, o.object, o.action, o.object_id, o.company_id, o.organization_id, o.star,
    o.previous_star, o.starred_at, o.current, o.previous, o.bytes, o.renamed, o.truncated, o.traceparent, o.problem
),
kept as (
  insert into changepost.change (id, captured_at, occurred_at, object, action, object_id, company_id, organization_id, star,
    previous_star, starred_at, current, previous, bytes, renamed, truncated, traceparent, problem)
  select * from taken
),
candidate as materialized (
  select l.*
  from listening l
  cross join cut
  where coalesce(l.id < cut.id, true) and not cut.is_alone
  union all
  select c.* from concerned c where (select is_alone from cut) and c.id = (select alone from cut)
),
-- Contacts are counted by walking them, so not again where that was done a moment ago, unless a relation of theirs is among
-- these changes: what it changed is already in the table that is walked.
counted as materialized (
  select o.organization_id, c.starred_at, c.relation_id
  from (
    select o.organization_id, p."contactsLimit"
    from (select distinct organization_id from candidate) o
    left join (select unnest((select within from plan)) as organization_id) k on k.organization_id = o.organization_id
    left join (
      select distinct t.organization_id
      from take t
      where t.object = 'CompanyRelation') m on m.organization_id = o.organization_id
    cross join plan p
    where k.organization_id is null or m.organization_id is not null
    offset 0) o
  left join lateral changepost.contacts_cutoff(o.organization_id, o."contactsLimit") c on true
),
-- Organizations over the contact limit: the contacts starred first go on counting.
cutoff as materialized (
  select * from counted where relation_id is not null
),
ranked as materialized (
  select o.organization_id, r.id as relation_id, r.contact_rank
  from cutoff o
  cross join lateral (
    select r.id, row_number() over (order by r.starred_at, r.id) as contact_rank
    from changepost.company_relation r
    where r.organization_id = o.organization_id and r.star <> 'none'
    order by r.starred_at, r.id
    limit (select "contactsLimit" from plan)) r
),
matched as materialized (
  select c.*, r.contact_rank
  from candidate c
  join (select id from taken) k on k.id = c.id
  left join cutoff o on o.organization_id = c.organization_id
  left join ranked r on r.organization_id = c.organization_id and r.relation_id = c.relation_id
  where coalesce((c.starred_at, c.relation_id) < (o.starred_at, o.relation_id), true)
),
-- What this node may lease at once: never for an ordered or paused webhook, nor past one whose older messages wait.
slots as materialized (
  select x.webhook_id,
    case when x.ordered or x.paused or h.waits then 0
         else (select case when a.webhook_id is null then "perWebhook" else "perAnswering" end from plan) - coalesce(b.leased, 0)
    end as slots,
    -- 0: it answers; 1: nothing is known, or nothing bad; 2: its last attempt failed.
    case when a.webhook_id is not null then 0
         when exists (
           select 1 from changepost.webhook_health f
           where f.webhook_id = x.webhook_id and f.failing_since is not null) then 2
         else 1 end as lane
  from (select distinct webhook_id, ordered, paused from matched) x
  cross join lateral (
    -- A probe of delivery_due, whatever the planner believes of the table.
    select coalesce((
      select true from changepost.delivery d
      where d.webhook_id = x.webhook_id and d.due_at < (select started from plan) - interval '1 second'
      order by d.due_at
      limit 1), false) as waits
    offset 0) h
  left join unnest((select "busyIds" from plan), (select "busyLeased" from plan)) as b (webhook_id, leased) on b.webhook_id = x.webhook_id
  left join (select unnest((select answering from plan)) as webhook_id) a on a.webhook_id = x.webhook_id
),
-- In turns, so that the first of each webhook comes before the second of any.
turns as materialized (
  select m.id, m.webhook_id, m.bytes, s.slots, s.lane,
    row_number() over (partition by m.webhook_id order by m.id) as turn
  from matched m
  join slots s on s.webhook_id = m.webhook_id
),
-- Those that do not answer share a part of the leases, and the failing ones of them a part of that.
silent as (
  select t.*,
    row_number() over (partition by t.lane order by t.turn, t.id, t.webhook_id) as lane_place,
    row_number() over (order by t.lane, t.turn, t.id, t.webhook_id) as silent_place
  from turns t
  where t.turn <= t.slots and t.lane > 0
),
line as (
  select l.id, l.webhook_id,
    row_number() over (order by l.turn, l.id, l.webhook_id) as place,
    sum(l.bytes) over (order by l.turn, l.id, l.webhook_id rows unbounded preceding) - l.bytes as before
  from (
    select t.id, t.webhook_id, t.turn, t.bytes from turns t where t.turn <= t.slots and t.lane = 0
    union all
    select s.id, s.webhook_id, s.turn, s.bytes
    from silent s
    where s.silent_place <= (select "freeForSilent" from plan)
      and (s.lane = 1 or s.lane_place <= (select "freeForFailing" from plan))) l
),
leased as materialized (
  select l.id, l.webhook_id
  from line l
  where l.place <= (select free from plan)
    and (l.before < (select "byteBudget" from plan) or l.place = 1)
),
made as materialized (
  select m.id as change_id, m.webhook_id, m.captured_at as change_at,
    (random() * 9007199254740991)::bigint * 1024 + (random() * 1023)::bigint as salt,
    m.bytes, m.star, m.contact_rank::integer as contact_rank,
    case when m.ordered then hashtextextended(m.object || '/' || m.object_id, 0) end as ordering_key,
    l.id is not null as is_leased
  from matched m
  left join leased l on l.id = m.id and l.webhook_id = m.webhook_id
),
-- What is leased stands together in one row, because nearly all of it ends with this lease.
lease as (
  insert into changepost.lease (token, due_at, open, change_ids, webhook_ids, change_ats, salts, stars, contact_ranks)
  select p.token, p.started + p."leaseMillis" * interval '1 millisecond', m.*
  from (select count(*) as open, array_agg(change_id), array_agg(webhook_id), array_agg(change_at), array_agg(salt),
          array_agg(star), array_agg(contact_rank)
        from made where is_leased) m
  cross join plan p
  where m.open > 0
  returning change_ids, webhook_ids, salts, stars, contact_ranks
),
waiting as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank, ordering_key, due_at)
  select m.change_id, m.webhook_id, m.change_at, m.salt, m.bytes, m.star, m.contact_rank, m.ordering_key, p.started
  from made m
  cross join plan p
  where not m.is_leased
  order by m.webhook_id, m.change_id
  on conflict (webhook_id, change_id) do nothing
),
-- Address and secrets as they stand now, once for each webhook.
target as materialized (
  select w.*
  from (select distinct webhook_id from made where is_leased) x
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
  (select count(*) from taken)::integer as taken, (select count(*) from made)::integer as delivered, 0 as worker_lost, 0 as lost_leases,
  (select max(id) from taken) as "after",
  (select string_agg(c.organization_id::text, ' ') from counted c where c.relation_id is null) as within,
  (select string_agg(distinct t.organization_id::text, ' ') from take t where t.object = 'CompanyRelation') as moved,
  p.token, p."leaseMillis" as lease_ms, p.started as claimed_at,
  l.change_ids, l.webhook_ids, l.salts, null::integer[] as rounds, null::integer[] as numbers, l.stars, l.contact_ranks,
  null::bigint as change_id, null::timestamptz as change_at, null as object, null as action, null as object_id,
  null::timestamptz as occurred_at, null as current, null as previous, null::boolean as renamed, null::boolean as truncated,
  null as traceparent,
  null::bigint as webhook_id, null::bigint as organization_id, null as url, null as headers, null as secrets
from plan p
left join lease l on true
where exists (select 1 from taken)
union all
select 'change', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  t.id, t.captured_at, t.object, t.action, t.object_id, t.occurred_at, t.current, t.previous, t.renamed, t.truncated,
  t.traceparent,
  null, null, null, null, null
from taken t
where t.id in (select change_id from made where is_leased)
union all
select 'webhook', null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
  null, null, null, null, null, null, null, null, null, null, null,
  w.id, w.organization_id, w.url, w.headers, w.secrets
from target w
