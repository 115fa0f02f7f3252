-- The name of a capture function ended with the number that tells like-named tables apart. PostgreSQL cuts names off after 63 bytes, so for
-- a long name in letters of more than one byte the number was lost, and two tables whose names begin alike came to share the function of
-- the one that was watched last. The number comes first now, and what is cut off is of no account.
-- Changes that one word of put_capture instead of repeating all of it. Functions that are there keep their names; of two tables that share
-- one, the trigger "00_changepost" is to be dropped from the first, and watch() said again for both. Locks no table; the release before
-- does not notice.
do $$
declare
  before constant text := pg_get_functiondef('changepost.put_capture(regclass, text, text[], text, text, text, text)'::regprocedure);
  after  constant text := replace(before, 'format(''capture_%s_%s'', left(', 'format(''capture_%2$s_%1$s'', left(');
begin
  if after = before then
    raise exception 'changepost.put_capture is not what migration V002 made';
  end if;
  execute after;
end
$$;
