-- Hands back claims that were not started: due now, no attempt used. Only those still leased under the token named. Returns how many.
-- Needs the primary keys of lease and delivery; locks leases, then deliveries, each in the order of their ids.
with
given as materialized (
  select *
  from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::integer[])
    as g (change_id, webhook_id, token, leased_change_micros, leased_salt, leased_star, leased_rank)
),
-- The leases of those that have no row of their own, which are told by their salt.
held as materialized (
  select l.token
  from (select distinct token from given where leased_salt is not null order by token offset 0) e
  cross join lateral (
    select l.token from changepost.lease l where l.token = e.token for update) l
),
mine as materialized (
  select d.tid
  from (select * from given where leased_salt is null order by webhook_id, change_id offset 0) g
  cross join lateral (
    select d.ctid as tid
    from changepost.delivery d
    -- In the order of the key, which no other index has: in a table that is empty when this is planned all of them cost the same.
    where d.webhook_id = g.webhook_id and d.change_id between g.change_id and g.change_id and d.token = g.token
    order by d.change_id
    limit 1
    for update) d
  where (select count(*) from held) >= 0
),
freed as (
  update changepost.delivery d
  set token = null, due_at = clock_timestamp()
  where d.ctid = any (array(select tid from mine))
  returning 1
),
returned as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank)
  select g.change_id, g.webhook_id, c.captured_at, g.leased_salt, c.bytes, g.leased_star, g.leased_rank
  from (select *, timestamptz 'epoch' + leased_change_micros * interval '1 microsecond' as change_at
        from given
        where leased_salt is not null and token = any (array(select token from held))
        order by webhook_id, change_id offset 0) g
  cross join lateral (
    select c.captured_at, c.bytes from changepost.change c where c.id = g.change_id and c.captured_at = g.change_at offset 0) c
  on conflict (webhook_id, change_id) do nothing
  returning 1
),
closed as (
  delete from changepost.lease l
  where l.token = any (array(select token from held)) and l.token = any (?::bigint[])
    and not coalesce((
      select true
      from changepost.leased m
      where m.token = l.token and (m.token, m.change_id, m.webhook_id) not in (select g.token, g.change_id, g.webhook_id from given g)
      limit 1), false)
)
select ((select count(*) from freed) + (select count(*) from returned))::integer
