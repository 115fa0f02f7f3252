-- Hands back claims that were not started: due now, no attempt used. Only those still leased under the token named.
-- Needs the primary key of delivery; locks the rows in the order of their ids.
with given as materialized (
  select * from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as g (change_id, webhook_id, token)
),
mine as materialized (
  select d.tid
  from (select * from given order by webhook_id, change_id offset 0) g
  cross join lateral (
    select d.ctid as tid
    from changepost.delivery d
    where d.webhook_id = g.webhook_id and d.change_id = g.change_id and d.token = g.token
    for update) d
)
update changepost.delivery d
set token = null, due_at = clock_timestamp()
where d.ctid = any (array(select tid from mine))
