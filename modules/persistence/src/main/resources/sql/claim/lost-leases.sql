-- The leases of fan-out that ran out, a bounded number, locked: those that a node that is gone left, or of which it was not known that
-- they were over.
-- Reads the table lease, which holds a row for each fan-out that is not over; skips what is locked.
select l.token
from changepost.lease l
where l.due_at <= clock_timestamp()
order by l.due_at
limit :most
for update skip locked
