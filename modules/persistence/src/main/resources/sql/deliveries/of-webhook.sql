-- How one webhook does, whosever it is: one row, or none where it is deleted or never was.
-- Needs the primary key of webhook, delivery_due and delivery_log_failed; counts to 10,000. Locks nothing.
select w.organization_id, split_part(w.url, '?', 1) as url, w.status, w.inactive_reason, w.inactive_since, w.paused, w.ordered,
  h.last_success_at, h.failing_since,
  least(10000, (select count(*) from (select 1 from changepost.delivery d where d.webhook_id = w.id limit 10000) d)
    + (select count(*) from changepost.leased d where d.webhook_id = w.id))::integer as waiting,
  greatest(
    (select extract(epoch from clock_timestamp() - d.due_at)
     from changepost.delivery d
     where d.webhook_id = w.id and d.due_at <= clock_timestamp()
     order by d.due_at limit 1),
    (select extract(epoch from clock_timestamp() - min(d.due_at))
     from changepost.leased d
     where d.webhook_id = w.id and d.due_at <= clock_timestamp())) as due_age,
  (select count(*)
   from (select 1 from changepost.delivery_log l where l.webhook_id = w.id and l.state = 'failed' limit 10000) l)::integer as failed
from changepost.webhook w
left join changepost.webhook_health h on h.webhook_id = w.id
where w.id = :webhookId and w.deleted_at is null
