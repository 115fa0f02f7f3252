-- What fan-out leases to its own node at once stands together in one row of lease, instead of in a row and three index entries each
-- in delivery that live for milliseconds; whatever does not end with its first attempt gets its row of delivery then.
-- A new table and a view, and a function anew; takes no lock on any table that exists.
-- The release before goes on, and does not see what stands here: neither in its lists, nor where a node that is gone left it; that
-- waits for a node of this release.

-- One row for each run of fan-out that leased anything, until all of it has its outcome; so some dozens at a time.
create table changepost.lease (
  token         bigint        primary key,          -- an outcome must name it
  due_at        timestamptz   not null,             -- when it ends; whatever has no outcome is made a row of delivery then
  open          integer       not null check (open > 0),  -- deliveries that have no outcome yet
  change_ids    bigint[]      not null,             -- from here on one element for each delivery; as in delivery
  webhook_ids   bigint[]      not null,
  change_ats    timestamptz[] not null,
  salts         bigint[]      not null,
  stars         text[]        not null,
  contact_ranks integer[]     not null,
  constraint lease_elements check (
    open <= cardinality(change_ids) and cardinality(webhook_ids) = cardinality(change_ids)
    and cardinality(change_ats) = cardinality(change_ids) and cardinality(salts) = cardinality(change_ids)
    and cardinality(stars) = cardinality(change_ids) and cardinality(contact_ranks) = cardinality(change_ids))
) with (fillfactor = 50,
        autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000,
        autovacuum_vacuum_cost_delay = 1,
        toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000);
-- They live too short to be worth compressing.
alter table changepost.lease
  alter column change_ids set storage external, alter column webhook_ids set storage external,
  alter column change_ats set storage external, alter column salts set storage external,
  alter column stars set storage external, alter column contact_ranks set storage external;

-- The deliveries of these leases that have no outcome yet: beside those in delivery, all that is waiting or under way.
create view changepost.leased as
select m.change_id, m.webhook_id, m.change_at, m.salt, m.star, m.contact_rank, l.due_at, l.token
from changepost.lease l
cross join lateral unnest(l.change_ids, l.webhook_ids, l.change_ats, l.salts, l.stars, l.contact_ranks)
  as m (change_id, webhook_id, change_at, salt, star, contact_rank)
where not exists (
    select 1 from changepost.delivery d where d.webhook_id = m.webhook_id and d.change_id = m.change_id)
  and not exists (
    select 1 from changepost.delivery_log g
    where g.webhook_id = m.webhook_id and g.change_id = m.change_id and g.change_at = m.change_at);

-- Whether a delivery that is not at its end, or a change that is not fanned out, is of that UTC day.
create or replace function changepost.is_day_needed(day date) returns boolean
language plpgsql as $$
declare
  child   text := 'change_' || to_char(day, 'YYYYMMDD');
  since   timestamptz := day::timestamp at time zone 'UTC';
  until   timestamptz := (day + 1)::timestamp at time zone 'UTC';
  lowest  bigint;
  highest bigint;
begin
  if exists (select 1 from changepost.lease l where since <= any (l.change_ats) and until > any (l.change_ats)) then
    return true;
  end if;
  if to_regclass('changepost.' || child) is not null then
    -- By the ids of that day, webhook after webhook, because that is what the key leads to.
    execute format('select min(id), max(id) from changepost.%I', child) into lowest, highest;
    if exists (
      with recursive waiting as (
        (select d.webhook_id from changepost.delivery d order by d.webhook_id limit 1)
        union all
        select (select d.webhook_id from changepost.delivery d where d.webhook_id > w.webhook_id order by d.webhook_id limit 1)
        from waiting w where w.webhook_id is not null
      )
      select 1 from waiting w join changepost.delivery d on d.webhook_id = w.webhook_id
      where d.change_id between lowest and highest and d.change_at >= since and d.change_at < until
    ) then
      return true;
    end if;
  end if;
  -- Outbox rows are taken oldest first, so those of an old day are among the first.
  return exists (select 1 from (select o.captured_at from changepost.outbox o order by o.id limit 10000) o
                 where o.captured_at >= since and o.captured_at < until);
end
$$;
