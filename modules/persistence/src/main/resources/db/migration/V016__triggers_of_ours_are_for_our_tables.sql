-- Whoever had no more than USAGE on the schema could put trigger functions that run with our rights on a temporary table of its own, and
-- so learn which organization has a relation with which company, and write what it liked into the audit log. Capture functions and publish
-- were never open to that. EXECUTE is asked for when a trigger is made, not when it fires, so the triggers that are there go on, whoever
-- writes. Locks nothing but the entries of these functions; the release before does not notice.
revoke all on function
  changepost.keep_relation_of_data(), changepost.move_relation_data(), changepost.audit_webhook(), changepost.audit_subscription(),
  changepost.audit_secret(), changepost.audit_key(), changepost.audit_relation(), changepost.audit_relation_data()
from public;
