import { type DerivedStore, newRevision } from '../../../catalog/kind.ts';
import { sql } from '../../../platform/db/sql.ts';
import { type Ids, phaseOf } from './phases.ts';
import { removeRecordsOf } from './records.ts';

/**
 * A project asks for what it has as a dependency already: its own request takes the place of the dependency's
 * entitlement, with its phase. What the producer had denied is asked for anew.
 */
export async function takeOver(store: DerivedStore, projectIds: Ids): Promise<void> {
  const pairs = await store.query<{ id: string; own: string; phase: string }>(sql`
    select d.id, n.id as own, d.status_phase as phase
    from service_entitlement d
    join service_entitlement n on n.project_id = d.project_id and n.service_id = d.service_id and n.origin = 'Direct'
    where d.project_id = any(${projectIds}::uuid[]) and d.origin = 'Dependency'`);
  if (pairs.length === 0) return;
  const ids = pairs.map(({ id }) => id);
  const own = pairs.map((pair) => pair.own);
  await removeRecordsOf(
    store,
    pairs.filter(({ phase }) => phase === 'Rejected').map(({ id }) => id),
  );
  await store.execute(sql`
    update service_entitlement n set status_phase = d.status_phase, entitled_at = d.entitled_at, ${newRevision}
    from unnest(${ids}::uuid[], ${own}::uuid[]) as p(id, own) join service_entitlement d on d.id = p.id
    where n.id = p.own and d.status_phase <> 'Rejected'`);
  await store.execute(sql`
    update service_entitlement e set dependency_of_id = p.own, ${newRevision}
    from unnest(${ids}::uuid[], ${own}::uuid[]) as p(id, own) where e.dependency_of_id = p.id`);
  await store.remove('ServiceEntitlement', ids);
}

/**
 * Makes the entitlements that are missing to services that others need, with one recursive statement: from what is
 * active to what it depends on, and on from there where that is active itself.
 *
 * They are numbered: a name may not tell what service it is to, which can be hidden from the project.
 *
 *     asked for: a (Active) ──► b: missing, made Active ──► c: missing, gated, made PendingApproval ──► d: not yet
 */
export async function enrol(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  await store.execute(sql`
    with recursive needed(project_id, service_id, service, phase, entitled_at, is_missing) as (
      select e.project_id, e.service_id, null::text, e.status_phase, e.entitled_at, false
      from service_entitlement e
      where e.project_id = any(${projectIds}::uuid[]) and e.origin = 'Direct' and e.id <> all(${going}::uuid[])
      union
      select n.project_id, s.id, s.name, coalesce(h.status_phase, ${phaseOf}), x.entitled_at, h.id is null
      from needed n
      join service_dependency d on d.dependent_service_id = n.service_id
      join service s on s.id = d.service_id
      left join service_entitlement h on h.project_id = n.project_id and h.service_id = s.id and h.id <> all(${going}::uuid[])
      left join service_entitlement x on x.project_id = n.project_id and x.service_id = s.id and x.id = any(${going}::uuid[])
        and x.status_phase <> 'Rejected'
      left join service_consumer c on c.service_id = s.id and c.consumer_project_id = n.project_id
      where n.phase = 'Active'),
    missing as (
      select w.*, 'dependency-' || row_number() over (partition by w.project_id order by w.service) + coalesce((
        select max(substring(o.name from '^dependency-([0-9]+)$')::numeric) from service_entitlement o
        where o.project_id = w.project_id), 0) as name
      from (select distinct on (project_id, service_id) * from needed where is_missing) w)
    insert into service_entitlement (id, name, project_id, scope_id, service_id, origin, status_phase, entitled_at, revision)
    select uuidv7(), m.name, m.project_id, m.project_id, m.service_id, 'Dependency', m.phase,
      coalesce(m.entitled_at, case when m.phase = 'Active' then write_instant() end), nextval('catalog_revision')
    from missing m`);
}

/** Deletes dependencies that nothing active needs any more, with the records of them. */
export async function leave(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  const rows = await store.query<{ id: string }>(sql`
    with recursive kept(id, project_id, service_id, phase) as (
      select e.id, e.project_id, e.service_id, e.status_phase from service_entitlement e
      where e.project_id = any(${projectIds}::uuid[]) and e.origin = 'Direct' and e.id <> all(${going}::uuid[])
      union
      select e.id, e.project_id, e.service_id, e.status_phase
      from kept k
      join service_dependency d on d.dependent_service_id = k.service_id
      join service_entitlement e on e.project_id = k.project_id and e.service_id = d.service_id and e.id <> all(${going}::uuid[])
      where k.phase = 'Active')
    select e.id from service_entitlement e
    where e.project_id = any(${projectIds}::uuid[]) and e.origin = 'Dependency' and not exists (select from kept k where k.id = e.id)`);
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await removeRecordsOf(store, ids);
  await store.execute(sql`
    update service_entitlement set dependency_of_id = null
    where dependency_of_id is not null and (id = any(${ids}::uuid[]) or dependency_of_id = any(${ids}::uuid[]))`);
  await store.remove('ServiceEntitlement', ids);
}

/** Each dependency names one of those that need it: the same as long as it does, then the oldest of the others. */
export async function pointToParents(store: DerivedStore, projectIds: Ids, going: Ids): Promise<void> {
  await store.execute(sql`
    update service_entitlement e set dependency_of_id = w.parent_id, ${newRevision}
    from (
      select x.id, (
        select p.id from service_entitlement p
        join service_dependency d on d.dependent_service_id = p.service_id and d.service_id = x.service_id
        where p.project_id = x.project_id and p.status_phase = 'Active' and p.id <> all(${going}::uuid[])
        order by (p.id = x.dependency_of_id) desc nulls last, p.created_at, p.id limit 1) as parent_id
      from service_entitlement x
      where x.project_id = any(${projectIds}::uuid[]) and x.origin = 'Dependency') w
    where e.id = w.id and e.dependency_of_id is distinct from w.parent_id`);
}
