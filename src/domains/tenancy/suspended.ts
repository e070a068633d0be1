import { heldOn } from '../../catalog/access/held-on.ts';
import type { WriteGuard } from '../../catalog/guard.ts';
import type { CatalogObject, FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { PLATFORM } from '../../catalog/well-known.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';

/** In a suspended project only suspensions can be created or changed; reads and deletions are allowed (reference/iam.md 1.5). */
export const refuseInSuspended: WriteGuard = async (writes, state) => {
  const guarded = writes.filter(({ kind }) => kind !== 'ProjectSuspension');
  if (guarded.length === 0) return;
  const places = guarded.flatMap(({ scopeIds }, index) => scopeIds.map((scopeId) => ({ scopeId, index })));
  const rows = await state.query<{ index: number; reasons: string[] }>(
    sql`select w.index, array_agg(distinct s.reason::text order by s.reason::text) as reasons
     from unnest(${places.map(({ scopeId }) => scopeId)}::uuid[], ${places.map(({ index }) => index)}::int[]) w (scope_id, index)
     join scope_closure c on c.descendant_id = w.scope_id
     join project_suspension s on s.project_id = c.ancestor_id group by w.index`,
  );
  for (const { index, reasons } of rows) {
    const message = `the project is suspended: ${reasons.join(', ')}`;
    const accepted = 'deleting, or the end of the suspension first';
    guarded[index]?.addViolation({ rule: 'PROJECT_SUSPENDED', message, path: 'metadata.name', accepted });
  }
};

const LIFT = 'resourcemanager.miloapis.com/projectsuspensions.delete';

/** Ending a suspension that only operators may end needs the permission on the platform, unless the project is deleted. */
export async function guardReinstatement(
  suspensions: readonly CatalogObject[],
  state: FinalState,
): Promise<Violation[]> {
  const { rights } = state.by;
  const operators = suspensions.filter(({ spec }) => spec.reinstateAuthority === 'Operator');
  if (rights === undefined || operators.length === 0) return [];
  const held = await heldOn(state, rights.holdings, [PLATFORM]);
  if (held.get(PLATFORM)?.has(LIFT) === true) return [];
  const projectOf = ({ spec }: CatalogObject): string => (spec.projectRef as { name: string }).name;
  const rows = await state.query(
    tables
      .selectFrom('project')
      .select('name')
      .where('name', '=', among(operators.map(projectOf))),
  );
  const standing = new Set(rows.map(({ name }) => name));
  return operators
    .filter((one) => standing.has(projectOf(one)))
    .map((one) => {
      const accepted = `a role that holds ${LIFT} on the platform`;
      return refuse(one, 'FORBIDDEN', 'metadata.name', `${LIFT} is missing on the platform`, { accepted });
    });
}
