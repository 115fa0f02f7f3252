-- How many deliveries of each of these webhooks wait, none counted further than the cap. Needs the primary key of delivery.
-- Locks nothing.
select x.webhook_id, n.pending
from (select distinct unnest(:webhookIds::bigint[]) as webhook_id) x
cross join lateral (
  select count(*)::integer as pending
  from (select 1 from changepost.delivery d where d.webhook_id = x.webhook_id limit :cap) d) n
where n.pending > 0
