-- A page of a webhook's deliveries, newest change first, waiting and ended ones merged; of the branches over the log one runs.
-- Needs the primary key of delivery, delivery_log_message and delivery_log_failed, and reads no more than the page of each, and the
-- few rows of lease.
-- Locks nothing.
select l.*, c.object, c.action, c.object_id
from (
  (select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending' as state, null as reason, d.round, d.attempt_count,
     d.due_at as next_attempt_at, null::timestamptz as finished_at
   from changepost.delivery d
   where :pending and d.webhook_id = :webhookId and d.change_id < :before
     and d.change_at >= coalesce(:since::timestamptz, '-infinity') and d.change_at < coalesce(:until::timestamptz, 'infinity')
   order by d.change_id desc
   limit :limit)
  union all
  (select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending', null, 1, 0, d.due_at, null
   from changepost.leased d
   where :pending and d.webhook_id = :webhookId and d.change_id < :before
     and d.change_at >= coalesce(:since::timestamptz, '-infinity') and d.change_at < coalesce(:until::timestamptz, 'infinity')
   order by d.change_id desc
   limit :limit)
  union all
  (select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.state, d.reason, d.round, d.attempt_count,
     null, d.finished_at
   from changepost.delivery_log d
   where :delivered and :failed and d.webhook_id = :webhookId and d.change_id < :before
     and d.change_at >= coalesce(:since::timestamptz, '-infinity') and d.change_at < coalesce(:until::timestamptz, 'infinity')
   order by d.change_id desc
   limit :limit)
  union all
  (select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.state, d.reason, d.round, d.attempt_count,
     null, d.finished_at
   from changepost.delivery_log d
   where :delivered and not :failed and d.webhook_id = :webhookId and d.change_id < :before and d.state = 'delivered'
     and d.change_at >= coalesce(:since::timestamptz, '-infinity') and d.change_at < coalesce(:until::timestamptz, 'infinity')
   order by d.change_id desc
   limit :limit)
  union all
  (select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.state, d.reason, d.round, d.attempt_count,
     null, d.finished_at
   from changepost.delivery_log d
   where :failed and not :delivered and d.webhook_id = :webhookId and d.change_id < :before and d.state = 'failed'
     and d.change_at >= coalesce(:since::timestamptz, '-infinity') and d.change_at < coalesce(:until::timestamptz, 'infinity')
   order by d.change_id desc
   limit :limit)
  order by change_id desc
  limit :limit) l
cross join lateral (
  select c.object, c.action, c.object_id
  from changepost.change c
  where c.id = l.change_id and c.captured_at = l.change_at
  offset 0) c
where (select true from changepost.webhook w
       where w.id = :webhookId and w.organization_id = :organizationId and w.deleted_at is null)
order by l.change_id desc
