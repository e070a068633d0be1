import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { PLATFORM } from '../well-known.ts';
import { kindScopeId, permissionName, permissionsOf, type ReadVerb } from './permissions.ts';

/**
 * What a caller may read, as a condition every planned statement carries. Nothing reads a kind's table without it,
 * so what is hidden is neither shown nor counted nor sorted by.
 */
export interface Access {
  /** Every statement compares it with the present one; undefined where nothing can take this access away. */
  readonly version: bigint | undefined;
  /** Condition on a row of the kind's table; undefined when every row may be read. */
  condition(kind: KindModel, row: Sql, verb: ReadVerb): Sql | undefined;
  /** The same for something that has no more than `id`, `scope_id` and `other_scope_ids`: an object as it once was. */
  placeCondition(kind: KindModel, place: Sql, verb: ReadVerb): Sql | undefined;
  /** What the caller may do with an object; on one that is a scope also with everything in it. */
  permissions(kind: KindModel, row: Sql): HeldPermissions;
}

/** Permissions held on a row: expressions of the row, and how their values are read. */
export interface HeldPermissions {
  readonly columns: readonly Sql[];
  read(values: readonly unknown[]): string[];
}

/** The access version rose while something was read: that is thrown away and read again with the access of now. */
export class AccessChangedError extends Error {}

/** The system's own access: everything may be read. */
export const fullAccess: Access = {
  version: undefined,
  condition: () => undefined,
  placeCondition: () => undefined,
  permissions: (kind) => ({ columns: [], read: () => permissionsOf(kind).sort() }),
};

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
  for (const permission of [...new Set(sorted.flatMap(({ permissions }) => [...permissions]))].sort()) {
    const holding = sorted.filter(({ permissions }) => permissions.has(permission));
    const key = holding.map(({ roleId }) => roleId).join();
    const slot = byRoles.get(key) ?? slotOf(byRoles.size, holding);
    byRoles.set(key, slot);
    byPermission.set(permission, slot);
  }
  return {
    slot: (permission) => byPermission.get(permission),
    slots: [...byRoles.values()],
    permissions: [...byPermission.keys()],
    roles,
  };
}

/** The condition of a caller's holdings; slots with many scopes stand in the table `access_scope` under `setId`. */
export function createAccess(
  catalog: Catalog,
  version: bigint | undefined,
  holdings: Holdings,
  setId: string | undefined,
): Access {
  const verdicts = new Map<string, 'all' | 'none' | Slot>();
  const leafScopes = catalog.kinds.filter(({ isOwnScope }) => !isOwnScope).map(({ kind }) => kindScopeId(kind));
  const withKinds = new Map<Slot, boolean>();
  /** Something is held on every object of a kind that is no scope. */
  const holdsKinds = (slot: Slot): boolean => {
    const known = withKinds.get(slot) ?? leafScopes.some((id) => slot.scopeIds.has(id));
    withKinds.set(slot, known);
    return known;
  };

  const verdictOf = (kind: KindModel, verb: ReadVerb, group: string): 'all' | 'none' | Slot => {
    const permission = permissionName(kind, verb, group);
    const known = verdicts.get(permission);
    if (known !== undefined) return known;
    const slot = holdings.slot(permission);
    const isEverywhere =
      slot !== undefined && (slot.scopeIds.has(PLATFORM) || slot.scopeIds.has(kindScopeId(kind.kind)));
    const verdict = slot === undefined ? 'none' : isEverywhere ? 'all' : slot;
    verdicts.set(permission, verdict);
    return verdict;
  };

  /** Rows in or below the scopes of a slot, by their home or by another scope they stand in. */
  const within = (slot: Slot, kind: KindModel, row: Sql, isPlace: boolean): Sql => {
    const isStored = setId !== undefined && slot.scopeIds.size > MOST_IN_ARRAY;
    /** Probed for each row, unless the planner finds it cheaper to hash all of them. */
    const stands = (fits: Sql): Sql =>
      isStored
        ? sql`exists (select from access_scope a where a.set_id = ${setId}::uuid and a.slot = ${slot.index}::int and a.scope_id ${fits})`
        : sql`exists (select from scope_closure c where c.ancestor_id = any(${slot.list}::uuid[]) and c.descendant_id ${fits})`;
    const home = stands(sql`= ${row}.scope_id`);
    const parts = [home];
    if ('also' in kind.scope) parts.push(stands(sql`= any(${row}.other_scope_ids)`));
    if (!isPlace && holdsKinds(slot)) {
      parts.push(...insideKinds(catalog, kind, row, (other) => slot.scopeIds.has(kindScopeId(other.kind))));
    }
    return parts.length === 1 ? home : sql`(${sql.join(parts, ' or ')})`;
  };

  const byVerb = (kind: KindModel, row: Sql, verb: ReadVerb, isPlace: boolean): Sql | undefined => {
    const perGroup = kind.groups.map((group) => ({ group, verdict: verdictOf(kind, verb, group) }));
    if (perGroup.every(({ verdict }) => verdict === 'all')) return undefined;
    if (isPlace) {
      // Which group it was of is not told: the right to each of them is asked for.
      const all = perGroup.map(({ verdict }) => {
        if (verdict === 'none') return nothing;
        return verdict === 'all' ? sql`true` : within(verdict, kind, row, true);
      });
      return all.includes(nothing) ? nothing : sql.join(all, ' and ');
    }
    const parts = perGroup.flatMap(({ group, verdict }): Sql[] => {
      if (verdict === 'none') return [];
      const condition = verdict === 'all' ? sql`true` : within(verdict, kind, row, false);
      return [kind.groups.length === 1 ? condition : sql`(${row}.api_group = ${group} and ${condition})`];
    });
    return either(parts);
  };

  const conditionOf = (kind: KindModel, row: Sql, verb: ReadVerb, isPlace: boolean): Sql | undefined => {
    const verbs: ReadVerb[] = verb === 'list' && kind.listedByGet === true ? ['list', 'get'] : [verb];
    const parts: Sql[] = [];
    for (const each of verbs) {
      const condition = byVerb(kind, row, each, isPlace);
      if (condition === undefined) return undefined;
      if (condition !== nothing) parts.push(condition);
    }
    const shared = kind.sharedThrough;
    if (shared !== undefined) {
      const through = catalog.get(shared.kind);
      const opener = sql`opener`;
      const visible = conditionOf(through, opener, 'get', false);
      if (visible !== nothing) {
        const conditions = [
          sql`opener.${sql.ident(shared.column)} = ${row}.id`,
          shared.when(opener),
          ...(visible === undefined ? [] : [visible]),
        ];
        parts.push(sql`exists (select from ${sql.ident(through.table)} opener where ${sql.join(conditions, ' and ')})`);
      }
    }
    return either(parts);
  };
  const permissions = (kind: KindModel, row: Sql): HeldPermissions => {
    const own = new Set(permissionsOf(kind));
    const bySlot = new Map<Slot, string[]>();
    for (const name of holdings.permissions) {
      const slot = kind.isOwnScope || own.has(name) ? holdings.slot(name) : undefined;
      if (slot !== undefined) bySlot.set(slot, [...(bySlot.get(slot) ?? []), name]);
    }
    const parts = [...bySlot].map(([slot, names]) => {
      if (slot.scopeIds.has(PLATFORM)) return { names, condition: undefined };
      const isByKind = slot.scopeIds.has(kindScopeId(kind.kind));
      const byKind = isByKind ? names.filter((name) => own.has(name)) : [];
      return { names, byKind, condition: within(slot, kind, row, false) };
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
  };
  return {
    version,
    permissions,
    condition: (kind, row, verb) => conditionOf(kind, row, verb, false),
    placeCondition: (kind, place, verb) => conditionOf(kind, place, verb, true),
  };
}

const nothing = sql`false`;
const either = (parts: readonly Sql[]): Sql => {
  const [only, another] = parts;
  if (only === undefined) return nothing;
  return another === undefined ? only : sql`(${sql.join([...parts], ' or ')})`;
};

/**
 * Rows that stand in an object of a kind that is no scope itself, for callers who hold a role on every object of that
 * kind: ports by their device, mappings by their port.
 */
function insideKinds(catalog: Catalog, kind: KindModel, row: Sql, isHeld: (kind: KindModel) => boolean): Sql[] {
  const { scope } = kind;
  if ('own' in scope || typeof scope.home === 'string') return [];
  return [...scope.home, ...(scope.also ?? [])].flatMap((path) => {
    const reference = kind.references.find(({ leaf }) => leaf.path === path);
    return (reference?.targets ?? []).flatMap(({ kind: target, column }): Sql[] => {
      if (target.isOwnScope || reference === undefined) return [];
      const { field } = reference;
      const alias = sql.ident(`in_${target.table}`);
      const inner = isHeld(target) ? [sql`true`] : insideKinds(catalog, target, alias, isHeld);
      if (inner.length === 0) return [];
      const isList = field.type === 'refs';
      const from = isList
        ? sql`${sql.ident(field.table)} k join ${sql.ident(target.table)} ${alias} on ${alias}.id = k.${sql.ident(column)}`
        : sql`${sql.ident(target.table)} ${alias}`;
      const link = isList
        ? sql`k.${sql.ident(field.ownerColumn ?? `${kind.table}_id`)} = ${row}.id`
        : sql`${alias}.id = ${row}.${sql.ident(column)}`;
      return [sql`exists (select from ${from} where ${link} and (${sql.join(inner, ' or ')}))`];
    });
  });
}
