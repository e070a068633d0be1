import { catalog } from '../../src/app.ts';
import type { Access } from '../../src/catalog/access/access.ts';
import { createAccess } from '../../src/catalog/access/create-access.ts';
import { createHoldings } from '../../src/catalog/access/holdings.ts';
import { allPermissions, kindScopeId } from '../../src/catalog/access/permissions.ts';

/** The access of somebody who holds every permission on some scopes and on all objects of some kinds, and nothing elsewhere. */
export function accessBelow(scopeIds: readonly string[], ofKinds: readonly string[] = []): Access {
  const kinds = catalog();
  const permissions = new Set(allPermissions(kinds.kinds));
  const kindScopeIds = ofKinds.map(kindScopeId);
  return createAccess(
    kinds,
    undefined,
    createHoldings([{ roleId: 'everything', permissions, scopeIds: [...scopeIds, ...kindScopeIds], kindScopeIds }]),
    undefined,
  );
}
