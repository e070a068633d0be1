import { type Tuple, tupleKey } from '../../platform/openfga/client.ts';
import { permissionName } from '../access/permissions.ts';
import type { Author } from '../author.ts';
import { PLATFORM } from '../well-known.ts';
import type { Authorization } from './authorization.ts';
import type { Operation } from './operation.ts';

/** Whether OpenFGA allowed what it was asked before the write has found what it writes; false for any other check. */
export type AskedAhead = (check: Tuple) => Promise<boolean>;

/** What OpenFGA is asked about a permission on a scope. */
export const checkOf = ({ caller }: Author, relation: string, scopeId: string): Tuple => ({
  user: `principal:${caller.principalId ?? ''}`,
  relation,
  object: `scope:${scopeId}`,
});

/**
 * Asks OpenFGA for the permission that a small write needs while PostgreSQL still looks for its objects, where it is plain
 * on which scope that will be: the caller holds it on everything, or on one scope alone. What is allowed stands as
 * long as the version of the permissions is the same under the write lock (steps/authorize.ts); what is not is asked again.
 */
export async function askAhead(
  authorization: Authorization | undefined,
  by: Author | undefined,
  operations: readonly Operation[],
): Promise<AskedAhead> {
  const permission = permissionOf(operations);
  const scopeId = permission === undefined ? undefined : plainScope(by?.rights?.holdings.slot(permission)?.scopeIds);
  if (authorization === undefined || by === undefined || permission === undefined || scopeId === undefined)
    return () => Promise.resolve(false);
  const relation = (await authorization.relations([permission])).get(permission) ?? '';
  const asked = checkOf(by, relation, scopeId);
  const answer = authorization
    .openfga()
    .check([asked])
    .then(([isAllowed]) => isAllowed === true);
  answer.catch(() => undefined); // An error is met where the answer is awaited, if it is.
  return (check) => (tupleKey(check) === tupleKey(asked) ? answer : Promise.resolve(false));
}

/** The scope on which a permission is held wherever it is. */
function plainScope(scopeIds: ReadonlySet<string> = new Set()): string | undefined {
  if (scopeIds.has(PLATFORM)) return PLATFORM;
  return scopeIds.size === 1 ? [...scopeIds][0] : undefined;
}

/** The permission that all of them need, where they do the same to objects of one kind. */
function permissionOf(operations: readonly Operation[]): string | undefined {
  const [first] = operations;
  if (first === undefined || first.do === 'apply' || first.do === 'act') return;
  const { do: verb, kind } = first;
  const isAlike = operations.every((one) => one.do === verb && one.kind === kind);
  return isAlike && kind.ownGroups.length === 1 ? permissionName(kind, verb) : undefined;
}
