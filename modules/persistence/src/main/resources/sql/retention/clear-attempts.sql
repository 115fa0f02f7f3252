-- Removes attempts past retention that fell into the default partition, a bounded number at a time.
-- Reads the default partition, which is as good as empty. Locks the rows it removes.
delete from changepost.attempt_default x
where x.ctid = any (array(
  select y.ctid
  from changepost.attempt_default y
  where y.change_at < now() - :seconds * interval '1 second'
    and not exists (select 1 from changepost.delivery d where d.webhook_id = y.webhook_id and d.change_id = y.change_id)
  limit :limit))
