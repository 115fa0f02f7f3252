-- The newest :most attempts of one delivery, oldest first. Needs the primary key of attempt and delivery_log_message. Locks nothing.
select a.round, a.number, a.at, a.duration_ms, a.status, a.error, a.response_body
from (
  select b.round, b.number, b.at, b.duration_ms, b.status, b.error, b.response_body
  from changepost.every_attempt b
  where b.webhook_id = :webhookId and b.change_id = :changeId and b.change_at = :changeAt
  order by b.round desc, b.number desc
  limit :most) a
order by a.round, a.number
