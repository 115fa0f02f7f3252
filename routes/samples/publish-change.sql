-- Publishes one change, given as JSON text, as POST /api/v1/changes takes it. Returns its id.
-- Needs no index; locks nothing but the row that it inserts.
select changepost.publish(
  object => c ->> 'object', action => c ->> 'action', object_id => c ->> 'objectId',
  company_id => (c ->> 'companyId')::bigint, organization_id => (c ->> 'organizationId')::bigint,
  current => nullif((c -> 'current')::text, 'null')::json, previous => nullif((c -> 'previous')::text, 'null')::json,
  occurred_at => (c ->> 'occurredAt')::timestamptz, traceparent => c ->> 'traceparent')
from (select cast(:#${body} as json) as c) as given
