create or replace function authz_follow() returns trigger language plpgsql as $$
declare
  tuples text := tg_table_name || '_tuples';
  old_tuples text := format('select t.* from old_rows r cross join lateral %I(jsonb_populate_record(null::%I, to_jsonb(r))) t', tuples, tg_table_name);
  new_tuples text := format('select t.* from new_rows r cross join lateral %I(jsonb_populate_record(null::%I, to_jsonb(r))) t', tuples, tg_table_name);
  gone text;
  come text;
  written bigint;
  noted bigint := 0;
begin
  if tg_op <> 'INSERT' then
    gone := case when tg_op = 'UPDATE' then old_tuples || ' except ' || new_tuples else old_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''delete'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', gone);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  if tg_op <> 'DELETE' then
    come := case when tg_op = 'UPDATE' then new_tuples || ' except ' || old_tuples else new_tuples end;
    execute format('insert into authz_outbox (order_key, operation, tuple)
      select object || ''#'' || relation, ''write'', jsonb_build_object(''object'', object, ''relation'', relation, ''user'', subject) from (%s) t', come);
    get diagnostics written = row_count;
    noted := noted + written;
  end if;
  -- A new scope takes nothing from anybody and gives nothing that its parents do not give already.
  if noted > 0 and not (tg_table_name = 'scope' and tg_op = 'INSERT') then
    perform set_config('catalog.access_changed', 'yes', true);
  end if;
  return null;
end $$;
