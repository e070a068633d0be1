import { PUBLIC_ROLE } from '../well-known.ts';

/** A role that a caller holds, its permissions, and the scopes it is held on. */
export interface HeldRole {
  readonly roleId: string;
  readonly permissions: ReadonlySet<string>;
  readonly scopeIds: readonly string[];
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
  /** The same without what everyone who is signed in holds on what is public. */
  ownSlot(permission: string): Slot | undefined;
  readonly slots: readonly Slot[];
  /** Everything that is held somewhere. */
  readonly permissions: readonly string[];
  readonly roles: readonly HeldRole[];
}

function slotOf(index: number, roles: readonly HeldRole[]): Slot {
  const scopeIds = new Set(roles.flatMap((role) => role.scopeIds));
  return { index, scopeIds, list: [...scopeIds] };
}

export function createHoldings(roles: readonly HeldRole[]): Holdings {
  const sorted = [...roles].sort((one, other) => (one.roleId < other.roleId ? -1 : 1));
  const byRoles = new Map<string, Slot>();
  const byPermission = new Map<string, Slot>();
  const ownByPermission = new Map<string, Slot>();
  const slotFor = (holding: readonly HeldRole[]): Slot => {
    const key = holding.map(({ roleId }) => roleId).join();
    const slot = byRoles.get(key) ?? slotOf(byRoles.size, holding);
    byRoles.set(key, slot);
    return slot;
  };
  for (const permission of [...new Set(sorted.flatMap(({ permissions }) => [...permissions]))].sort()) {
    const holding = sorted.filter(({ permissions }) => permissions.has(permission));
    byPermission.set(permission, slotFor(holding));
    const own = holding.filter(({ roleId }) => roleId !== PUBLIC_ROLE);
    if (own.length > 0) ownByPermission.set(permission, slotFor(own));
  }
  return {
    slot: (permission) => byPermission.get(permission),
    ownSlot: (permission) => ownByPermission.get(permission),
    slots: [...byRoles.values()],
    permissions: [...byPermission.keys()],
    roles,
  };
}
