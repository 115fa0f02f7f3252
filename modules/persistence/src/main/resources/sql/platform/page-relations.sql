-- Returns an organization's relations with ids after one, oldest first, each with its data as arrays: at most :limit, and
-- no more than together keep :mostBytes, though always one. found tells how many there are, of one more than :limit.
-- Needs company_relation (organization_id, ...) and company_relation_data (relation_id, ...).
-- Locks nothing.
with
page as materialized (
  select r.id, r.company_id, r.star, r.starred_at,
    (select coalesce(sum(octet_length(d.name) + coalesce(octet_length(d.value), 0)), 0)
     from changepost.company_relation_data d where d.relation_id = r.id) as bytes
  from changepost.company_relation r
  where r.organization_id = :organization
    and r.id > :after
    and (:star::text is null or r.star = :star)
    and (:company::bigint is null or r.company_id = :company)
  order by r.id
  limit :limit + 1
),
measured as (
  select p.*, row_number() over by_id as position, sum(p.bytes) over by_id as bytes_so_far
  from page p
  window by_id as (order by p.id)
)
select m.id, m.company_id, c.name as company_name, m.star, m.starred_at, d.ids, d.names, d.values,
  (select count(*) from page) as found
from measured m
join changepost.company c on c.id = m.company_id
cross join lateral (
  select array_agg(id order by id) as ids, array_agg(name order by id) as names,
         array_agg(value order by id) as values
  from changepost.company_relation_data where relation_id = m.id) d
where m.position <= :limit
  and (m.position = 1 or m.bytes_so_far <= :mostBytes)
order by m.id
