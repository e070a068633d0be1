import type { Change, FinalState } from '../../catalog/kind.ts';
import { refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { isInForce } from './lifecycle.ts';
import { type Edge, findCycle } from './service-cycles.ts';

interface EdgeRow {
  readonly from_id: string;
  readonly to_id: string;
  readonly from_name: string;
  readonly to_name: string;
}

interface Dependency {
  readonly serviceRef: { readonly name: string };
}

/** A service names others: by their slugs by now, however they were written. */
export function checkDependencies(change: Change): Violation[] {
  const names = dependenciesOf(change);
  return names.flatMap((name, index): Violation[] => {
    const path = `spec.dependencies[${index}].serviceRef`;
    if (name !== change.name) return [];
    return [
      refuse(change, 'DEPENDENCY_CYCLE', path, 'A service cannot depend on itself.', {
        value: name,
        accepted: 'other services',
      }),
    ];
  });
}

/** No service may, through any chain of dependencies, need itself. */
export async function checkDependencyCycles(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  // Everything reachable from the changed services; `union` makes the walk end on cycles.
  const rows = await state.query<EdgeRow>(
    sql`with recursive reached(id) as (
       select unnest(${changes.map((change) => change.id)}::uuid[])
       union
       select d.service_id from service_dependency d join reached r on r.id = d.dependent_service_id)
     select f.id as from_id, t.id as to_id, f.name as from_name, t.name as to_name
     from service_dependency d
     join reached r on r.id = d.dependent_service_id
     join service f on f.id = d.dependent_service_id
     join service t on t.id = d.service_id
     order by f.name, d.position`,
  );
  const names = new Map(
    rows.flatMap((row) => [[row.from_id, row.from_name] as const, [row.to_id, row.to_name] as const]),
  );
  const edges: Edge[] = rows.map((row) => ({ from: row.from_id, to: row.to_id }));
  return changes.flatMap((change) => {
    const cycle = findCycle(edges, change.id);
    if (cycle === undefined) return [];
    const second = names.get(cycle[1] ?? '') ?? '';
    const index = rows.filter((row) => row.from_id === change.id).findIndex((row) => row.to_id === cycle[1]);
    const path = `spec.dependencies[${Math.max(index, 0)}].serviceRef`;
    const way = cycle.map((id) => names.get(id) ?? change.name).join(' → ');
    const message = `Services cannot depend on each other in a circle: ${way}.`;
    const mentions = cycle.map((id) => ({ kind: 'Service', id, name: names.get(id) ?? change.name }));
    return [
      refuse(change, 'DEPENDENCY_CYCLE', path, message, {
        value: second,
        accepted: 'services that do not depend on this one',
        mentions,
      }),
    ];
  });
}

const dependenciesOf = ({ spec }: Pick<Change, 'spec'>): string[] =>
  ((spec.dependencies ?? []) as readonly Dependency[]).map(({ serviceRef }) => serviceRef.name);

/** What is offered does not newly depend on what is not offered yet, or not any more. */
export const dependsOnOffered = rowRule<{ place: number; name: string; phase: string; service_id: string }>(
  (ids) => sql`select s.id, d.position as place, t.name, t.phase, t.id as service_id
    from service s
    join service_dependency d on d.dependent_service_id = s.id
    join service t on t.id = d.service_id
    where s.id = any(${ids}::uuid[]) and s.phase in ('Published', 'Deprecated') and t.phase in ('Draft', 'Retired')
    order by s.name, d.position`,
  (change, { place, name, phase, service_id: id }) => {
    const { before } = change;
    if (before !== undefined && isInForce(before.spec.phase) && dependenciesOf(before).includes(name)) return [];
    const message = `${name} is ${phase}: a service that is offered depends on Published or Deprecated ones.`;
    const evidence = {
      value: name,
      accepted: 'a service that is Published',
      mentions: [{ kind: 'Service', id, name }],
    };
    return refuse(change, 'DEPENDENCY_NOT_OFFERED', `spec.dependencies[${place}].serviceRef`, message, evidence);
  },
);
