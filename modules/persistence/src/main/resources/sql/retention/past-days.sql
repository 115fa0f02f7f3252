-- Days that have partitions and ended longer ago than that. Reads the catalogue only.
-- Locks nothing.
select distinct to_date(right(c.relname, 8), 'YYYYMMDD') as day
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent in ('changepost.change'::regclass, 'changepost.delivery_log'::regclass, 'changepost.attempt'::regclass)
  and c.relname ~ '_[0-9]{8}$'
  and (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC' <= now() - :seconds * interval '1 second'
order by 1
