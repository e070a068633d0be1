import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Access } from '../access/access.ts';
import type { KindModel } from '../model.ts';
import { type LoadedObject, refuseDerived } from './loaded-object.ts';
import type { Precondition, Selector } from './operation.ts';
import { broken } from './precondition.ts';
import { hasId, isNamed, loadStored } from './store.ts';

/** An existing object that an operation is about. */
export interface Wanted {
  readonly kind: KindModel;
  readonly target: Selector;
  readonly precondition?: Precondition;
}

/** The object that was found, or the violation that says why there is none. */
export interface Found {
  readonly subject: string;
  readonly stored: LoadedObject | undefined;
  readonly refusals: readonly Violation[];
}

/** Finds and locks the objects that operations are about: one statement per kind. Hidden ones look absent. */
export async function loadTargets<T extends Wanted>(
  connection: Queryable,
  kinds: readonly KindModel[],
  wanted: readonly T[],
  access: Access | undefined,
): Promise<Map<T, Found>> {
  const found = new Map<T, Found>();
  for (const kind of kinds) {
    const own = wanted.filter((one) => one.kind === kind);
    if (own.length === 0) continue;
    const ids = own.flatMap(({ target }) => target.id ?? []);
    const names = own.flatMap(({ target }) => (target.id === undefined ? (target.name ?? []) : []));
    const stored = await loadStored(
      connection,
      kind,
      (row) => {
        const parts = [ids.length > 0 && hasId(ids)(row), names.length > 0 && isNamed(names)(row)];
        const asked = sql.join(
          parts.filter((part): part is Sql => part !== false),
          ' or ',
        );
        const visible = access?.condition(kind, row, 'get');
        return visible === undefined ? sql`(${asked})` : sql`(${asked}) and ${visible}`;
      },
      access,
    );
    const byName = Map.groupBy(stored, ({ name }) => name);
    const byId = new Map(stored.map((one) => [one.id, one]));
    for (const one of own) {
      const { id = '', name = '' } = one.target;
      const candidates = one.target.id === undefined ? (byName.get(name) ?? []) : (byId.get(id) ?? []);
      found.set(one, choose(one, [candidates].flat()));
    }
  }
  return found;
}

/** Where the input says what it expects. */
const PATHS = { id: 'precondition.id', revision: 'precondition.revision' };

function choose({ kind, target, precondition = {} }: Wanted, candidates: readonly LoadedObject[]): Found {
  const { namespace, project, group } = target;
  const named = candidates.filter(
    (one) =>
      (!kind.namespaced || namespace === undefined || one.namespace === namespace) &&
      (!kind.inProject || project === undefined || one.project === project) &&
      (group === undefined || one.group === group),
  );
  const [stored, another] = named.filter(({ isDerived }) => !isDerived);
  const called = target.name ?? stored?.name ?? `with id ${target.id}`;
  const subject = `${kind.kind}/${target.name ?? stored?.name ?? target.id}`;
  const refusal = (rule: string, message: string, more: Partial<Violation> = {}): Found => ({
    subject,
    stored: undefined,
    refusals: [{ rule, message, path: target.id === undefined ? 'metadata.name' : 'id', ...more }],
  });
  if (another !== undefined) {
    const accepted = kind.namespaced
      ? 'the namespace as well'
      : kind.inProject
        ? 'the project as well'
        : kind.ownGroups.length > 1
          ? 'the API group as well'
          : 'the manifest';
    return refusal('AMBIGUOUS', `several ${kind.plural} are called ${called}`, { accepted });
  }
  if (stored !== undefined) return { subject, stored, refusals: broken(subject, stored, precondition, PATHS) };
  if (named[0] !== undefined) {
    const { rule, message, ...more } = refuseDerived(subject, named[0]);
    return refusal(rule, message, more);
  }
  const place = namespace !== undefined && kind.namespaced ? ` in namespace ${namespace}` : '';
  return refusal('NOT_FOUND', `there is no ${kind.kind} ${called}${place}`);
}
