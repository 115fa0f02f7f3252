-- Makes deliveries of a slice of changes that match a webhook now and that it got none of. Returns how many, and the last change looked at.
-- Needs the primary key of change and delivery, and delivery_log_message; the caller holds the webhook's row.
-- Who is told is asked of the same function as at fan-out, narrowed to the webhook's organization.
with
slice as materialized (
  select c.id, c.captured_at, c.object, c.action, c.object_id, c.company_id, c.organization_id, c.star, c.previous_star,
    c.starred_at, c.bytes
  from changepost.change c
  where c.captured_at >= :since and c.captured_at < :until and c.id > :after
  order by c.id
  limit :limit
),
hook as materialized (
  select w.id, w.ordered from changepost.webhook w where w.id = :webhookId
),
cutoff as materialized (
  select c.starred_at, c.relation_id from changepost.contacts_cutoff(:organizationId, :contactsLimit) c
),
matched as materialized (
  select s.*, i.star as judged_star, i.starred_at as judged_starred_at, i.relation_id
  from slice s
  cross join lateral changepost.interested(
    s.object, s.object_id, s.company_id,
    case when s.object in ('Company', 'Document') then coalesce(s.organization_id, :organizationId) else s.organization_id end,
    s.star, s.previous_star, s.starred_at) i
  where (s.organization_id is null or s.organization_id = :organizationId)
    and i.organization_id = :organizationId
    and (select true from changepost.subscription b
         where b.webhook_id = :webhookId and b.object = s.object and b.action = s.action)
),
under_way as materialized (
  select l.change_id from changepost.leased l where l.webhook_id = :webhookId
),
missed as materialized (
  select m.*
  from matched m
  left join cutoff c on true
  where coalesce((m.judged_starred_at, m.relation_id) < (c.starred_at, c.relation_id), true)
    and not coalesce((select true from changepost.delivery d
                      where d.webhook_id = :webhookId and d.change_id between m.id and m.id
                      order by d.change_id limit 1), false)
    and m.id <> all (array(select change_id from under_way))
    and not coalesce((select true from changepost.delivery_log l
                      where l.webhook_id = :webhookId and l.change_id = m.id and l.change_at = m.captured_at), false)
),
inserted as (
  insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, star, ordering_key)
  select m.id, h.id, m.captured_at,
    (random() * 9007199254740991)::bigint * 1024 + (random() * 1023)::bigint,
    m.bytes, m.judged_star,
    case when h.ordered then hashtextextended(m.object || '/' || m.object_id, 0) end
  from missed m
  cross join hook h
  order by m.id
  on conflict (webhook_id, change_id) do nothing
  returning 1
)
select (select count(*) from inserted)::integer as messages, (select max(id) from slice) as last
