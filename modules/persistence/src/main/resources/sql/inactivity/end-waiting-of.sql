-- Ends what waits for one inactive webhook. Returns how many; 0 where it is active.
-- Needs the index delivery_due; skips what is locked, and what is being attempted right now.
-- Its limit keeps it short: a million waiting deliveries are ended in many steps.
with
silent as materialized (
  select w.id, w.deleted_at is not null as deleted
  from changepost.webhook w
  where w.id = :webhookId and (w.status = 'inactive' or w.deleted_at is not null)
    -- A probe of delivery_due, which the planner cannot turn into a join with all that waits for anybody.
    and coalesce((select true from changepost.delivery d where d.webhook_id = w.id order by d.due_at limit 1), false)
),
ending as materialized (
  select d.tid, s.deleted
  from silent s
  cross join lateral (
    select d.ctid as tid
    from changepost.delivery d
    where d.webhook_id = s.id and (d.token is null or d.due_at < clock_timestamp())
    order by d.due_at
    limit :limit
    for update skip locked) d
  limit :limit
),
removed as materialized (
  delete from changepost.delivery d
  where d.ctid = any (array(select tid from ending))
  returning d.*
),
logged as (
  insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, star, contact_rank, round, attempt_count, state, reason, finished_at)
  select r.change_id, r.webhook_id, r.change_at, r.salt, r.star, r.contact_rank, r.round, r.attempt_count,
    'failed', 'webhook inactive', clock_timestamp()
  from removed r
  where r.webhook_id = any (array(select id from silent where not deleted))
  on conflict (webhook_id, change_id, change_at) do nothing
)
select count(*)::integer from removed
