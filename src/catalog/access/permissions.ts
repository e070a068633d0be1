import { createHash } from 'node:crypto';
import type { Kind } from '../kind.ts';

/** What a read asks for: `get` for one object and along references, `list` for rows of a list, `watch` for its changes. */
export type ReadVerb = 'get' | 'list' | 'watch';

const common = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** `inventory.miloapis.com/racks.get`; of several ways to write an object none has permissions of its own but the first. */
export const permissionName = (kind: Kind, verb: string, group: string = kind.groups[0]): string =>
  `${kind.ownGroups.includes(group) ? group : kind.groups[0]}/${kind.plural}.${verb}`;

/** Every permission there is on objects of a kind, in each of its API groups. */
export const permissionsOf = (kind: Kind): string[] =>
  kind.ownGroups.flatMap((group) => [...common, ...kind.verbs].map((verb) => permissionName(kind, verb, group)));

/** The right to give roles. */
export const CREATE_BINDINGS = 'iam.miloapis.com/policybindings.create';

/** Permissions on what is no object of a kind: the audit log of a scope. */
export const AUDIT_GET = 'catalog.miloapis.com/auditrecords.get';
export const AUDIT_LIST = 'catalog.miloapis.com/auditrecords.list';

/** Every permission there is. */
export const allPermissions = (kinds: readonly Kind[]): string[] => [
  ...kinds.flatMap(permissionsOf),
  AUDIT_GET,
  AUDIT_LIST,
];

/** The scope that a role on every object of a kind is bound to; the same as SQL's `kind_scope_id`. */
export function kindScopeId(kind: string): string {
  const known = kindScopes.get(kind);
  if (known !== undefined) return known;
  const hex = createHash('md5').update(`kind/${kind}`).digest('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  kindScopes.set(kind, id);
  return id;
}

const kindScopes = new Map<string, string>();
