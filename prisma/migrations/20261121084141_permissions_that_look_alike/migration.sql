create or replace function permission_register(names text[]) returns void language plpgsql as $$
declare
  n text;
begin
  for n in select distinct u collate "C" from unnest(names) u where not exists (select from permission p where p.name = u) order by 1 loop
    insert into permission (id, name, relation, kind, verb)
    values (gen_random_uuid(), n, permission_relation(n), regexp_replace(n, '\.[^.]*$', ''), substring(n from '[^.]*$'));
  end loop;
end $$;

drop view service_site;
drop view deployment_site;
