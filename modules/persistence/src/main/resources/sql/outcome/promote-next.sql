-- Makes the next delivery of each ordered queue due, ahead of all others, once the one before it came to its end.
-- Needs the index delivery_order. Locks those rows; run after the outcome's commit, or it would not see what came in meanwhile.
with ended as materialized (
  select distinct webhook_id, ordering_key
  from unnest(?::bigint[], ?::bigint[]) as e (webhook_id, ordering_key)
),
next as materialized (
  select n.tid
  from (select * from ended order by webhook_id, ordering_key offset 0) e
  cross join lateral (
    select d.ctid as tid
    from changepost.delivery d
    where d.webhook_id = e.webhook_id and d.ordering_key = e.ordering_key
    order by d.change_id
    limit 1
    for update) n
)
update changepost.delivery d
set due_at = d.change_at
where d.ctid = any (array(select tid from next)) and d.token is null and d.attempt_count = 0
