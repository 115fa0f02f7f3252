-- Capture spares the host the pinned settings where the session's own give the same JSON: they were a fifth of what it costs.
-- Why it is safe without them: docs/adr/0011-capture-without-pinned-settings.md.
-- Functions only; the triggers stay, so no table is locked. The tables of the host that are watched keep their function, which
-- works as it did, until watch() is said again.

-- As in V002, with operators that are resolved here and not in whichever session asks.
create or replace function changepost.star_of(word text) returns text
language sql immutable parallel safe
return case when word is null then null when word in ('green', 'gold', 'black') then word else 'none' end;

create or replace function changepost.traceparent_of(word text) returns text
language sql immutable parallel safe
return substring(word from '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');

-- The settings that the JSON of a type follows; null where that cannot be told, as for types that are not PostgreSQL's own.
create function changepost.shaped_by(kind oid) returns text[]
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when t.oid in ('bool'::regtype, 'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'text'::regtype,
                   'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'uuid'::regtype, 'json'::regtype, 'jsonb'::regtype,
                   'date'::regtype, 'time'::regtype, 'timestamp'::regtype, 'inet'::regtype, 'cidr'::regtype) then '{}'
    when t.oid = 'timestamptz'::regtype then '{TimeZone}'
    when t.oid in ('float4'::regtype, 'float8'::regtype) then '{extra_float_digits}'
    when t.oid = 'interval'::regtype then '{IntervalStyle}'
    when t.oid = 'bytea'::regtype then '{bytea_output}'
    when t.typcategory = 'A' and t.typelem <> 0 then changepost.shaped_by(t.typelem)
  end::text[]
  from pg_type t where t.oid = changepost.base_type(kind)
$$;

-- SQL that is true in a session whose settings give the rows of a table the JSON that the pinned ones give, the time zone apart,
-- while the table has no more columns than now. The search_path has to be a usual one: where it changes from transaction to
-- transaction, as with a schema for each tenant, the trigger's plans would be made anew each time, and pinned they are not.
-- Null where a column's type is not known.
create function changepost.plain_session(source regclass) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  with
  home (path) as (
    select quote_ident(n.nspname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = source
  ),
  shape (settings) as (
    select changepost.shaped_by(a.atttypid) from pg_attribute a where a.attrelid = source and a.attnum > 0 and not a.attisdropped
  ),
  fine (setting, words) as (
    select 'search_path',
      array['"$user", public', 'public']
        || case when h.path <> 'public' then array[h.path, h.path || ', public', '"$user", ' || h.path] end
    from home h
    union all
    select * from (values
      ('extra_float_digits', array['1', '2', '3']),
      ('IntervalStyle', array['postgres']),
      ('bytea_output', array['hex'])) known (setting, words)
    where exists (select from shape s where known.setting = any (s.settings))
  )
  select string_agg(
    format('pg_catalog.current_setting(%L) operator(pg_catalog.=) any (%L::pg_catalog.text[])', f.setting, f.words),
    ' and ' order by f.setting)
    || (select format(' and pg_catalog.has_column_privilege(tg_relid, %s::pg_catalog.int2, ''select'') is null', c.relnatts + 1)
        from pg_class c where c.oid = source)
  from fine f
  where not exists (select from shape s where s.settings is null)
$$;

-- As in V002, for names that are resolved in whichever session asks.
create or replace function changepost.weight_of(col pg_catalog.pg_attribute) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case
    when col.attlen <> -1 or col.attstorage = 'p' then null
    when kind in ('varchar'::regtype, 'bpchar'::regtype) and col.atttypmod between 5 and 1004 then null
    when kind in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'bytea'::regtype)
      then format('pg_catalog.octet_length(%s.%I)', chr(1), col.attname)
    else format('pg_catalog.pg_column_size(%s.%I)', chr(1), col.attname)
  end from changepost.base_type(col.atttypid) as kind
$$;

-- Writes the trigger function of a table, and puts it there where it is not yet. The arguments are names
-- of columns that exist; star and starred_at are null where there is none, as may be organization.
--
-- There are two functions where a session can be plain: the trigger's own, without settings, in which every name, type and
-- operator says that it is pg_catalog's, for the common cases in a plain session; and another with the pinned settings, for the
-- rest. Else there is one, with the pinned settings, for all.
create or replace function changepost.put_capture(source regclass, object text, key text[], company text,
                                                  organization text, star text, starred_at text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $outer$
declare
  most     text := changepost.change_limit();
  plain    text := changepost.plain_session(source);
  name     text;
  present  boolean;
  -- SQL over one row, which side stands for.
  side     text := chr(1);
  star_of  text := 'changepost.star_of(' || side || '.' || quote_ident(star) || '::pg_catalog.text)';
  time_of  text := coalesce(side || '.' || quote_ident(starred_at), 'null') || '::pg_catalog.timestamptz';
  id_of    text;
  facts    text;   -- assignments of id, company, organization
  afresh   text;   -- the same as a list of expressions
  keys     text;   -- JSON of nothing but the keys
  weights  text;   -- of the wide columns
  alike    text;   -- whether two rows are the same, as far as that can be told without fetching
  rendered text;   -- assignments of the JSON and its weight
  -- Around them, where the session is elsewhere. Asked whether or not there are points in time now, since a timestamp may become
  -- one with time zone. Local to the transaction, and taken back by it where rendering fails; nobody hears of it, since a client
  -- is told of settings when its statement has ended.
  elsewhere text :=
    'elsif pg_catalog.current_setting(''TimeZone'') operator(pg_catalog.<>) all (''{UTC,Etc/UTC,GMT,Etc/GMT}''::pg_catalog.text[]) then'
    ' zone := pg_catalog.current_setting(''TimeZone''); was_set := pg_catalog.set_config(''TimeZone'', ''UTC'', true); ';
  back     text := ' was_set := pg_catalog.set_config(''TimeZone'', zone, true);';
  pinned   text := ' set search_path = pg_catalog, pg_temp set timezone = ''UTC'' set datestyle = ''ISO, MDY'''
                   ' set intervalstyle = ''postgres'' set bytea_output = ''hex'' set extra_float_digits = ''1''';
  -- The body is written once for both functions; in it these stand for how each of them says it, where no name of a column can be
  -- mistaken for one.
  op       text := chr(2);
  finish   text := chr(3);
  if_plain text := chr(4);
  part     text;
  declared text;
  common   text := '';
  careful  text;
  body     text;
begin
  select p.proname into name from pg_trigger t join pg_proc p on p.oid = t.tgfoid
   where t.tgrelid = source and t.tgname = '00_changepost';
  present := found;
  if not present then
    name := format('capture_%s_%s', left((select c.relname::text from pg_class c where c.oid = source), 40),
                   nextval('changepost.capture_number'));
  end if;

  select string_agg(format(case when a.attnotnull then '%s.%I::pg_catalog.text' else 'coalesce(%s.%I::pg_catalog.text, %L)' end, side, k, ''),
                    ' operator(pg_catalog.||) '','' operator(pg_catalog.||) ' order by u.n)
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

  declared := $body$
declare
  the_id pg_catalog.text; the_company pg_catalog.int8; the_organization pg_catalog.int8;
  the_star pg_catalog.text; was_star pg_catalog.text;
  the_starred_at pg_catalog.timestamptz; now_starred_at pg_catalog.timestamptz;
  now_json pg_catalog.json; was_json pg_catalog.json;
  weight pg_catalog.int4;  -- of the JSON; a value made here has a header of 4 bytes
  thin pg_catalog.bool; problem pg_catalog.text; zone pg_catalog.text; was_set pg_catalog.text;
begin
$body$;

  -- The common case of each operation: weight is only set where all went well. An update looks at the
  -- wide columns of the new row alone, since the old row shares what the update did not touch.
  for part in select unnest(array['UPDATE', 'INSERT', 'DELETE']) loop
    rendered := case part
      when 'UPDATE' then 'now_json := pg_catalog.to_json(new); was_json := pg_catalog.to_json(old);'
                         ' weight := pg_catalog.pg_column_size(now_json) operator(pg_catalog.+)'
                         ' pg_catalog.pg_column_size(was_json) operator(pg_catalog.-) 8;'
      when 'INSERT' then 'now_json := pg_catalog.to_json(new);'
                         ' weight := pg_catalog.pg_column_size(now_json) operator(pg_catalog.-) 4;'
      else 'was_json := pg_catalog.to_json(old);'
           ' weight := pg_catalog.pg_column_size(was_json) operator(pg_catalog.-) 4;' end;
    common := common || format(replace(replace(replace($body$
  if @op operator(pg_catalog.=) %1$L@plain then
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
    if weight operator(pg_catalog.<=) %6$s then
      insert into changepost.outbox (object, action, object_id, company_id, %7$s bytes, renamed, traceparent)
      values (%8$L, %9$L, the_id, the_company, %10$s weight, true,
              changepost.traceparent_of(pg_catalog.current_setting('changepost.traceparent', true)));
      @end
    end if;
  end if;
$body$, '@op', op), '@end', finish), '@plain', if_plain),
      part,
      replace(facts, side, case part when 'DELETE' then 'old' else 'new' end) || case when star is null then '' else
        case part
          when 'INSERT' then format(' the_star := %s; the_starred_at := %s;', replace(star_of, side, 'new'), replace(time_of, side, 'new'))
          when 'DELETE' then format(' was_star := %s; the_starred_at := %s;', replace(star_of, side, 'old'), replace(time_of, side, 'old'))
          else format(' the_star := %s; was_star := %s;'
                      ' the_starred_at := case when the_star operator(pg_catalog.<>) ''none'' then %s else %s end;',
                      replace(star_of, side, 'new'), replace(star_of, side, 'old'),
                      replace(time_of, side, 'new'), replace(time_of, side, 'old'))
        end end,
      concat('greatest(' || replace(weights, side, case part when 'DELETE' then 'old' else 'new' end)
               || ') operator(pg_catalog.>) ' || most || ' or ',
             case part when 'UPDATE' then 'greatest(pg_catalog.pg_column_size(new), pg_catalog.pg_column_size(old))'
                       when 'INSERT' then 'pg_catalog.pg_column_size(new)' else 'pg_catalog.pg_column_size(old)' end,
             ' operator(pg_catalog.>) ', most),
      concat_ws(E'\n      ', case part when 'UPDATE' then 'elsif old operator(pg_catalog.*=) new then ' || finish end,
                elsewhere || rendered || back),
      rendered,
      most,
      concat(case when organization is not null then 'organization_id, ' end, case when star is not null then 'star, previous_star, starred_at, ' end,
             case part when 'UPDATE' then 'current, previous,' when 'INSERT' then 'current,' else 'previous,' end),
      object, case part when 'UPDATE' then 'update' when 'INSERT' then 'create' else 'delete' end,
      concat(case when organization is not null then 'the_organization, ' end, case when star is not null then 'the_star, was_star, the_starred_at, ' end,
             case part when 'UPDATE' then 'now_json, was_json,' when 'INSERT' then 'now_json,' else 'was_json,' end));
  end loop;

  -- What is not common, which runs with the pinned settings alone and so needs no schema before its names.
  careful := format(replace(replace($body$
  if thin or weight is not null then
    thin := true;
  else
    -- Something failed: the same again, carefully. Of the two rows, the one that the operation lacks is null.
    the_id := null; the_company := null; the_organization := null;
    the_star := null; was_star := null; the_starred_at := null;
    begin
      -- Planned afresh, as a column may have another name or type than when the session first asked.
      if @op = 'DELETE' then
        execute %1$L into the_id, the_company, the_organization using old;
      else
        execute %1$L into the_id, the_company, the_organization using new;
      end if;
      %2$s
    exception when others then
      problem := left(sqlerrm, 500);
    end;
    begin
      if @op <> 'DELETE' then
        thin := greatest(%3$s) > %4$s;
      end if;
      if @op <> 'INSERT' then
        thin := coalesce(thin, false) or greatest(%9$s) > %4$s;
      end if;
    exception when others then
      null;  -- a wide column that is gone weighs nothing
    end;
    begin
      thin := coalesce(thin, false) or greatest(pg_column_size(new), pg_column_size(old)) > %4$s;
      if not thin then
        if old *= new then
          @end
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
      if @op = 'UPDATE' and problem is null then
        if %5$s then
          if greatest(%3$s, %9$s, 0) < 33554432 and old *= new then
            @end
          end if;
        end if;
      end if;
    exception when others then
      null;
    end;
    now_json := null;
    was_json := null;
    begin
      if @op <> 'DELETE' then
        now_json := %6$s;
      end if;
      if @op <> 'INSERT' then
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
  values (%8$L, case @op when 'UPDATE' then 'update' when 'INSERT' then 'create' else 'delete' end,
          coalesce(the_id, ''), the_company, the_organization, the_star, was_star, the_starred_at,
          now_json, was_json, weight, true, thin, problem, changepost.traceparent_of(current_setting('changepost.traceparent', true)));
  @end
end
$body$, '@op', op), '@end', finish),
    replace(afresh, side, '($1)'),
    case when star is null then '' else format(replace($star$
    if @op <> 'INSERT' then
      execute %1$L into was_star, the_starred_at using old;
    end if;
    if @op <> 'DELETE' then
      execute %1$L into the_star, now_starred_at using new;
      if the_star <> 'none' then
        the_starred_at := now_starred_at;
      end if;
    end if;$star$, '@op', op), format('select %s, %s', replace(star_of, side, '($1)'), replace(time_of, side, '($1)'))) end,
    coalesce(replace(weights, side, 'new'), '0'), most,
    alike, replace(keys, side, 'new'), replace(keys, side, 'old'), object,
    coalesce(replace(weights, side, 'old'), '0'));

  if plain is not null then
    -- Assigned and not performed, which would be a query of its own.
    execute format('create or replace function changepost.%I(op pg_catalog.text, old record, new record) returns pg_catalog.bool'
                   ' language plpgsql%s as %L',
                   name || '_pinned', pinned,
                   replace(replace(replace(declared || common || careful, op, 'op'), finish, 'return null;'), if_plain, ''));
    execute format('revoke all on function changepost.%I(text, record, record) from public', name || '_pinned');
    careful := format(E'  thin := changepost.%I(tg_op, old, new);\n  return null;\nend\n', name || '_pinned');
  end if;
  body := replace(replace(replace(declared || common || careful, op, 'tg_op'), finish, 'return null;'),
                  if_plain, coalesce(' and ' || plain, ''));
  execute format('create or replace function changepost.%I() returns trigger language plpgsql security definer%s as %L', name,
                 case when plain is null then pinned else '' end, body);
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

-- Ends watch(); needs to own the table. Returns whether it was watched, and says so where it was not.
create or replace function changepost.unwatch(source regclass) returns boolean
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  function regprocedure;
  name     text;
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
  select p.proname into name from pg_proc p where p.oid = function;
  execute format('drop trigger "00_changepost" on %s', source);
  execute format('drop function %s', function);
  execute format('drop function if exists changepost.%I(text, record, record)', name || '_pinned');
  return true;
end
$$;

-- The five own tables.
select changepost.put_capture('changepost.company', 'Company', '{id}', 'id', null, null, null);
select changepost.put_capture('changepost.company_relation', 'CompanyRelation', '{id}', 'company_id',
                              'organization_id', 'star', 'starred_at');
select changepost.put_capture('changepost.company_relation_data', 'CompanyRelationData', '{id}', 'company_id',
                              'organization_id', null, null);
select changepost.put_capture('changepost.document', 'Document', '{id}', 'company_id', null, null, null);
select changepost.put_capture('changepost.message', 'Message', '{id}', 'company_id', 'organization_id', null, null);
