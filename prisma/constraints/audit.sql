-- The audit log (src/catalog/history) is partitioned by the time of its records, so that what is old goes a partition at
-- a time. It only grows: nobody changes or deletes a record, its owner included.
--
--   audit_record_20260901 │ audit_record_20261001 │ audit_record_20261101 │ … made ahead      audit_record_default:
--   ◄─ dropped from the left, none that has a time of the last 31 days                        every other time

-- Prisma has no word for partitions: the table that it makes is the pattern of one with the same columns and indexes.
do $$
declare
  definitions text[];
  definition text;
begin
  select array_agg(pg_get_indexdef(indexrelid) order by indexrelid) into definitions
  from pg_index where indrelid = 'audit_record'::regclass and not indisprimary;
  alter table audit_record rename to audit_record_pattern;
  create table audit_record (like audit_record_pattern including defaults) partition by range (received_at);
  drop table audit_record_pattern;
  alter table audit_record add constraint audit_record_pkey primary key (id, received_at);
  foreach definition in array definitions loop
    execute definition;
  end loop;
end $$;

-- The log without its reads, which may be many, newest first.
create index audit_record_writes_idx on audit_record (received_at, id) where not is_read;

-- What is rare in it: all but the making of objects, and all that was not done.
create index audit_record_verb_idx on audit_record (verb, received_at, id) where verb <> 'create';
create index audit_record_refused_idx on audit_record (outcome, received_at, id) where outcome <> 'SUCCESS';

create table audit_record_default partition of audit_record default;

create function audit_record_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log cannot be changed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_record_append_only before update or delete or truncate on audit_record for each statement execute function audit_record_refuse();
create trigger audit_record_append_only before update or delete or truncate on audit_record_default for each statement execute function audit_record_refuse();

-- The partitions but for the default one, with their times.
create function audit_record_partitions() returns table (name text, period tstzrange) language sql stable as $$
  select c.relname::text, tstzrange(bound.times[1]::timestamptz, bound.times[2]::timestamptz)
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') bound (times)
  where i.inhparent = 'audit_record'::regclass and bound.times is not null
$$;

-- Times that need a partition and have none: from now to an instant, and those of records in the default partition; whole
-- days, weeks or months, as far as no other partition (of another length, perhaps) has a part of them.
create function audit_record_missing(unit text, until timestamptz) returns table (starts timestamptz, ends timestamptz)
language sql stable set timezone = 'UTC' as $$
  select lower(piece), upper(piece)
  from (
    select generate_series(date_trunc(unit, now()), until, ('1 ' || unit)::interval)
    union select date_trunc(unit, received_at) from audit_record_default
  ) wanted (start)
  cross join (select coalesce(range_agg(period), '{}') as periods from audit_record_partitions()) present
  cross join unnest(tstzmultirange(tstzrange(wanted.start, wanted.start + ('1 ' || unit)::interval)) - present.periods) piece
  order by 1
$$;

-- Makes the missing partitions, and moves the records of their times there from the default partition; how many it made.
-- It holds writers up meanwhile: one that has chosen the default partition for its record would find that the record does
-- not belong there any more. It gives up (lock_not_available) rather than make anybody queue behind it for long.
create function audit_record_prepare(unit text, until timestamptz) returns int language plpgsql security definer
set search_path = public, pg_temp set timezone = 'UTC' as $$
declare
  missing record;
  made text[] := '{}';
  name text;
begin
  if unit not in ('day', 'week', 'month') then
    raise exception 'the audit log is not partitioned by %', unit using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock(720935);
  if not exists (select from audit_record_missing(unit, until)) then
    return 0;
  end if;
  perform set_config('lock_timeout', '100ms', true);
  lock table audit_record in share row exclusive mode;
  lock table audit_record_default in access exclusive mode;
  for missing in select * from audit_record_missing(unit, until) loop
    name := 'audit_record_' || to_char(missing.starts, 'YYYYMMDD');
    execute format('create table %I (like audit_record including defaults including indexes)', name);
    execute format('create trigger audit_record_append_only before update or delete or truncate on %I for each statement execute function audit_record_refuse()', name);
    execute format('insert into %I select * from audit_record_default where received_at >= $1 and received_at < $2', name) using missing.starts, missing.ends;
    made := made || format('alter table audit_record attach partition %I for values from (%L) to (%L)', name, missing.starts, missing.ends);
  end loop;
  if exists (select from audit_record_default) then -- All of them have been moved.
    alter table audit_record_default disable trigger audit_record_append_only;
    truncate audit_record_default;
    alter table audit_record_default enable trigger audit_record_append_only;
  end if;
  foreach name in array made loop
    execute name;
  end loop;
  return cardinality(made);
end $$;

-- Drops the oldest partition if all of its times are more than so many days ago; its name, or null if there is none. It
-- holds writers up for a moment, and gives up (lock_not_available) rather than make them queue behind it for long.
create function audit_record_forget(days int) returns text language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  oldest text;
begin
  if days < 31 then
    raise exception 'the audit log cannot be changed' using errcode = 'insufficient_privilege',
      detail = 'Only records of more than 31 days ago can be forgotten.';
  end if;
  perform pg_advisory_xact_lock(720935);
  select p.name into oldest from audit_record_partitions() p
  where upper(p.period) <= now() - make_interval(days => days) order by p.period limit 1;
  if oldest is not null then
    perform set_config('lock_timeout', '100ms', true);
    execute format('drop table %I', oldest);
  end if;
  return oldest;
end $$;

-- The ways for a role that does not own the table; it is granted them by name.
revoke execute on function audit_record_prepare(text, timestamptz), audit_record_forget(int) from public;
revoke update, delete, truncate on audit_record from public;
