-- Finds organizations with a webhook that have more contacts than the limit, and returns those that were not told of it yet.
-- Writes an entry in their audit log for each; forgets those that are within the limit again. The second of two nodes finds nothing.
-- Reads company_relation_contact once. Locks its own rows alone.
with
counted as materialized (
  select r.organization_id, count(*)::integer as contacts
  from changepost.company_relation r
  where r.star <> 'none'
  group by r.organization_id
  having count(*) > :contactsLimit
),
over as materialized (
  select c.organization_id, c.contacts
  from counted c
  where exists (select 1 from changepost.webhook w where w.organization_id = c.organization_id and w.deleted_at is null)
),
within_again as (
  delete from changepost.contacts_over o
  where not exists (select 1 from over where over.organization_id = o.organization_id)
),
told as (
  insert into changepost.contacts_over (organization_id, contacts, contacts_limit)
  select organization_id, contacts, :contactsLimit from over order by organization_id
  on conflict (organization_id) do nothing
  returning organization_id, contacts, contacts_limit
),
logged as (
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  select organization_id, 'changepost', 'contacts.over-limit', 'organization ' || organization_id,
    json_build_object('contacts', contacts, 'limit', contacts_limit)::text
  from told
)
select organization_id, contacts from told
