-- Warns of webhooks that only failed for half, or nine tenths, of the time after which they become inactive. Returns those not
-- warned of yet; they are in the audit log then. Reads all active webhooks with their health; a second node waits for the
-- first one's row and finds it told. Needs the primary key of webhook_warning.
with
clock as materialized (select clock_timestamp() as now),
ended as (
  delete from changepost.webhook_warning t
  using changepost.webhook_health h
  where h.webhook_id = t.webhook_id and h.failing_since is distinct from t.failing_since
),
due as materialized (
  select w.id, w.organization_id, h.failing_since,
    case when h.failing_since <= c.now - 0.9 * :afterSeconds * interval '1 second' then 90 else 50 end as percent,
    h.failing_since + :afterSeconds * interval '1 second' as inactive_at
  from changepost.webhook w
  join changepost.webhook_health h on h.webhook_id = w.id
  cross join clock c
  where w.status = 'active' and w.deleted_at is null
    and h.failing_since <= c.now - 0.5 * :afterSeconds * interval '1 second'
    and h.last_failure_at > c.now - interval '24 hours'
  order by w.id
),
told as (
  insert into changepost.webhook_warning (webhook_id, failing_since, percent)
  select id, failing_since, percent from due
  on conflict (webhook_id, failing_since, percent) do nothing
  returning webhook_id, percent
),
audited as (
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  select d.organization_id, 'changepost', 'webhook.warning', 'webhook ' || d.id,
    json_build_object('percent', d.percent, 'failingSince', d.failing_since, 'inactiveAt', d.inactive_at)::text
  from due d
  join told t on t.webhook_id = d.id
)
select d.id as webhook_id, d.organization_id, d.percent, d.failing_since, d.inactive_at
from due d
join told t on t.webhook_id = d.id
