-- Capture: every change ends in outbox, in the transaction of whoever made it.
-- New tables and functions; the triggers lock the five tables of V001 for a moment.
-- Why row triggers, and why no NOTIFY: docs/adr/0002-capture-by-row-triggers.md.

create sequence changepost.change_id;
create sequence changepost.capture_number;   -- tells trigger functions of like-named tables apart

-- One row for each change that is not fanned out yet. Rows live for milliseconds, so the table is
-- vacuumed by count, not by share, and what it says of itself while empty is never believed. There are no
-- checks on it: they cost every write of the host a tenth of its capture, and the three that insert here
-- (put_capture, publish, the API) know their words.
create table changepost.outbox (
  id              bigint      not null default nextval('changepost.change_id') primary key,  -- grows in order of capture
  captured_at     timestamptz not null default clock_timestamp(),
  occurred_at     timestamptz not null default clock_timestamp(),  -- the message's timestamp
  object          text        not null,            -- Company, CompanyRelation, CompanyRelationData, Document or Message
  action          text        not null,            -- create, update or delete
  object_id       text        not null,
  company_id      bigint,                          -- null where unknown: matches nobody
  organization_id bigint,                          -- the owner; narrows Company and Document where given
  star            text,                            -- CompanyRelation: the star of current, null where unknown
  previous_star   text,                            -- CompanyRelation: the star of previous
  starred_at      timestamptz,                     -- CompanyRelation: of current where starred there, else of previous
  current         json,                            -- json keeps the text as it came; jsonb refuses \u0000 and reorders
  previous        json,
  bytes           integer     not null,            -- of current and previous as text
  renamed         boolean     not null,            -- the top-level keys are columns and become camelCase in the message
  truncated       boolean     not null default false,
  traceparent     text,
  problem         text                             -- why a captured row holds less than it should
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000,
        autovacuum_vacuum_cost_delay = 1,
        toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000);

-- All changes of the retention time, by UTC day. The same columns in the same order as outbox, so that
-- fan-out moves rows. The days are made in V004 and by upkeep.
create table changepost.change (
  like changepost.outbox including comments,
  primary key (id, captured_at)
) partition by range (captured_at);
create table changepost.change_default partition of changepost.change default;

-- The largest change, as text, current and previous together.
create function changepost.change_limit() returns integer
language sql immutable parallel safe as $$ select 262144 $$;

-- A star as fan-out knows it: whatever else a host calls a relation without one is 'none'.
create function changepost.star_of(word text) returns text
language sql immutable parallel safe as $$
  select case when word is null then null when word in ('green', 'gold', 'black') then word else 'none' end
$$;

-- Returns word where it is a W3C trace context, else null.
create function changepost.traceparent_of(word text) returns text
language sql immutable parallel safe as $$
  select case when word ~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' then word end
$$;

-- ---------------------------------------------------------------------------------------------------
-- The trigger function of one table, made for its columns.
--
-- It must never make the host's write fail. What can fail stands in blocks that catch it and write
-- nothing, so that they take no transaction id; the row goes into outbox outside of them. Where such a
-- block fails, the row carries the `problem`, and as much as is known.
--
-- It must be cheap, and what is dear is the number of expressions, which PL/pgSQL makes ready once in
-- every transaction. So the common case of each operation is written out straight; whatever is not common
-- (a large row, a column that is not what it was) falls through to one careful part.
-- Every name is resolved against pg_catalog alone and every setting that shapes JSON is pinned, whatever
-- the session has set. It runs with the rights of who made it, since who writes the table need have none.

-- The type that a domain, or a domain over domains, stands for; any other type itself.
create function changepost.base_type(kind oid) returns oid
language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive step (kind) as (
    select base_type.kind
    union all
    select t.typbasetype from step s join pg_type t on t.oid = s.kind where t.typtype = 'd')
  select s.kind from step s join pg_type t on t.oid = s.kind where t.typtype <> 'd'
$$;

-- SQL for what a column's value weighs, asked without fetching a value that is stored out of line; null
-- where the column cannot outgrow its row. Text weighs what it holds, however well it is compressed.
-- chr(1) stands for the row.
create function changepost.weight_of(col pg_catalog.pg_attribute) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when col.attlen <> -1 or col.attstorage = 'p' then null
    when kind in ('varchar'::regtype, 'bpchar'::regtype) and col.atttypmod between 5 and 1004 then null
    when kind in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'bytea'::regtype)
      then format('octet_length(%s.%I)', chr(1), col.attname)
    else format('pg_column_size(%s.%I)', chr(1), col.attname)
  end from changepost.base_type(col.atttypid) as kind
$$;

-- Writes the trigger function of a table, and puts it there where it is not yet. The arguments are names
-- of columns that exist; star and starred_at are null where there is none, as may be organization.
create function changepost.put_capture(source regclass, object text, key text[], company text,
                                       organization text, star text, starred_at text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $outer$
declare
  most    text := changepost.change_limit();
  name    text;
  present boolean;
  -- SQL over one row, which side stands for.
  side    text := chr(1);
  star_of text := 'changepost.star_of(' || side || '.' || quote_ident(star) || '::text)';
  time_of text := coalesce(side || '.' || quote_ident(starred_at) || '::timestamptz', 'null::timestamptz');
  id_of   text;
  facts   text;   -- assignments of id, company, organization
  afresh  text;   -- the same as a list of expressions
  keys    text;   -- JSON of nothing but the keys
  weights text;   -- of the wide columns
  alike   text;   -- whether two rows are the same, as far as that can be told without fetching
  part    text;
  body    text;
begin
  select p.proname into name from pg_trigger t join pg_proc p on p.oid = t.tgfoid
   where t.tgrelid = source and t.tgname = '00_changepost';
  present := found;
  if not present then
    name := format('capture_%s_%s', left((select c.relname::text from pg_class c where c.oid = source), 40),
                   nextval('changepost.capture_number'));
  end if;

  select string_agg(format(case when a.attnotnull then '%s.%I::text' else 'coalesce(%s.%I::text, %L)' end, side, k, ''),
                    ' || '','' || ' order by u.n)
    into id_of
    from unnest(key) with ordinality as u (k, n) join pg_attribute a on a.attrelid = source and a.attname = k;
  facts := concat(format('the_id := %s; the_company := %s.%I;', id_of, side, company),
                  ' the_organization := ' || side || '.' || quote_ident(organization) || ';');
  afresh := format('select %s, %s.%I::bigint, %s::bigint', id_of, side, company,
                   coalesce(side || '.' || quote_ident(organization), 'null'));
  select format('json_build_object(%s)', string_agg(format('%L, %s.%I', k, side, k), ', ' order by n)) into keys
    from (select k, min(n) as n from unnest(key || array[organization, company]) with ordinality as u (k, n)
           where k is not null group by k) u;
  select string_agg(w, ', ' order by a.attnum),
         string_agg(case when w is null then format('row(old.%1$I)::record *= row(new.%1$I)::record', a.attname)
                         else format('%2$s is not distinct from %3$s and'
                                     ' (case when %3$s > 2000 then true else row(old.%1$I)::record *= row(new.%1$I)::record end)',
                                     a.attname, replace(w, side, 'old'), replace(w, side, 'new')) end,
                    ' and ' order by w is not null, a.attnum)
    into weights, alike
    from pg_attribute a, changepost.weight_of(a) w
   where a.attrelid = source and a.attnum > 0 and not a.attisdropped;

  body := $body$
declare
  the_id text; the_company bigint; the_organization bigint;
  the_star text; was_star text; the_starred_at timestamptz; now_starred_at timestamptz;
  now_json json; was_json json;
  weight integer;  -- of the JSON; a value made here has a header of 4 bytes
  thin boolean; problem text;
begin
$body$;

  -- The common case of each operation: weight is only set where all went well. An update looks at the
  -- wide columns of the new row alone, since the old row shares what the update did not touch.
  for part in select unnest(array['UPDATE', 'INSERT', 'DELETE']) loop
    body := body || format($body$
  if tg_op = %1$L then
    begin
      %2$s
      if %3$s then
        thin := true;
      %4$s
      else
        %5$s
      end if;
    exception when others then
      null;
    end;
    if weight <= %6$s then
      insert into changepost.outbox (object, action, object_id, company_id, %7$s bytes, renamed, traceparent)
      values (%8$L, %9$L, the_id, the_company, %10$s weight, true, changepost.traceparent_of(current_setting('changepost.traceparent', true)));
      return null;
    end if;
  end if;
$body$,
      part,
      replace(facts, side, case part when 'DELETE' then 'old' else 'new' end) || case when star is null then '' else
        case part
          when 'INSERT' then format(' the_star := %s; the_starred_at := %s;', replace(star_of, side, 'new'), replace(time_of, side, 'new'))
          when 'DELETE' then format(' was_star := %s; the_starred_at := %s;', replace(star_of, side, 'old'), replace(time_of, side, 'old'))
          else format(' the_star := %s; was_star := %s; the_starred_at := case when the_star <> ''none'' then %s else %s end;',
                      replace(star_of, side, 'new'), replace(star_of, side, 'old'),
                      replace(time_of, side, 'new'), replace(time_of, side, 'old'))
        end end,
      concat('greatest(' || replace(weights, side, case part when 'DELETE' then 'old' else 'new' end) || ') > ' || most || ' or ',
             case part when 'UPDATE' then 'greatest(pg_column_size(new), pg_column_size(old))'
                       when 'INSERT' then 'pg_column_size(new)' else 'pg_column_size(old)' end, ' > ', most),
      case part when 'UPDATE' then 'elsif old *= new then return null;' else '' end,
      case part
        when 'UPDATE' then 'now_json := to_json(new); was_json := to_json(old);'
                           ' weight := pg_column_size(now_json) + pg_column_size(was_json) - 8;'
        when 'INSERT' then 'now_json := to_json(new); weight := pg_column_size(now_json) - 4;'
        else 'was_json := to_json(old); weight := pg_column_size(was_json) - 4;' end,
      most,
      concat(case when organization is not null then 'organization_id, ' end, case when star is not null then 'star, previous_star, starred_at, ' end,
             case part when 'UPDATE' then 'current, previous,' when 'INSERT' then 'current,' else 'previous,' end),
      object, case part when 'UPDATE' then 'update' when 'INSERT' then 'create' else 'delete' end,
      concat(case when organization is not null then 'the_organization, ' end, case when star is not null then 'the_star, was_star, the_starred_at, ' end,
             case part when 'UPDATE' then 'now_json, was_json,' when 'INSERT' then 'now_json,' else 'was_json,' end));
  end loop;

  body := body || format($body$
  if thin or weight is not null then
    thin := true;
  else
    -- Something failed: the same again, carefully. Of the two rows, the one that the operation lacks is null.
    the_id := null; the_company := null; the_organization := null;
    the_star := null; was_star := null; the_starred_at := null;
    begin
      -- Planned afresh, as a column may have another name or type than when the session first asked.
      if tg_op = 'DELETE' then
        execute %1$L into the_id, the_company, the_organization using old;
      else
        execute %1$L into the_id, the_company, the_organization using new;
      end if;
      %2$s
    exception when others then
      problem := left(sqlerrm, 500);
    end;
    begin
      thin := greatest(%3$s) > %4$s;
    exception when others then
      null;  -- a wide column that is gone weighs nothing
    end;
    begin
      thin := coalesce(thin, false) or greatest(pg_column_size(new), pg_column_size(old)) > %4$s;
      if not thin then
        if old *= new then
          return null;
        end if;
        now_json := to_json(new);
        was_json := to_json(old);
        weight := coalesce(pg_column_size(now_json) - 4, 0) + coalesce(pg_column_size(was_json) - 4, 0);
        thin := weight > %4$s;
      end if;
    exception when others then
      problem := coalesce(problem, left(sqlerrm, 500));
      thin := true;
    end;
  end if;

  if thin then
    -- Whether anything changed at all is asked of sizes and small values first, and of the whole rows
    -- only where that is not too dear; where it cannot be told, something did.
    begin
      if tg_op = 'UPDATE' and problem is null then
        if %5$s then
          if greatest(%3$s, 0) < 33554432 and old *= new then
            return null;
          end if;
        end if;
      end if;
    exception when others then
      null;
    end;
    now_json := null;
    was_json := null;
    begin
      if tg_op <> 'DELETE' then
        now_json := %6$s;
      end if;
      if tg_op <> 'INSERT' then
        was_json := %7$s;
      end if;
    exception when others then
      problem := coalesce(problem, left(sqlerrm, 500));
    end;
    weight := coalesce(pg_column_size(now_json) - 4, 0) + coalesce(pg_column_size(was_json) - 4, 0);
    if weight > %4$s then
      now_json := null;
      was_json := null;
      weight := 0;
      problem := coalesce(problem, 'the keys are too large');
    end if;
    the_id := left(the_id, 1024);
  end if;

  insert into changepost.outbox (object, action, object_id, company_id, organization_id, star, previous_star, starred_at,
                                 current, previous, bytes, renamed, truncated, problem, traceparent)
  values (%8$L, case tg_op when 'UPDATE' then 'update' when 'INSERT' then 'create' else 'delete' end,
          coalesce(the_id, ''), the_company, the_organization, the_star, was_star, the_starred_at,
          now_json, was_json, weight, true, thin, problem, changepost.traceparent_of(current_setting('changepost.traceparent', true)));
  return null;
end
$body$,
    replace(afresh, side, '($1)'),
    case when star is null then '' else format($star$
    if tg_op <> 'INSERT' then
      execute %1$L into was_star, the_starred_at using old;
    end if;
    if tg_op <> 'DELETE' then
      execute %1$L into the_star, now_starred_at using new;
      if the_star <> 'none' then
        the_starred_at := now_starred_at;
      end if;
    end if;$star$, format('select %s, %s', replace(star_of, side, '($1)'), replace(time_of, side, '($1)'))) end,
    coalesce(replace(weights, side, 'new') || ', ' || replace(weights, side, 'old'), '0'), most,
    alike, replace(keys, side, 'new'), replace(keys, side, 'old'), object);

  execute format('create or replace function changepost.%I() returns trigger'
                 ' language plpgsql security definer set search_path = pg_catalog, pg_temp'
                 ' set timezone = ''UTC'' set datestyle = ''ISO, MDY'' set intervalstyle = ''postgres'''
                 ' set bytea_output = ''hex'' set extra_float_digits = ''1'' as %L', name, body);
  execute format('comment on function changepost.%I() is %L', name,
                 concat_ws(', ', format('Captures %s', object), 'object_id ' || array_to_string(key, ','),
                           'company_id ' || company, 'organization_id ' || organization,
                           'star ' || star, 'starred_at ' || starred_at));
  if not present then
    -- Nobody else's trigger may carry it, and so forge changes.
    execute format('revoke all on function changepost.%I() from public', name);
    -- Digits sort first: of the triggers of one event, capture runs before those that change more, so
    -- that ids grow in the order of what happened.
    execute format('create trigger "00_changepost" after insert or update or delete on %s'
                   ' for each row execute function changepost.%I()', source, name);
  end if;
end
$outer$;

select changepost.put_capture('changepost.company', 'Company', '{id}', 'id', null, null, null);
select changepost.put_capture('changepost.company_relation', 'CompanyRelation', '{id}', 'company_id',
                              'organization_id', 'star', 'starred_at');
select changepost.put_capture('changepost.company_relation_data', 'CompanyRelationData', '{id}', 'company_id',
                              'organization_id', null, null);
select changepost.put_capture('changepost.document', 'Document', '{id}', 'company_id', null, null, null);
select changepost.put_capture('changepost.message', 'Message', '{id}', 'company_id', 'organization_id', null, null);

-- ---------------------------------------------------------------------------------------------------
-- The host's own tables.

-- Captures the changes of one of the host's tables as those of an object. The other arguments name
-- columns: of the company's id (an integer), of the organization's id (an integer; CompanyRelation,
-- CompanyRelationData and Message need it), of the object's id (by default the primary key; several
-- separated by commas), and for CompanyRelation of the star and of when it was given. Watching again
-- replaces what was said before, and learns of columns added since.
--
-- Runs with the caller's rights: it needs TRIGGER on the table, and what capture itself needs, as the
-- trigger goes on working with them whoever writes the table. TRUNCATE, and what is written while
-- session_replication_role is replica, is not captured. Locks the table against writers for a moment.
create function changepost.watch(source regclass, object text, company_id text, organization_id text default null,
                                 object_id text default null, star text default null, starred_at text default null)
returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  key      text[];
  argument text;
  col      text;
  kind     oid;
  table_of record;
begin
  if source is null or object is null or company_id is null then
    raise exception using errcode = '22004',
      message = 'watch: source, object and company_id are needed';
  end if;
  if object not in ('Company', 'CompanyRelation', 'CompanyRelationData', 'Document', 'Message') then
    raise exception using errcode = '22023', message = format('watch: unknown object %L', object),
      hint = 'It is one of Company, CompanyRelation, CompanyRelationData, Document, Message.';
  end if;

  select c.relkind, c.relpersistence, n.nspname into strict table_of
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = source;
  if table_of.relkind not in ('r', 'p') or table_of.relpersistence = 't' then
    raise exception using errcode = '42809', message = format('watch: %s is not a lasting table', source);
  end if;
  if table_of.nspname = 'changepost' then
    raise exception using errcode = '42809', message = format('watch: %s is a table of Changepost itself', source),
      hint = 'company, company_relation, company_relation_data, document and message are always captured.';
  end if;
  select w.source::text into col from changepost.watched w, pg_partition_ancestors(watch.source) p
   where w.source = p.relid and p.relid <> watch.source;
  if found then
    raise exception using errcode = '55000', message = format('watch: %s is watched already, as a part of %s', source, col);
  end if;
  select w.source::text into col from changepost.watched w, pg_partition_tree(watch.source) p
   where w.source = p.relid and p.relid <> watch.source;
  if found then
    raise exception using errcode = '55000', message = format('watch: %s, a part of %s, is watched already', col, source),
      hint = format('SELECT changepost.unwatch(%L) first.', col);
  end if;

  if object in ('CompanyRelation', 'CompanyRelationData', 'Message') and organization_id is null then
    raise exception using errcode = '22004', message = format('watch: organization_id is needed for %s', object),
      hint = 'Name the column that holds the id of the organization it belongs to.';
  end if;
  if object <> 'CompanyRelation' and (star is not null or starred_at is not null) then
    raise exception using errcode = '22023', message = format('watch: star and starred_at are of CompanyRelation, not of %s', object);
  end if;
  if star is null and starred_at is not null then
    raise exception using errcode = '22023', message = 'watch: starred_at is of no use without star';
  end if;
  if object = 'CompanyRelation' and star is null then
    raise notice 'watch: without star, nobody is told of the changes of %', source;
  end if;

  if current_setting('server_version_num')::integer >= 180000
     and exists (select from pg_attribute a where a.attrelid = source and a.attgenerated = 'v' and not a.attisdropped) then
    raise notice 'watch: the virtual columns of % are null in its changes, as they are in every trigger; stored ones are not', source;
  end if;

  if object_id is null then
    select array_agg(a.attname::text order by k.n) into key
      from pg_index i, unnest(i.indkey::smallint[]) with ordinality as k (attnum, n), pg_attribute a
     where i.indrelid = source and i.indisprimary and a.attrelid = source and a.attnum = k.attnum and k.n <= i.indnkeyatts;
    if key is null then
      raise exception using errcode = '42704', message = format('watch: %s has no primary key', source),
        hint = 'Name the columns that tell its rows apart: object_id => ''a,b''.';
    end if;
  elsif exists (select from pg_attribute a where a.attrelid = source and a.attname = object_id and a.attnum > 0) then
    key := array[object_id];
  else
    key := regexp_split_to_array(trim(object_id), '\s*,\s*');
  end if;

  for argument, col in
    select 'object_id', k from unnest(key) as k union all
    select * from (values ('company_id', company_id), ('organization_id', organization_id),
                          ('star', star), ('starred_at', starred_at)) v
  loop
    continue when col is null;
    select a.atttypid into kind from pg_attribute a
     where a.attrelid = source and a.attname = col and a.attnum > 0 and not a.attisdropped;
    if not found then
      raise exception using errcode = '42703', message = format('watch: %s has no column %I, given as %s', source, col, argument);
    end if;
    if argument in ('company_id', 'organization_id')
       and changepost.base_type(kind) not in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) then
      raise exception using errcode = '42804',
        message = format('watch: %s must be an integer, but column %I of %s is of type %s', argument, col, source, format_type(kind, null)),
        hint = case argument when 'company_id'
          then 'A host with other keys keeps them in changepost.company.external_id, and the id of that company in its table.'
          else 'It is the id of an organization, as in changepost.organization.' end;
    end if;
    if argument = 'starred_at'
       and changepost.base_type(kind) not in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) then
      raise exception using errcode = '42804',
        message = format('watch: starred_at must be a time, but column %I of %s is of type %s', col, source, format_type(kind, null));
    end if;
  end loop;

  if not has_schema_privilege('changepost', 'create, usage') or not has_table_privilege('changepost.outbox', 'insert')
     or not has_sequence_privilege('changepost.change_id', 'usage')
     or not has_sequence_privilege('changepost.capture_number', 'usage') then
    raise exception using errcode = '42501', message = format('watch: role %I may not capture changes', current_user),
      hint = format('GRANT USAGE, CREATE ON SCHEMA changepost TO %1$I; GRANT INSERT ON changepost.outbox TO %1$I; '
                    'GRANT USAGE ON SEQUENCE changepost.change_id, changepost.capture_number TO %1$I;', current_user);
  end if;
  perform changepost.put_capture(source, object, key, company_id, organization_id, star, starred_at);
end
$$;

-- The tables that are captured, with what was said of them, the five own ones included.
create view changepost.watched as
  select t.tgrelid::regclass as source, p.oid::regprocedure as function, obj_description(p.oid, 'pg_proc') as terms
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid
   where t.tgname = '00_changepost' and t.tgparentid = 0;

grant select on changepost.watched to public;  -- watch() and unwatch() ask it with their caller's rights

-- Ends watch(); needs to own the table. Returns whether it was watched, and says so where it was not.
create function changepost.unwatch(source regclass) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  function regprocedure;
  parent   text;
begin
  if exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.oid = source and n.nspname = 'changepost') then
    raise exception using errcode = '42809', message = format('unwatch: %s is a table of Changepost itself', source);
  end if;
  select w.function into function from changepost.watched w where w.source = unwatch.source;
  if not found then
    select w.source::text into parent from changepost.watched w, pg_partition_ancestors(unwatch.source) p where w.source = p.relid;
    if found then
      raise exception using errcode = '55000', message = format('unwatch: %s is watched as a part of %s', source, parent),
        hint = format('SELECT changepost.unwatch(%L);', parent);
    end if;
    raise notice 'unwatch: % is not watched', source;
    return false;
  end if;
  execute format('drop trigger "00_changepost" on %s', source);
  execute format('drop function %s', function);
  return true;
end
$$;

-- ---------------------------------------------------------------------------------------------------
-- Changes that no table of this database shows.

-- The star facts in a published row, whatever else it holds: JSON functions refuse \u0000 and lone
-- surrogates, so every escape gives way to a letter first. Nothing that matters here has one.
create function changepost.published_star(row_json json, out star text, out starred_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  plain json;
begin
  plain := regexp_replace(row_json::text, '\\(u[0-9A-Fa-f]{4}|.)', 'x', 'g');
  star := changepost.star_of(plain ->> 'star');
  starred_at := coalesce(plain ->> 'starredAt', plain ->> 'starred_at');
exception when others then
  null;  -- a time that is none; the star stands
end
$$;

-- Publishes one change and returns its id. It becomes visible, and is sent, with the caller's commit.
-- current is null for a delete, previous for a create; both are kept byte by byte. occurred_at is by
-- default now, traceparent the session's changepost.traceparent. Raises 22004 or 22023 for what is
-- missing or makes no sense, and 54000 for more than 262144 bytes.
--
-- Definer, so that the host's role needs no more than EXECUTE on this and USAGE on the schema; nobody has
-- EXECUTE by default, because a change can be published for any organization.
create function changepost.publish(
  object text, action text, object_id text, company_id bigint default null, organization_id bigint default null,
  current json default null, previous json default null, occurred_at timestamptz default null, traceparent text default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  size           bigint := coalesce(octet_length(current::text), 0) + coalesce(octet_length(previous::text), 0);
  the_star       text;
  was_star       text;
  the_starred_at timestamptz;
  was_starred_at timestamptz;
  change_id      bigint;
begin
  if object is null or action is null or coalesce(object_id, '') = '' or company_id is null then
    raise exception using errcode = '22004', message = format('publish: %s is needed',
      case when object is null then 'object' when action is null then 'action'
           when coalesce(object_id, '') = '' then 'object_id' else 'company_id' end);
  end if;
  if object not in ('Company', 'CompanyRelation', 'CompanyRelationData', 'Document', 'Message') then
    raise exception using errcode = '22023', message = format('publish: unknown object %L', object),
      hint = 'It is one of Company, CompanyRelation, CompanyRelationData, Document, Message.';
  end if;
  if action not in ('create', 'update', 'delete') then
    raise exception using errcode = '22023', message = format('publish: unknown action %L', action),
      hint = 'It is one of create, update, delete.';
  end if;
  if object in ('CompanyRelation', 'CompanyRelationData', 'Message') and organization_id is null then
    raise exception using errcode = '22004', message = format('publish: organization_id is needed for %s', object);
  end if;
  if length(object_id) > 1024 then
    raise exception using errcode = '22023', message = format('publish: object_id has %s characters, at most 1024 are allowed', length(object_id));
  end if;
  if size > changepost.change_limit() then
    raise exception using errcode = '54000',
      message = format('publish: current and previous are %s bytes, at most %s are allowed', size, changepost.change_limit());
  end if;
  if json_typeof(current) = 'null' then
    current := null;
  end if;
  if json_typeof(previous) = 'null' then
    previous := null;
  end if;
  if json_typeof(current) <> 'object' or json_typeof(previous) <> 'object' then
    raise exception using errcode = '22023', message = 'publish: current and previous are JSON objects or null';
  end if;
  if action = 'create' and previous is not null then
    raise exception using errcode = '22023', message = 'publish: a create has no previous';
  end if;
  if action = 'delete' and current is not null then
    raise exception using errcode = '22023', message = 'publish: a delete has no current';
  end if;
  if action <> 'delete' and current is null then
    raise exception using errcode = '22004', message = format('publish: current is needed for %s', action);
  end if;
  if not isfinite(occurred_at) then
    raise exception using errcode = '22023', message = 'publish: occurred_at is a point in time';
  end if;
  if traceparent is not null and changepost.traceparent_of(traceparent) is null then
    raise exception using errcode = '22023', message = format('publish: %L is no W3C traceparent', left(traceparent, 100));
  end if;

  if object = 'CompanyRelation' then
    select star, starred_at into the_star, the_starred_at from changepost.published_star(current);
    select star, starred_at into was_star, was_starred_at from changepost.published_star(previous);
    if the_star is null or the_star = 'none' then
      the_starred_at := was_starred_at;
    end if;
  end if;
  insert into changepost.outbox (occurred_at, object, action, object_id, company_id, organization_id, star, previous_star,
                                 starred_at, current, previous, bytes, renamed, traceparent)
  values (coalesce(occurred_at, clock_timestamp()), object, action, object_id,
          company_id, organization_id, the_star, was_star, the_starred_at, current, previous,
          coalesce(octet_length(current::text), 0) + coalesce(octet_length(previous::text), 0), false,
          coalesce(traceparent, changepost.traceparent_of(current_setting('changepost.traceparent', true))))
  returning id into change_id;
  return change_id;
end
$$;

revoke execute on function changepost.publish from public;
