import { heldOn } from '../../catalog/access/held-on.ts';
import type { Change, FinalState } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

const IMPORT = 'services.miloapis.com/services.import';

/**
 * Who may import a service: everyone one that is Public, a project its own ones, and who has the right `import` on it one that
 * is Private (rule I4). To see a service is not enough: an import binds its owner.
 */
export async function checkMayImport(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  const own = changes.filter(({ before }) => before === undefined);
  if (rights === undefined || own.length === 0) return [];
  const foreign = await state.query<{ id: string; target: string; target_id: string }>(sql`
    select i.id, t.name as target, t.id as target_id
    from service_import i
    join service_version v on v.id = i.service_version_id
    join service s on s.id = v.service_id
    join service t on t.id = i.target_service_id
    join service_runtime u on u.service_id = t.id and u.visibility = 'Private'
    where i.id = any(${own.map(({ id }) => id)}::uuid[])
      and t.owner_producer_project_id is distinct from s.owner_producer_project_id`);
  if (foreign.length === 0) return [];
  const held = await heldOn(
    state,
    rights.holdings,
    foreign.map(({ target_id: id }) => id),
  );
  const changeOf = new Map(own.map((change) => [change.id, change]));
  return foreign.flatMap(({ id, target, target_id: targetId }) => {
    const change = changeOf.get(id);
    if (change === undefined || held.get(targetId)?.has(IMPORT) === true) return [];
    const message = `${target} is Private and belongs to another project: to import it takes a right that its owner gives.`;
    return [
      refuse(change, 'I4_MAY_NOT_IMPORT', 'spec.targetServiceRef', message, {
        accepted: `a role on ${target} that holds ${IMPORT}`,
      }),
    ];
  });
}
