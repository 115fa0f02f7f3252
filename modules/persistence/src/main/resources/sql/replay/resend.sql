-- Moves one ended delivery back to what is to be done, as a new round. Returns 1 where there was one, else 0.
-- Needs the index delivery_log_message; the caller holds the webhook's row.
with
moved as materialized (
  delete from changepost.delivery_log l
  where l.webhook_id = :webhookId and l.change_id = :changeId and l.salt = :salt
  returning l.*
),
-- The row of the log goes, and with it the attempt that stands there.
kept as (
  insert into changepost.attempt (change_id, webhook_id, change_at, round, number, at, duration_ms, status, response_body)
  select m.change_id, m.webhook_id, m.change_at, 1, 1, m.first_at, m.first_duration_ms, m.first_status, m.first_response_body
  from moved m
  where m.first_at is not null
  on conflict (webhook_id, change_id, round, number, change_at) do nothing
),
inserted as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank, ordering_key, round)
  select m.change_id, m.webhook_id, m.change_at, m.salt, c.bytes, m.star, m.contact_rank,
    case when w.ordered then hashtextextended(c.object || '/' || c.object_id, 0) end,
    m.round + 1
  from moved m
  join changepost.webhook w on w.id = m.webhook_id
  join changepost.change c on c.id = m.change_id and c.captured_at = m.change_at
  on conflict (webhook_id, change_id) do nothing
  returning 1
)
select count(*)::integer from inserted
