-- All that tells why a change was or was not sent to one webhook of an organization: one row, or none where there is no such
-- webhook. The change's columns are null where it is not kept (any more); first_kept tells from which id on changes are.
-- Whoever is told is asked of the same function as at fan-out, narrowed to the organization.
-- Needs the primary keys of change, outbox, delivery, delivery_log_message, and audit_subject. Locks nothing.
with
hook as materialized (
  select w.id, w.organization_id, w.status, w.inactive_reason, w.inactive_since, w.listens_after, w.listens_from, w.created_at
  from changepost.webhook w
  where w.id = :webhookId and w.organization_id = :organizationId and w.deleted_at is null
),
found as materialized (
  select c.id, c.captured_at, c.object, c.action, c.object_id, c.company_id, c.organization_id, c.star, c.previous_star,
    c.starred_at, false as in_outbox
  from changepost.change c where c.id = :changeId
  union all
  select o.id, o.captured_at, o.object, o.action, o.object_id, o.company_id, o.organization_id, o.star, o.previous_star,
    o.starred_at, true
  from changepost.outbox o where o.id = :changeId
  limit 1
),
told as materialized (
  select i.star, i.starred_at, i.relation_id
  from found f
  cross join lateral changepost.interested(
    f.object, f.object_id, f.company_id,
    case when f.object in ('Company', 'Document') then coalesce(f.organization_id, :organizationId) else f.organization_id end,
    f.star, f.previous_star, f.starred_at) i
  where i.organization_id = :organizationId
    and (f.organization_id is null or f.organization_id = :organizationId)
),
-- The webhook's last change of state before the change was captured.
state as materialized (
  select a.action, a.detail
  from changepost.audit a, found f
  where a.organization_id = :organizationId and a.subject = 'webhook ' || :webhookId
    and a.action in ('webhook.inactive', 'webhook.activate', 'webhook.create') and a.at <= f.captured_at
  order by a.id desc
  limit 1
),
delivery as materialized (
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending' as state, null as reason, d.round, d.attempt_count,
    d.due_at as next_attempt_at, null::timestamptz as finished_at
  from changepost.delivery d, hook h
  where d.webhook_id = h.id and d.change_id = :changeId
  union all
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, 'pending', null, 1, 0, d.due_at, null
  from changepost.leased d, hook h
  where d.webhook_id = h.id and d.change_id = :changeId
  union all
  select d.change_id, d.webhook_id, d.change_at, d.salt, d.star, d.state, d.reason, d.round, d.attempt_count,
    null, d.finished_at
  from changepost.delivery_log d, hook h
  where d.webhook_id = h.id and d.change_id = :changeId
  limit 1
)
select f.id is not null as is_kept, f.captured_at, f.object, f.action, f.object_id, f.company_id, f.organization_id as owner, f.in_outbox,
  e.is_before and f.captured_at < h.created_at as is_before_webhook,
  e.is_before as is_before_activation,
  h.status = 'inactive' and h.inactive_since <= f.captured_at as is_inactive_since,
  s.action = 'webhook.inactive' as was_inactive,
  coalesce(s.detail::json ->> 'reason', h.inactive_reason) as inactive_reason,
  exists (select 1 from changepost.subscription b
          where b.webhook_id = h.id and b.object = f.object and b.action = f.action) as is_subscribed,
  t.star is not null as is_starred, t.star,
  coalesce((t.starred_at, t.relation_id) >= (c.starred_at, c.relation_id), false) as is_beyond_limit,
  exists (select 1 from changepost.company_relation r
          where r.organization_id = :organizationId and r.company_id = f.company_id) as has_relation,
  (select min(k.id) from changepost.change k) as first_kept,
  d.change_id, d.webhook_id, d.change_at, d.salt, d.state, d.reason, d.round, d.attempt_count, d.next_attempt_at, d.finished_at,
  a.number as last_number, a.status as last_status, a.error as last_error
from hook h
left join found f on true
-- 0: made before the order of capture was kept.
left join lateral (
  select f.id < h.listens_after or (h.listens_after = 0 and f.captured_at < h.listens_from) as is_before) e on true
left join told t on true
left join state s on true
left join delivery d on true
left join lateral changepost.contacts_cutoff(:organizationId, :contactsLimit) c on true
left join lateral (
  select a.number, a.status, a.error
  from changepost.every_attempt a
  where a.webhook_id = d.webhook_id and a.change_id = d.change_id and a.change_at = d.change_at
  order by a.round desc, a.number desc
  limit 1) a on true
