-- Makes what has no outcome in these leases rows of delivery, due now and with a lost lease each, and ends the leases. Returns how many.
-- Needs the primary keys of lease, delivery and change, and delivery_log_message. The caller holds the leases since an earlier
-- statement of its transaction: only then does this one see every outcome that was committed under them.
with
lost as materialized (
  select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank
  from changepost.leased m
  where m.token = any (:tokens::bigint[])
),
returned as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank, lost_leases)
  select m.change_id, m.webhook_id, m.change_at, m.salt, c.bytes, m.star, m.contact_rank, 1
  from (select * from lost order by webhook_id, change_id offset 0) m
  cross join lateral (
    select c.bytes from changepost.change c where c.id = m.change_id and c.captured_at = m.change_at offset 0) c
  on conflict (webhook_id, change_id) do nothing
  returning 1
),
ended as (
  delete from changepost.lease l where l.token = any (:tokens::bigint[])
)
select count(*)::integer from returned
