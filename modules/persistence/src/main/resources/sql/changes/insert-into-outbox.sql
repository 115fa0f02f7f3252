-- Returns the ids in the order of the arrays; writes one outbox row for each element of them. Where ids has none for it, the next one
-- is taken, so that ids grow in that order.
-- Needs no index.
-- Locks nothing but the rows it makes.
with given as materialized (
  select c.*, coalesce(c.given_id, nextval('changepost.change_id')) as id
  from (
    select *
    from unnest(:ids::bigint[], :occurredAt::timestamptz[], :objects::text[], :actions::text[],
                :objectIds::text[], :companyIds::bigint[], :organizationIds::bigint[], :stars::text[],
                :previousStars::text[], :starredAt::timestamptz[], :currents::text[],
                :previouses::text[], :bytes::integer[], :traceparents::text[]) with ordinality
           as c (given_id, occurred_at, object, action, object_id, company_id, organization_id, star,
                 previous_star, starred_at, current, previous, bytes, traceparent, place)
    order by place
    offset 0) c
),
put as (
  insert into changepost.outbox
    (id, occurred_at, object, action, object_id, company_id, organization_id, star, previous_star,
     starred_at, current, previous, bytes, renamed, traceparent)
  select g.id, coalesce(g.occurred_at, clock_timestamp()), g.object, g.action, g.object_id,
         g.company_id, g.organization_id, g.star, g.previous_star, g.starred_at, g.current::json,
         g.previous::json, g.bytes, false, g.traceparent
  from given g
  order by g.id
)
select id from given order by place
