-- Removes changes past retention that fell into the default partition, a bounded number at a time.
-- Reads the default partition, which is as good as empty. Locks the rows it removes.
delete from changepost.change_default x
where x.ctid = any (array(
  select y.ctid
  from changepost.change_default y
  where y.captured_at < now() - :seconds * interval '1 second'
    and y.id not in (select d.change_id from changepost.delivery d where d.change_at < now() - :seconds * interval '1 second')
    and y.id not in (select unnest(l.change_ids) from changepost.lease l)
  limit :limit))
