-- How much waits: counted to 10,000, beyond that estimated from the size of the table.
-- Needs delivery_due, walked once for each webhook that has deliveries, and the outbox's key; reads the few rows of lease. Locks nothing.
with recursive
waiting as (
  (select d.webhook_id, d.due_at from changepost.delivery d order by d.webhook_id, d.due_at limit 1)
  union all
  select n.webhook_id, n.due_at
  from waiting w
  cross join lateral (
    select d.webhook_id, d.due_at
    from changepost.delivery d
    where d.webhook_id > w.webhook_id
    order by d.webhook_id, d.due_at
    limit 1) n
),
-- Each of these is looked for by its key, and leases of which endpoints hold a few keep all they once had: so some 10,000, of leases as
-- chance has it, stand for all. A token is random.
held as materialized (
  select l.token, l.open, sum(l.open) over (order by l.token) - l.open as before
  from changepost.lease l
),
leased as (
  select count(*) as number
  from changepost.leased m
  where m.token = any (array(select h.token from held h where h.before < 10000))
),
counted as (
  select
    (select count(*) from (select 1 from changepost.outbox limit 10000) o) as outbox,
    (select count(*) from (select 1 from changepost.delivery limit 10000) d) as waiting,
    (select coalesce(round((select number from leased) * sum(h.open) / sum(h.open) filter (where h.before < 10000)), 0)::bigint
     from held h) as leased
)
select
  case when c.outbox < 10000 then c.outbox
       else greatest(c.outbox, (select reltuples::bigint from pg_class where oid = 'changepost.outbox'::regclass)) end as outbox,
  (select extract(epoch from clock_timestamp() - o.captured_at) from changepost.outbox o order by o.id limit 1) as outbox_age,
  c.leased + case when c.waiting < 10000 then c.waiting
                  else greatest(c.waiting, (select reltuples::bigint from pg_class where oid = 'changepost.delivery'::regclass)) end as waiting,
  greatest(
    (select extract(epoch from clock_timestamp() - min(w.due_at))
     from waiting w
     join changepost.webhook h on h.id = w.webhook_id
     where w.due_at <= clock_timestamp() and h.status = 'active' and not h.paused and h.deleted_at is null),
    (select extract(epoch from clock_timestamp() - min(l.due_at)) from changepost.lease l where l.due_at <= clock_timestamp())) as due_age,
  h.active_webhooks, h.inactive_webhooks, h.failing_webhooks,
  exists (select 1 from changepost.setting s where s.name = 'delivery.paused' and s.value = 'true') as paused
from counted c
cross join (
  select count(*) filter (where w.status = 'active')::integer as active_webhooks,
    count(*) filter (where w.status = 'inactive')::integer as inactive_webhooks,
    count(*) filter (where w.status = 'active' and g.failing_since is not null)::integer as failing_webhooks
  from changepost.webhook w
  left join changepost.webhook_health g on g.webhook_id = w.id
  where w.deleted_at is null) h
