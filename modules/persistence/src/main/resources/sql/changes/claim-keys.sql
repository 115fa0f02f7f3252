-- Returns the keys that were free (or older than 24 hours) and are taken now; the others are known.
-- Needs the primary key of published.
-- Locks the rows of the keys, in the order of the keys; waits for others that publish them.
insert into changepost.published as p (idempotency_key, fingerprint, change_id)
select k.key, k.fingerprint, k.change_id
from unnest(:keys::text[], :fingerprints::bytea[], :changeIds::bigint[])
       as k (key, fingerprint, change_id)
order by k.key
on conflict (idempotency_key) do update
  set fingerprint = excluded.fingerprint, change_id = excluded.change_id, created_at = excluded.created_at
  where p.created_at < clock_timestamp() - interval '24 hours'
returning idempotency_key
