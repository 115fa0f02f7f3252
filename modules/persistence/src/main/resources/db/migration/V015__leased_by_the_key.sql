-- The view leased looks for deliveries in the order of their key, which no other index has. In a table that was empty when a statement was
-- planned all indexes cost the same, and the one that begins with the webhook too is then walked through all that waits for it, each time.
-- Replaces a view; takes a lock on it for a moment.
create or replace view changepost.leased as
select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank, l.due_at, l.token
from changepost.lease l
cross join lateral unnest(l.change_ids, l.webhook_ids, l.change_ats, l.salts, l.stars, l.contact_ranks)
  as m (change_id, webhook_id, change_at, salt, star, contact_rank)
where not coalesce((
    select true
    from changepost.delivery d
    where d.webhook_id = m.webhook_id and d.change_id between m.change_id and m.change_id
    order by d.change_id
    limit 1), false)
  and not coalesce((
    select true from changepost.delivery_log g
    where g.webhook_id = m.webhook_id and g.change_id = m.change_id and g.change_at = m.change_at), false);
