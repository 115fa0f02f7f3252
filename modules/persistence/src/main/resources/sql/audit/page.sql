-- A page of an organization's audit log, newest first.
-- Needs audit_organization, and audit_subject where one subject is asked for. Locks nothing.
select a.id, a.at, a.actor, a.action, a.subject, a.detail
from changepost.audit a
where a.organization_id = :organization
  and a.id < :before
  and (:subject::text is null or a.subject = :subject)
  and a.at >= coalesce(:since::timestamptz, '-infinity')
  and a.at < coalesce(:until::timestamptz, 'infinity')
order by a.id desc
limit :most
