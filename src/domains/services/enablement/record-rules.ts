import { heldOn } from '../../../catalog/access/held-on.ts';
import { differences } from '../../../catalog/differences.ts';
import type { CatalogObject, Change, FinalState } from '../../../catalog/kind.ts';
import { refuse } from '../../../catalog/rules.ts';
import { sql } from '../../../platform/db/sql.ts';
import { among, tables } from '../../../platform/db/tables.ts';
import type { Violation } from '../../../platform/errors.ts';

const decisionOf = (spec: Change['spec'] | undefined): unknown =>
  (spec?.approval as { readonly decision?: unknown } | null | undefined)?.decision;

/** A denial is final: the project has to create a new request. */
export function checkDecision(change: Change): Violation[] {
  const decision = decisionOf(change.spec);
  if (decisionOf(change.before?.spec) !== 'Denied' || decision === 'Denied') return [];
  const message = 'A denial is final; the project has to ask again.';
  const evidence = { value: decision ?? null, accepted: 'Denied' };
  return [refuse(change, 'DENIAL_IS_FINAL', 'spec.approval.decision', message, evidence)];
}

const MANAGE = 'services.miloapis.com/serviceconsumers.manage';
const APPROVE = 'services.miloapis.com/serviceconsumers.approve';

/** The permissions that a change needs besides the right to change the object, each with where it is needed. */
function needsOf({
  before,
  spec,
  labels,
  annotations,
}: Change): readonly (readonly [path: string, permission: string])[] {
  const wasApproval = before?.spec.approval;
  const needs: (readonly [string, string])[] = [];
  if (before === undefined) needs.push(['metadata.name', MANAGE]);
  else {
    const { approval: _is, ...rest } = spec;
    const { approval: _was, ...restBefore } = before.spec;
    const others = [
      ...differences(restBefore, rest, 'spec'),
      ...differences(before.labels, labels, 'metadata.labels'),
      ...differences(before.annotations, annotations, 'metadata.annotations'),
    ];
    if (others[0] !== undefined) needs.push([others[0].path, MANAGE]);
  }
  if (differences(wasApproval, spec.approval, 'spec.approval').length > 0) needs.push(['spec.approval', APPROVE]);
  return needs;
}

/** Records are made by the catalog; who decides on them needs `approve`, who changes anything else of them `manage`. */
export async function checkDeciders(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const { rights } = state.by;
  if (rights === undefined) return [];
  const rows = await state.query(
    tables
      .selectFrom('service_consumer')
      .select(['id', 'scope_id as scopeId'])
      .where('id', '=', among(changes.map(({ id }) => id))),
  );
  const scopeOf = new Map(rows.map(({ id, scopeId }) => [id, scopeId]));
  const held = await heldOn(state, rights.holdings, [...scopeOf.values()]);
  return changes.flatMap((change) => {
    const here = held.get(scopeOf.get(change.id) ?? '');
    return needsOf(change)
      .filter(([, permission]) => here?.has(permission) !== true)
      .map(([path, permission]) => {
        const accepted = `a role that holds ${permission} on the project`;
        return refuse(change, 'FORBIDDEN', path, `${permission} is missing on the project`, { accepted });
      });
  });
}

const nameAt = ({ spec }: CatalogObject, member: string): string =>
  (spec[member] as { readonly name?: string } | undefined)?.name ?? '';

/** A record goes with the request that it is about. */
export async function checkEntitled(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<{ place: number }>(sql`
    select w.place::int from unnest(${objects.map((one) => nameAt(one, 'serviceRef'))}::text[],
      ${objects.map((one) => nameAt(one, 'consumerProjectRef'))}::text[]) with ordinality as w(service, project, place)
    join service s on s.service_name = w.service
    join project p on p.name = w.project
    join service_entitlement e on e.service_id = s.id and e.project_id = p.id`);
  return rows.flatMap(({ place }) => {
    const object = objects[place - 1];
    if (object === undefined) return [];
    const message = `${object.name} is the record of a request and goes with it; the project deletes its entitlement.`;
    const accepted = 'a denial, which ends the access of the project';
    return [refuse(object, 'RECORD_OF_ENTITLEMENT', 'metadata.name', message, { accepted })];
  });
}
