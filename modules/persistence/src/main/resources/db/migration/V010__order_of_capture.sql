-- What a webhook listens to is told by the order of capture, no longer by time: after a backward step of the database's clock,
-- changes were not fanned out to webhooks made or activated within the step.
-- Locks webhook, a small table, against everything for some milliseconds: the column comes without a rewrite, and only webhooks
-- that are younger than the oldest change in outbox are updated.
-- The release before goes on: what it inserts takes the default, what it activates is seen to by the trigger; it reads listens_from.

alter table changepost.webhook add column listens_after bigint not null default 0;  -- changes with greater ids are fanned out to it
alter table changepost.webhook alter column listens_after set default nextval('changepost.change_id');

-- Those that are there: after what was captured before them and still waits for fan-out.
update changepost.webhook w
set listens_after = coalesce((select max(o.id) from changepost.outbox o where o.captured_at < w.listens_from), 0)
where w.listens_from > (select min(o.captured_at) from changepost.outbox o);

-- Whoever activates a webhook, it listens from then on.
create function changepost.listen_anew() returns trigger
language plpgsql as $$
begin
  new.listens_after := nextval('changepost.change_id');
  return new;
end
$$;

create trigger webhook_listens_anew before update of status on changepost.webhook
  for each row when (old.status = 'inactive' and new.status = 'active') execute function changepost.listen_anew();
