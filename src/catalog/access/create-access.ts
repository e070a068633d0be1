import { createHash } from 'node:crypto';
import type { Sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { PLATFORM } from '../well-known.ts';
import type { Access, HeldPermissions } from './access.ts';
import type { Holdings, Slot } from './holdings.ts';
import { kindScopeId, permissionsOf } from './permissions.ts';
import { createRowConditions } from './row-condition.ts';
import { createScopeCondition, type ScopeCondition } from './scope-condition.ts';

/** The access that follows from what a caller holds; slots with many scopes are in the table `access_scope` under `setId`. */
export function createAccess(
  catalog: Catalog,
  version: bigint | undefined,
  holdings: Holdings,
  setId: string | undefined,
): Access {
  const inScopes = createScopeCondition(catalog, setId);
  return {
    key: createHash('sha256')
      .update(JSON.stringify([version === undefined, setId, ...rolesOf(holdings)]))
      .digest('base64url'),
    version,
    ...createRowConditions(catalog, holdings, inScopes),
    permissions: (kind, row, wanted) => permissionsOn(holdings, inScopes, kind, row, wanted),
  };
}

const rolesOf = ({ roles }: Holdings) =>
  roles.map(({ roleId, permissions, scopeIds }) => [roleId, [...permissions], scopeIds]);

/** One condition for all permissions that are held on the same scopes. */
function permissionsOn(
  holdings: Holdings,
  inScopes: ScopeCondition,
  kind: KindModel,
  row: Sql,
  wanted?: ReadonlySet<string>,
): HeldPermissions {
  const own = new Set(permissionsOf(kind));
  const bySlot = new Map<Slot, string[]>();
  for (const name of holdings.permissions) {
    if (wanted?.has(name) === false) continue;
    const slot = kind.isOwnScope || own.has(name) ? holdings.slot(name) : undefined;
    if (slot !== undefined) bySlot.set(slot, [...(bySlot.get(slot) ?? []), name]);
  }
  const parts = [...bySlot].map(([slot, names]) => {
    if (slot.scopeIds.has(PLATFORM)) return { names, condition: undefined };
    const isByKind = slot.scopeIds.has(kindScopeId(kind.kind));
    const byKind = isByKind ? names.filter((name) => own.has(name)) : [];
    return { names, byKind, condition: inScopes(slot, kind, row, { of: 'present', howMany: 'many' }) };
  });
  return {
    columns: parts.flatMap(({ condition }) => condition ?? []),
    read: (values) => {
      const left = [...values];
      const held = parts.flatMap(({ names, byKind = [], condition }) =>
        condition === undefined || left.shift() === true ? names : byKind,
      );
      return [...new Set(held)].sort();
    },
  };
}
