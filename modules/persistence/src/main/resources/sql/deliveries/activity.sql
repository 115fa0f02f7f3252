-- A webhook's attempts of the last hours in buckets of time: how many, how many failed, how many ended a delivery well, how long
-- they took. Looks at the newest :most attempts alone. No row where the organization has no such webhook.
-- Needs attempt's primary key and delivery_log_message within the days asked for. Locks nothing.
with
hook as materialized (
  select w.id from changepost.webhook w
  where w.id = :webhookId and w.organization_id = :organizationId and w.deleted_at is null
),
span as materialized (
  select date_bin(b.size, now() - :hours * interval '1 hour', 'epoch') + b.size as since, b.size
  from (select :minutes * interval '1 minute' as size) b
),
-- What is tried now may stem from a change of long ago: four attempts and a replay later than the span are few, and left out.
-- Both places of attempts by themselves, and the webhook by a subselect: the view joined with hook would read every webhook's rows.
recent as materialized (
  select * from (
    (select a.change_id, a.at, a.duration_ms, a.status
     from changepost.attempt a
     where a.webhook_id = (select id from hook)
       and a.change_at >= (select since from span) - interval '6 hours' and a.at >= (select since from span)
     order by a.change_id desc
     limit :most)
    union all
    (select l.change_id, l.first_at, l.first_duration_ms, l.first_status
     from changepost.delivery_log l
     where l.webhook_id = (select id from hook)
       and l.change_at >= (select since from span) - interval '6 hours' and l.first_at >= (select since from span)
     order by l.change_id desc
     limit :most)) both_places
  order by change_id desc
  limit :most
),
ended as materialized (
  select l.finished_at, l.state
  from changepost.delivery_log l
  where l.webhook_id = (select id from hook)
    and l.change_at >= (select since from span) - interval '6 hours' and l.finished_at >= (select since from span)
  order by l.change_id desc
  limit :most
),
tried as (
  select date_bin(s.size, r.at, 'epoch') as at, count(*) as attempts,
    count(*) filter (where r.status is null or r.status not between 200 and 299) as failed_attempts,
    percentile_disc(0.5) within group (order by r.duration_ms) as p50,
    percentile_disc(0.95) within group (order by r.duration_ms) as p95
  from recent r, span s
  group by 1
),
outcome as (
  select date_bin(s.size, e.finished_at, 'epoch') as at,
    count(*) filter (where e.state = 'delivered') as delivered, count(*) filter (where e.state = 'failed') as failed
  from ended e, span s
  group by 1
)
select b.at, coalesce(o.delivered, 0)::integer as delivered, coalesce(o.failed, 0)::integer as failed,
  coalesce(t.attempts, 0)::integer as attempts, coalesce(t.failed_attempts, 0)::integer as failed_attempts, t.p50, t.p95
from hook h
cross join span s
cross join lateral generate_series(s.since, now(), s.size) as b (at)
left join tried t on t.at = b.at
left join outcome o on o.at = b.at
order by b.at
