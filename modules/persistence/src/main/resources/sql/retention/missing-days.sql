-- Days without their partitions, from that of the oldest change not fanned out until three ahead. Reads the catalogue and one outbox row.
-- Locks nothing. Never more than 40 days back: a clock that was wrong by years (a machine that started in 1970) would make
-- thousands of tables; such changes go into the default partitions.
with first as (
  select greatest(
    (now() at time zone 'UTC')::date - 40,
    least(
      (now() at time zone 'UTC')::date,
      (select (o.captured_at at time zone 'UTC')::date from changepost.outbox o order by o.id limit 1))) as day
),
day as (
  select (first.day + n)::date as day
  from first cross join generate_series(0, ((now() at time zone 'UTC')::date - first.day) + 3) as n
)
select d.day
from day d
where to_regclass('changepost.change_' || to_char(d.day, 'YYYYMMDD')) is null
   or to_regclass('changepost.delivery_log_' || to_char(d.day, 'YYYYMMDD')) is null
   or to_regclass('changepost.attempt_' || to_char(d.day, 'YYYYMMDD')) is null
order by d.day
