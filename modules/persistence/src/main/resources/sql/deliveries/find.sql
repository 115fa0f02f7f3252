-- One delivery, waiting or ended, with its change. No row where it is another organization's.
-- Needs the primary keys and delivery_log_message. Locks nothing.
select l.*, c.object, c.action, c.object_id, c.occurred_at, c.current::text as current, c.previous::text as previous,
  c.renamed, c.truncated, c.traceparent
from (
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending' as state, null as reason, d.round, d.attempt_count,
    d.due_at as next_attempt_at, null::timestamptz as finished_at
  from changepost.delivery d
  where d.webhook_id = :webhookId and d.change_id = :changeId and d.salt = :salt
  union all
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending', null, 1, 0, d.due_at, null
  from changepost.leased d
  where d.webhook_id = :webhookId and d.change_id = :changeId and d.salt = :salt
  union all
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.state, d.reason, d.round, d.attempt_count,
    null, d.finished_at
  from changepost.delivery_log d
  where d.webhook_id = :webhookId and d.change_id = :changeId and d.salt = :salt) l
cross join lateral (
  select c.* from changepost.change c where c.id = l.change_id and c.captured_at = l.change_at offset 0) c
where (select true from changepost.webhook w
       where w.id = :webhookId and w.organization_id = :organizationId and w.deleted_at is null)
