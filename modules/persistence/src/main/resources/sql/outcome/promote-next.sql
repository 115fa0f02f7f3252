-- Makes the next delivery of each ordered queue due, ahead of all others, once the one before it came to its end.
-- Returns how many of those were changed by somebody while this waited for them, and so were left as they are: a row is found again by its
-- place, and this statement does not see the place that it has now. The next run does.
-- Needs the index delivery_order. Locks those rows; run after the outcome's commit, or it would not see what came in meanwhile.
with ended as materialized (
  select distinct webhook_id, ordering_key
  from unnest(?::bigint[], ?::bigint[]) as e (webhook_id, ordering_key)
),
next as materialized (
  select n.tid
  from (select * from ended order by webhook_id, ordering_key offset 0) e
  cross join lateral (
    select d.ctid as tid, d.token is null and d.attempt_count = 0 as waits
    from changepost.delivery d
    where d.webhook_id = e.webhook_id and d.ordering_key = e.ordering_key
    order by d.change_id
    limit 1
    for update) n
  where n.waits
),
promoted as (
  update changepost.delivery d
  set due_at = d.change_at
  where d.ctid = any (array(select tid from next))
  returning 1
)
select (select count(*) from next) - (select count(*) from promoted) as missed
