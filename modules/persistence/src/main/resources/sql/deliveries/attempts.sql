-- All attempts of one delivery, oldest first. Needs the primary key of attempt. Locks nothing.
select a.round, a.number, a.at, a.duration_ms, a.status, a.error, a.response_body
from changepost.attempt a
where a.webhook_id = :webhookId and a.change_id = :changeId and a.change_at = :changeAt
order by a.round, a.number
