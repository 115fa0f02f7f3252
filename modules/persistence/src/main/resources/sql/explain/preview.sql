-- How many changes of the last 24 hours an organization would have been sent for given subscriptions, by object and action.
-- Looks at the newest :most changes alone, so that it answers at once; since tells how far back those reach.
-- Whoever is told is asked of the same function as at fan-out, narrowed to the organization.
-- Needs the primary key of change and company_relation's unique key. Locks nothing.
with
slice as materialized (
  select c.id, c.captured_at, c.object, c.action, c.object_id, c.company_id, c.organization_id, c.star, c.previous_star, c.starred_at
  from changepost.change c
  where c.captured_at >= clock_timestamp() - interval '24 hours'
  order by c.id desc
  limit :most
),
wanted as materialized (
  select s.object, s.action from unnest(:objects::text[], :actions::text[]) as s (object, action)
),
cutoff as materialized (
  select c.starred_at, c.relation_id from changepost.contacts_cutoff(:organizationId, :contactsLimit) c
),
matched as materialized (
  select s.object, s.action
  from slice s
  join wanted w on w.object = s.object and w.action = s.action
  cross join lateral changepost.interested(
    s.object, s.object_id, s.company_id,
    case when s.object in ('Company', 'Document') then coalesce(s.organization_id, :organizationId) else s.organization_id end,
    s.star, s.previous_star, s.starred_at) i
  left join cutoff c on true
  where (s.organization_id is null or s.organization_id = :organizationId)
    and i.organization_id = :organizationId
    and coalesce((i.starred_at, i.relation_id) < (c.starred_at, c.relation_id), true)
),
reach as (
  select case when count(*) < :most then clock_timestamp() - interval '24 hours' else min(captured_at) end as since,
    clock_timestamp() as until
  from slice
)
select w.object, w.action, count(m.object)::integer as changes, r.since, r.until
from wanted w
cross join reach r
left join matched m on m.object = w.object and m.action = w.action
group by w.object, w.action, r.since, r.until
order by w.object, w.action
