-- The view leased looks for each element of a lease by key. As conditions that a planner may turn into joins, in a session that avoids
-- nested loops, they would read all of delivery and of delivery_log.
-- Replaces a view; takes a lock on it for a moment.
create or replace view changepost.leased as
select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank, l.due_at, l.token
from changepost.lease l
cross join lateral unnest(l.change_ids, l.webhook_ids, l.change_ats, l.salts, l.stars, l.contact_ranks)
  as m (change_id, webhook_id, change_at, salt, star, contact_rank)
where not coalesce((
    select true from changepost.delivery d where d.webhook_id = m.webhook_id and d.change_id = m.change_id), false)
  and not coalesce((
    select true from changepost.delivery_log g
    where g.webhook_id = m.webhook_id and g.change_id = m.change_id and g.change_at = m.change_at), false);
