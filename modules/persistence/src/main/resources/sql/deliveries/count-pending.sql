-- How many deliveries of each of these webhooks wait, none counted further than the cap. Needs the primary key of delivery; reads the
-- few rows of lease. Locks nothing.
with
leased as materialized (
  select l.webhook_id, count(*) as leased
  from changepost.leased l
  where l.webhook_id = any (:webhookIds::bigint[])
  group by l.webhook_id
)
select x.webhook_id, n.pending
from (select distinct unnest(:webhookIds::bigint[]) as webhook_id) x
cross join lateral (
  select least(:cap, (select count(*) from (select 1 from changepost.delivery d where d.webhook_id = x.webhook_id limit :cap) d)
    + coalesce((select l.leased from leased l where l.webhook_id = x.webhook_id), 0))::integer as pending) n
where n.pending > 0
