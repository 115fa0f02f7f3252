-- Returns nothing; writes one outbox row for each element of the arrays.
-- Needs no index.
-- Locks nothing but the rows it makes.
insert into changepost.outbox
  (id, occurred_at, object, action, object_id, company_id, organization_id, star, previous_star,
   starred_at, current, previous, bytes, renamed, traceparent)
select c.id, coalesce(c.occurred_at, clock_timestamp()), c.object, c.action, c.object_id,
       c.company_id, c.organization_id, c.star, c.previous_star, c.starred_at, c.current::json,
       c.previous::json, c.bytes, false, c.traceparent
from unnest(:ids::bigint[], :occurredAt::timestamptz[], :objects::text[], :actions::text[],
            :objectIds::text[], :companyIds::bigint[], :organizationIds::bigint[], :stars::text[],
            :previousStars::text[], :starredAt::timestamptz[], :currents::text[],
            :previouses::text[], :bytes::integer[], :traceparents::text[])
       as c (id, occurred_at, object, action, object_id, company_id, organization_id, star,
             previous_star, starred_at, current, previous, bytes, traceparent)
order by c.id
