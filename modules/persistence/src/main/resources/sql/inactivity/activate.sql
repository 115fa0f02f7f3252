-- Switches a webhook on, with a clean record; it listens to what is captured from now on (the trigger webhook_listens_anew).
-- Returns its id where it was inactive. Needs and locks its row, then its health.
with now_active as (
  update changepost.webhook
  set status = 'active', inactive_reason = null, inactive_since = null,
      listens_from = clock_timestamp(), updated_at = clock_timestamp()
  where id = :webhookId and organization_id = :organizationId and status = 'inactive' and deleted_at is null
  returning id
),
clean as (
  update changepost.webhook_health
  set failing_since = null, last_failure_at = null
  where webhook_id = (select id from now_active)
)
select id from now_active
