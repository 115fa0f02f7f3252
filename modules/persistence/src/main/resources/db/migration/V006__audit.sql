-- Who did what to webhooks, keys and relations, whichever way it was done; answers that a repeated
-- call gets again; and which organizations were told that they have too many contacts.
-- New tables and triggers; the triggers lock the tables they are put on for a moment.

-- Entries are written by triggers, so that psql and an import leave them as the API does. Who acts is told
-- by the setting changepost.actor, which our own sessions set; without it, it is the role that is logged in.
-- The detail is a JSON object; never a secret, never the value of what an organization keeps on a relation.
create index audit_subject on changepost.audit (organization_id, subject, id);

create function changepost.actor() returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(nullif(current_setting('changepost.actor', true), ''), 'sql ' || session_user)
$$;

-- {"field": {"from": …, "to": …}} of those keys that differ.
create function changepost.differences(before jsonb, after jsonb) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_object_agg(a.key, jsonb_build_object('from', before -> a.key, 'to', a.value)), '{}')
  from jsonb_each(after) a
  where before -> a.key is distinct from a.value
$$;

create function changepost.audit_webhook() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  action text;
  detail jsonb := '{}';
begin
  if tg_op = 'INSERT' then
    action := 'webhook.create';
    detail := jsonb_build_object('url', new.url, 'description', new.description, 'ordered', new.ordered,
                                 'headers', new.headers is not null);
  elsif new.deleted_at is not null and old.deleted_at is null then
    action := 'webhook.delete';
  elsif new.status <> old.status then
    action := case new.status when 'active' then 'webhook.activate' else 'webhook.inactive' end;
    detail := case new.status when 'active' then '{}' else jsonb_build_object('reason', new.inactive_reason) end;
  elsif new.paused <> old.paused then
    action := case when new.paused then 'webhook.pause' else 'webhook.resume' end;
  else
    detail := changepost.differences(
      jsonb_build_object('url', old.url, 'description', old.description, 'ordered', old.ordered),
      jsonb_build_object('url', new.url, 'description', new.description, 'ordered', new.ordered));
    if new.headers is distinct from old.headers and current_setting('changepost.resealing', true) is distinct from 'on' then
      detail := detail || jsonb_build_object('headers', 'changed');
    end if;
    if detail = '{}' then
      return null;
    end if;
    action := 'webhook.update';
  end if;
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  values (new.organization_id, changepost.actor(), action, 'webhook ' || new.id, detail::text);
  return null;
end
$$;
create trigger webhook_audit after insert or update of url, description, headers, ordered, status, paused, deleted_at
  on changepost.webhook for each row execute function changepost.audit_webhook();

create function changepost.audit_subscription() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  select w.organization_id, changepost.actor(),
    case tg_op when 'INSERT' then 'webhook.subscribe' else 'webhook.unsubscribe' end, 'webhook ' || w.id,
    jsonb_build_object('subscriptions', jsonb_agg(s.object || '.' || s.action order by s.object, s.action))::text
  from changed s
  join changepost.webhook w on w.id = s.webhook_id
  group by w.id, w.organization_id
  order by w.id;
  return null;
end
$$;
create trigger subscription_audit_insert after insert on changepost.subscription
  referencing new table as changed for each statement execute function changepost.audit_subscription();
create trigger subscription_audit_delete after delete on changepost.subscription
  referencing old table as changed for each statement execute function changepost.audit_subscription();

-- The first HMAC secret comes with its webhook and is no news.
create function changepost.audit_secret() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  changed changepost.webhook_secret;
  first   boolean;
begin
  if tg_op = 'INSERT' then
    changed := new;
    first := not exists (select 1 from changepost.webhook_secret s
                         where s.webhook_id = new.webhook_id and s.kind = new.kind and s.id <> new.id);
    if first and new.kind = 'hmac' then
      return null;
    end if;
  else
    changed := old;
  end if;
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  select w.organization_id, changepost.actor(),
    case when tg_op = 'DELETE' then 'secret.delete' when first then 'secret.create' else 'secret.rotate' end,
    'webhook ' || w.id, jsonb_build_object('kind', changed.kind)::text
  from changepost.webhook w
  where w.id = changed.webhook_id;
  return null;
end
$$;
create trigger webhook_secret_audit_insert after insert on changepost.webhook_secret
  for each row execute function changepost.audit_secret();
create trigger webhook_secret_audit_delete after delete on changepost.webhook_secret
  for each row when (old.valid_until is null) execute function changepost.audit_secret();

create function changepost.audit_key() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into changepost.audit (organization_id, actor, action, subject, detail)
  values (new.organization_id, changepost.actor(),
          case tg_op when 'INSERT' then 'key.create' else 'key.revoke' end, 'key ' || new.id,
          jsonb_build_object('hint', new.hint)::text);
  return null;
end
$$;
create trigger api_key_audit_insert after insert on changepost.api_key
  for each row execute function changepost.audit_key();
create trigger api_key_audit_revoke after update on changepost.api_key
  for each row when (old.revoked_at is null and new.revoked_at is not null) execute function changepost.audit_key();

-- Relations come by the thousand in an import: one statement's entries are written at once.
create function changepost.audit_relation() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select n.organization_id, changepost.actor(), 'relation.update', 'relation ' || n.id, d.differences::text
    from after n
    join before o on o.id = n.id
    cross join lateral changepost.differences(
      jsonb_build_object('companyId', o.company_id, 'star', o.star),
      jsonb_build_object('companyId', n.company_id, 'star', n.star)) as d (differences)
    where d.differences <> '{}'
    order by n.id;
  elsif tg_op = 'INSERT' then
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select n.organization_id, changepost.actor(), 'relation.create', 'relation ' || n.id,
      jsonb_build_object('companyId', n.company_id, 'star', n.star)::text
    from after n
    order by n.id;
  else
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select o.organization_id, changepost.actor(), 'relation.delete', 'relation ' || o.id,
      jsonb_build_object('companyId', o.company_id, 'star', o.star)::text
    from before o
    order by o.id;
  end if;
  return null;
end
$$;
create trigger company_relation_audit_insert after insert on changepost.company_relation
  referencing new table as after for each statement execute function changepost.audit_relation();
create trigger company_relation_audit_update after update on changepost.company_relation
  referencing old table as before new table as after for each statement execute function changepost.audit_relation();
create trigger company_relation_audit_delete after delete on changepost.company_relation
  referencing old table as before for each statement execute function changepost.audit_relation();

create function changepost.audit_relation_data() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select n.organization_id, changepost.actor(), 'relation-data.update', 'relation data ' || n.id,
      jsonb_build_object('companyId', n.company_id, 'name', n.name)::text
    from after n
    join before o on o.id = n.id
    where (o.name, o.value) is distinct from (n.name, n.value)
    order by n.id;
  elsif tg_op = 'INSERT' then
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select n.organization_id, changepost.actor(), 'relation-data.create', 'relation data ' || n.id,
      jsonb_build_object('companyId', n.company_id, 'name', n.name)::text
    from after n
    order by n.id;
  else
    insert into changepost.audit (organization_id, actor, action, subject, detail)
    select o.organization_id, changepost.actor(), 'relation-data.delete', 'relation data ' || o.id,
      jsonb_build_object('companyId', o.company_id, 'name', o.name)::text
    from before o
    order by o.id;
  end if;
  return null;
end
$$;
create trigger company_relation_data_audit_insert after insert on changepost.company_relation_data
  referencing new table as after for each statement execute function changepost.audit_relation_data();
create trigger company_relation_data_audit_update after update on changepost.company_relation_data
  referencing old table as before new table as after for each statement execute function changepost.audit_relation_data();
create trigger company_relation_data_audit_delete after delete on changepost.company_relation_data
  referencing old table as before for each statement execute function changepost.audit_relation_data();

-- The answer to a call that carried an Idempotency-Key, for 24 hours. It may hold a key or a secret, so it is sealed.
create table changepost.answered (
  caller      text        not null,
  operation   text        not null,
  key         text        not null,
  fingerprint bytea       not null,
  status      integer,
  answer      bytea,
  created_at  timestamptz not null default clock_timestamp(),
  primary key (caller, operation, key)
);
create index answered_created on changepost.answered (created_at);

-- Organizations with a webhook and more contacts than the limit: told once, until they are within it again.
create table changepost.contacts_over (
  organization_id bigint      primary key references changepost.organization (id) on delete cascade,
  contacts        integer     not null,
  contacts_limit  integer     not null,
  since           timestamptz not null default clock_timestamp()
);
