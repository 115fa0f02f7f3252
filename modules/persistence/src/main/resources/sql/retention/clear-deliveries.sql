-- Removes deliveries past retention that fell into the default partition, a bounded number at a time.
-- Reads the default partition, which is as good as empty. Locks the rows it removes.
delete from changepost.delivery_log_default x
where x.ctid = any (array(
  select y.ctid
  from changepost.delivery_log_default y
  where y.change_at < now() - :seconds * interval '1 second'
    -- What a lease holds would count as not delivered without it.
    and y.change_id not in (select unnest(l.change_ids) from changepost.lease l)
  limit :limit))
