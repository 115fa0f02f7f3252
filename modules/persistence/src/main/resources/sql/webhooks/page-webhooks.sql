-- Returns an organization's webhooks with ids after one, oldest first, with health and what waits.
-- Needs webhook (organization_id, ...), subscription's key, webhook_secret_current, delivery_due.
-- Locks nothing.
with
leased as materialized (
  select l.webhook_id, count(*) as leased
  from changepost.leased l
  where l.webhook_id = any (array(select w.id from changepost.webhook w where w.organization_id = :organization))
  group by l.webhook_id
)
select w.id, w.url, w.description, w.headers, w.ordered, w.status, w.inactive_reason,
       w.inactive_since, w.paused, w.created_at, w.updated_at, h.last_success_at, h.failing_since,
       s.subscriptions,
       (select k.sealed from changepost.webhook_secret k
        where k.webhook_id = w.id and k.kind = 'ed25519' and k.valid_until is null) as ed25519,
       (select count(*) from changepost.delivery d where d.webhook_id = w.id)
         + coalesce((select l.leased from leased l where l.webhook_id = w.id), 0) as pending
from changepost.webhook w
left join changepost.webhook_health h on h.webhook_id = w.id
cross join lateral (
  select array_agg(object || '.' || action) as subscriptions
  from changepost.subscription where webhook_id = w.id) s
where w.organization_id = :organization
  and w.deleted_at is null
  and w.id > :after
  and (:id::bigint is null or w.id = :id)
order by w.id
limit :most
