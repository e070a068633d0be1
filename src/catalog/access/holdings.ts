import { PUBLIC_ROLE } from '../well-known.ts';

/** A role that a caller holds, its permissions, and the scopes it is held on. */
export interface HeldRole {
  readonly roleId: string;
  readonly permissions: ReadonlySet<string>;
  readonly scopeIds: readonly string[];
  /** Those of them that stand for all objects of a kind. */
  readonly kindScopeIds: readonly string[];
}

/** Scopes on which a permission is held; permissions that share the same roles share a slot. */
export interface Slot {
  readonly index: number;
  readonly scopeIds: ReadonlySet<string>;
  /** The same, as statements carry them. */
  readonly list: readonly string[];
}

/** More scopes than this are rows of a table and not an array that travels with each statement (iam.md 4.9). */
export const MOST_IN_ARRAY = 16;

/** Permissions a caller holds and where: the input of conditions, checks and `myPermissions`. */
export interface Holdings {
  /** Undefined when the permission is held nowhere. */
  slot(permission: string): Slot | undefined;
  /**
   * The same as far as drafts go: without what everyone who is signed in holds on what is public, and without what is held
   * on all objects of a kind by somebody who may not update them. Who bills or limits reads all services, and no draft.
   */
  draftSlot(permission: string): Slot | undefined;
  readonly slots: readonly Slot[];
  /** Everything that is held somewhere. */
  readonly permissions: readonly string[];
  /** In the order of their ids. */
  readonly roles: readonly HeldRole[];
}

const kindScopesOf = ({ kindScopeIds }: HeldRole): readonly string[] => kindScopeIds;

function slotOf(index: number, roles: readonly HeldRole[], without: readonly string[]): Slot {
  const scopeIds = new Set(roles.flatMap((role) => role.scopeIds).filter((id) => !without.includes(id)));
  return { index, scopeIds, list: [...scopeIds] };
}

export function createHoldings(roles: readonly HeldRole[]): Holdings {
  const sorted = [...roles].sort((one, other) => (one.roleId < other.roleId ? -1 : 1));
  const byRoles = new Map<string, Slot>();
  const byPermission = new Map<string, Slot>();
  const draftByPermission = new Map<string, Slot>();
  const slotFor = (holding: readonly HeldRole[], without: readonly string[] = []): Slot => {
    const key = [...holding.map(({ roleId }) => roleId), ...without.map((id) => `-${id}`)].join();
    const slot = byRoles.get(key) ?? slotOf(byRoles.size, holding, without);
    byRoles.set(key, slot);
    return slot;
  };
  const ownRoles = (permission: string): readonly HeldRole[] =>
    sorted.filter(({ roleId, permissions }) => roleId !== PUBLIC_ROLE && permissions.has(permission));
  for (const permission of [...new Set(sorted.flatMap(({ permissions }) => [...permissions]))].sort()) {
    const holding = sorted.filter(({ permissions }) => permissions.has(permission));
    byPermission.set(permission, slotFor(holding));
    const own = ownRoles(permission);
    const changed = new Set(ownRoles(permission.replace(/\.(?:get|list|watch)$/, '.update')).flatMap(kindScopesOf));
    const onlyRead = own.flatMap(kindScopesOf).filter((id) => !changed.has(id));
    if (own.length > 0) draftByPermission.set(permission, slotFor(own, [...new Set(onlyRead)].sort()));
  }
  return {
    slot: (permission) => byPermission.get(permission),
    draftSlot: (permission) => draftByPermission.get(permission),
    slots: [...byRoles.values()],
    permissions: [...byPermission.keys()],
    roles: sorted,
  };
}
