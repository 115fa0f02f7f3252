-- Switches off one webhook. The number of rows tells whether it was active. Needs and locks its row.
update changepost.webhook
set status = 'inactive', inactive_reason = :reason, inactive_since = clock_timestamp(), updated_at = clock_timestamp()
where id = :webhookId and organization_id = :organizationId and status = 'active' and deleted_at is null
