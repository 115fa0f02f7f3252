-- The leases of fan-out that ran out, a bounded number, locked: those that a node that is gone left, or that were recorded twice.
-- Reads the table lease, which holds some dozens of rows; skips what is locked.
select l.token
from changepost.lease l
where l.due_at <= clock_timestamp()
order by l.due_at
limit 100
for update skip locked
