-- Makes one waiting delivery due now; what is being attempted right now stays as it is. Returns 1 where the message waits, else 0.
-- Needs the primary key of delivery, reads the few rows of lease; locks the row.
with hastened as (
  update changepost.delivery
  set due_at = clock_timestamp()
  where webhook_id = :webhookId and change_id = :changeId and salt = :salt and token is null and due_at > clock_timestamp()
  returning 1
)
select count(*)::integer
from (
  select webhook_id, change_id, salt from changepost.delivery
  union all
  select webhook_id, change_id, salt from changepost.leased) waiting
where webhook_id = :webhookId and change_id = :changeId and salt = :salt
