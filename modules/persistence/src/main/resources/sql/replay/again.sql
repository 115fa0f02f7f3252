-- Moves a slice of a webhook's ended deliveries back to what is to be done, as a new round. Returns how many, and the last change looked at.
-- Needs the indexes delivery_log_failed and delivery_log_message; the caller holds the webhook's row.
with
hook as materialized (
  select w.id, w.ordered from changepost.webhook w where w.id = :webhookId
),
picked as materialized (
  select * from (
    (select l.change_id, l.change_at
     from changepost.delivery_log l
     where l.webhook_id = :webhookId and l.state = 'failed' and l.change_id > :after
       and l.change_at >= :since and l.change_at < :until
     order by l.change_id
     limit :limit)
    union all
    (select l.change_id, l.change_at
     from changepost.delivery_log l
     where :deliveredToo and l.webhook_id = :webhookId and l.state = 'delivered' and l.change_id > :after
       and l.change_at >= :since and l.change_at < :until
     order by l.change_id
     limit :limit)) both_states
  order by change_id
  limit :limit
),
moved as materialized (
  delete from changepost.delivery_log l
  where l.webhook_id = :webhookId and l.change_id = any (array(select change_id from picked))
    and l.change_at >= (select min(change_at) from picked) and l.change_at <= (select max(change_at) from picked)
  returning l.*
),
-- The row of the log goes, and with it the attempt that stands there.
kept as (
  insert into changepost.attempt (change_id, webhook_id, change_at, round, number, at, duration_ms, status, response_body)
  select m.change_id, m.webhook_id, m.change_at, 1, 1, m.first_at, m.first_duration_ms, m.first_status, m.first_response_body
  from moved m
  where m.first_at is not null
  on conflict (webhook_id, change_id, round, number, change_at) do nothing
),
inserted as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, contact_rank, ordering_key, round)
  select m.change_id, m.webhook_id, m.change_at, m.salt, c.bytes, m.star, m.contact_rank,
    case when h.ordered then hashtextextended(c.object || '/' || c.object_id, 0) end,
    m.round + 1
  from moved m
  cross join hook h
  cross join lateral (
    select c.bytes, c.object, c.object_id
    from changepost.change c
    where c.id = m.change_id and c.captured_at = m.change_at
    offset 0) c
  order by m.change_id
  on conflict (webhook_id, change_id) do nothing
  returning 1
)
select (select count(*) from inserted)::integer as messages, (select max(change_id) from picked) as last
