-- Writes one outbox row for each element of the arrays, in their order, and returns the ids in it. Where ids has none for it, the next one
-- is taken, so that ids grow in that order: a scan of unnest goes through the arrays from the first element to the last, and rows are
-- returned as they are written. A sort would cost one change an eighth more, and more copies of its states, without changing that.
-- Needs no index.
-- Locks nothing but the rows it makes.
insert into changepost.outbox
  (id, occurred_at, object, action, object_id, company_id, organization_id, star, previous_star,
   starred_at, current, previous, bytes, renamed, traceparent)
select coalesce(g.given_id, nextval('changepost.change_id')), coalesce(g.occurred_at, clock_timestamp()), g.object,
       g.action, g.object_id, g.company_id, g.organization_id, g.star, g.previous_star, g.starred_at, g.current::json,
       g.previous::json, g.bytes, false, g.traceparent
from unnest(:ids::bigint[], :occurredAt::timestamptz[], :objects::text[], :actions::text[],
            :objectIds::text[], :companyIds::bigint[], :organizationIds::bigint[], :stars::text[],
            :previousStars::text[], :starredAt::timestamptz[], :currents::text[],
            :previouses::text[], :bytes::integer[], :traceparents::text[])
       as g (given_id, occurred_at, object, action, object_id, company_id, organization_id, star,
             previous_star, starred_at, current, previous, bytes, traceparent)
returning id
