-- Returns an organization's relations with ids after one, oldest first, each with its data as arrays.
-- Needs company_relation (organization_id, ...) and company_relation_data (relation_id, ...).
-- Locks nothing.
select r.id, r.company_id, c.name as company_name, r.star, r.starred_at, d.ids, d.names, d.values
from changepost.company_relation r
join changepost.company c on c.id = r.company_id
cross join lateral (
  select array_agg(id order by id) as ids, array_agg(name order by id) as names,
         array_agg(value order by id) as values
  from changepost.company_relation_data where relation_id = r.id) d
where r.organization_id = :organization
  and r.id > :after
  and (:star::text is null or r.star = :star)
  and (:company::bigint is null or r.company_id = :company)
order by r.id
limit :most
