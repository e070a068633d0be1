-- AlterTable
ALTER TABLE "audit_record" ADD COLUMN     "asked" JSONB,
ADD COLUMN     "document_hash" TEXT,
ADD COLUMN     "field" TEXT,
ADD COLUMN     "is_read" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "scope_kind" TEXT,
ADD COLUMN     "scope_name" TEXT,
ADD COLUMN     "source" JSONB,
ADD COLUMN     "trace_id" TEXT;

create index audit_record_writes_idx on audit_record (received_at, id) where not is_read;

drop trigger audit_record_append_only on audit_record;
create trigger audit_record_append_only before update or truncate on audit_record for each statement execute function audit_record_refuse();

create function audit_record_keep() returns trigger language plpgsql as $$
declare
  newest record;
begin
  select g.received_at, g.id into newest from gone g order by g.received_at desc, g.id desc limit 1;
  if newest.received_at >= now() - interval '31 days'
    or exists (select from audit_record a where (a.received_at, a.id) < (newest.received_at, newest.id)) then
    raise exception 'the audit log can not be changed' using errcode = 'insufficient_privilege',
      detail = 'Only its oldest records can be forgotten, when they are more than 31 days old.';
  end if;
  return null;
end $$;

create trigger audit_record_kept after delete on audit_record referencing old table as gone for each statement execute function audit_record_keep();

create function audit_record_forget(days int, most int) returns int language plpgsql security definer set search_path = public, pg_temp as $$
declare
  forgotten int;
begin
  delete from audit_record where id in (
    select id from audit_record where received_at < now() - make_interval(days => days) order by received_at, id limit most);
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;

revoke execute on function audit_record_forget(int, int) from public;
