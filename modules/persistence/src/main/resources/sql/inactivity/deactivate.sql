-- Switches off the webhooks whose endpoints take nothing. Returns those, or one row with held_back where they are too many at once.
-- Reads all active webhooks with their health; locks those that go, and their health, in the order of their ids: a success
-- that was recorded first is seen, because the lock waits for it and the rule is then asked again.
with
clock as materialized (select clock_timestamp() as now),
due as materialized (
  select w.id, w.organization_id
  from changepost.webhook w
  join changepost.webhook_health h on h.webhook_id = w.id
  where w.status = 'active' and w.deleted_at is null
    and ((h.failing_since <= (select now from clock) - :afterSeconds * interval '1 second'
          and h.last_failure_at > (select now from clock) - interval '24 hours')
      or (:quietToo and not w.paused
          and greatest(w.listens_from, h.last_success_at) <= (select now from clock) - :afterSeconds * interval '1 second'))
  order by w.id
  for no key update
),
guard as materialized (
  select d.due, d.due >= :alarmCount and d.due > :alarmShare * a.active as held
  from (select count(*) as due from due) d
  cross join (select count(*) as active from changepost.webhook where status = 'active' and deleted_at is null) a
),
gone as (
  update changepost.webhook w
  set status = 'inactive', inactive_reason = :reason, inactive_since = c.now, updated_at = c.now
  from clock c
  where w.id = any (array(select id from due)) and w.status = 'active' and not (select held from guard)
  returning w.id, w.organization_id
)
select 0 as held_back, id as webhook_id, organization_id from gone
union all
select due::integer, 0, 0 from guard where held
