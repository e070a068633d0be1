import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { MOST_IN_ARRAY, type Slot } from './holdings.ts';
import { kindScopeId } from './permissions.ts';

/**
 * The condition that a row is in or below the scopes of a slot, by its home or by another scope it is in. Conditions on
 * access stand in statements of all kinds: their own rows are called `seen_…`, which no row of a statement is.
 */
export interface ScopeCondition {
  (slot: Slot, kind: KindModel, row: Sql, of: 'present' | 'history'): Sql;
  /** The condition that a scope itself, with all that is in it, is in or below those of a slot. */
  readonly covers: (slot: Slot, scope: Sql) => Sql;
  /** A select of the scopes that are in or below those of a slot. */
  readonly scopesOf: (slot: Slot) => Sql;
  /** Rows are in reach of the slot by their scopes alone: nothing is held on all objects of a kind that has other things in it. */
  readonly isByScopes: (slot: Slot) => boolean;
}

/** Slots with many scopes are looked up in the table `access_scope` under `setId`. */
export function createScopeCondition(catalog: Catalog, setId: string | undefined): ScopeCondition {
  const leafScopes = catalog.kinds.filter(({ isOwnScope }) => !isOwnScope).map(({ kind }) => kindScopeId(kind));
  const withKinds = new Map<Slot, boolean>();
  /** Something is held on every object of a kind that is no scope. */
  const holdsKinds = (slot: Slot): boolean => {
    const known = withKinds.get(slot) ?? leafScopes.some((id) => slot.scopeIds.has(id));
    withKinds.set(slot, known);
    return known;
  };

  // Probed for each row, unless the planner finds it cheaper to hash all of them.
  const inTable = (slot: Slot): boolean => setId !== undefined && slot.scopeIds.size > MOST_IN_ARRAY;
  const isIn = (slot: Slot, fits: Sql): Sql =>
    inTable(slot)
      ? sql`exists (select from access_scope seen_set where seen_set.set_id = ${setId}::uuid and seen_set.slot = ${slot.index}::int and seen_set.scope_id ${fits})`
      : sql`exists (select from scope_closure seen_scope where seen_scope.ancestor_id = any(${slot.list}::uuid[]) and seen_scope.descendant_id ${fits})`;
  const inScopes = (slot: Slot, kind: KindModel, row: Sql, of: 'present' | 'history'): Sql => {
    const home = isIn(slot, sql`= ${row}.scope_id`);
    const parts = [home];
    if ('also' in kind.scope) parts.push(isIn(slot, sql`= any(${row}.other_scope_ids)`));
    if (of === 'present' && holdsKinds(slot)) {
      parts.push(...insideKinds(catalog, kind, row, (other) => slot.scopeIds.has(kindScopeId(other.kind))));
    }
    return parts.length === 1 ? home : sql`(${sql.join(parts, ' or ')})`;
  };
  return Object.assign(inScopes, {
    covers: (slot: Slot, scope: Sql) => isIn(slot, sql`= ${scope}`),
    scopesOf: (slot: Slot) =>
      inTable(slot)
        ? sql`select scope_id from access_scope where set_id = ${setId}::uuid and slot = ${slot.index}::int`
        : sql`select distinct descendant_id from scope_closure where ancestor_id = any(${slot.list}::uuid[])`,
    isByScopes: (slot: Slot) => !holdsKinds(slot),
  });
}

/**
 * Rows that belong to an object of a kind that is no scope itself, for callers who hold a role on every object of that
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
      const alias = sql.ident(`seen_${target.table}`);
      const inner = isHeld(target) ? [sql`true`] : insideKinds(catalog, target, alias, isHeld);
      if (inner.length === 0) return [];
      const isList = field.type === 'refs';
      const from = isList
        ? sql`${sql.ident(field.table)} seen_link join ${sql.ident(target.table)} ${alias} on ${alias}.id = seen_link.${sql.ident(column)}`
        : sql`${sql.ident(target.table)} ${alias}`;
      const link = isList
        ? sql`seen_link.${sql.ident(field.ownerColumn ?? `${kind.table}_id`)} = ${row}.id`
        : sql`${alias}.id = ${row}.${sql.ident(column)}`;
      return [sql`exists (select from ${from} where ${link} and (${sql.join(inner, ' or ')}))`];
    });
  });
}
