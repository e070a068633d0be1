import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import type { AboutRow, HowMany } from './access.ts';
import { MOST_IN_ARRAY, type Slot } from './holdings.ts';
import { kindScopeId } from './permissions.ts';

/** Lets no row pass. */
export const nothing = sql`false`;

/** One of several conditions. */
export const either = (parts: readonly Sql[]): Sql => {
  const [only, another] = parts;
  if (only === undefined) return nothing;
  return another === undefined ? only : sql`(${sql.join([...parts], ' or ')})`;
};

/**
 * The condition that a row is in or below the scopes of a slot, by its home or by another scope it is in. Conditions on
 * access stand in statements of all kinds: their own rows are called `seen_…`, which no row of a statement is.
 */
export interface ScopeCondition {
  (slot: Slot, kind: KindModel, row: Sql, asked: AskedRow): Sql;
  /** The condition that a scope itself, with all that is in it, is in or below those of a slot. */
  readonly covers: (slot: Slot, scope: Sql) => Sql;
  /** A select of the scopes that are in or below those of a slot. */
  readonly scopesOf: (slot: Slot) => Sql;
  /** Rows are in reach of the slot by their scopes alone: nothing is held on all objects of a kind that has other things in it. */
  readonly isByScopes: (slot: Slot) => boolean;
  /** Rows of the kind are in reach of the slot by their home scope alone. */
  readonly isByHome: (slot: Slot, kind: KindModel) => boolean;
}

/** As what a row is asked about: one of a kind's table or of its history; alone, or as one of many. */
export interface AskedRow extends AboutRow {
  readonly of: 'present' | 'history';
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
  const isIn = (slot: Slot, fits: Sql, howMany: HowMany): Sql => {
    if (inTable(slot)) {
      // As `isInOf` has it.
      const alone = howMany === 'one' ? sql` offset 0` : sql``;
      return sql`exists (select from access_scope seen_set where seen_set.set_id = ${setId}::uuid and seen_set.slot = ${slot.index}::int and seen_set.scope_id ${fits}${alone})`;
    }
    if (slot.list.length === 0) return sql`false`;
    return howMany === 'one' ? isInOf(slot, fits) : isInAnyOf(slot, fits);
  };
  /** A scope near the row that is in reach of the slot; null where it is not. Undefined where none is known. */
  const nearScope = (slot: Slot, near: AboutRow['near']): Sql | undefined => {
    if (near === undefined) return undefined;
    if (near.by === 'held') return near.slot === slot.index ? near.scope : undefined;
    const { kind, id } = near;
    // It depends on the parent alone: PostgreSQL runs it once for all of its rows, and not at all where there is none.
    if (kind.isOwnScope) return sql`(select ${id} where ${isIn(slot, sql`= ${id}`, 'one')})`;
    return sql`(select seen_parent.scope_id from ${sql.ident(kind.table)} seen_parent where seen_parent.id = ${id}
      and ${isIn(slot, sql`= seen_parent.scope_id`, 'one')})`;
  };
  const inScopes = (slot: Slot, kind: KindModel, row: Sql, asked: AskedRow): Sql => {
    const { of, near, howMany = near === undefined ? 'many' : 'one' } = asked;
    const nearest = nearScope(slot, near);
    const own = [sql`= ${row}.scope_id`, ...('also' in kind.scope ? [sql`= any(${row}.other_scope_ids)`] : [])];
    const parts = own.map((fits) => isIn(slot, fits, howMany));
    if (nearest !== undefined) parts.unshift(...own.map((fits) => sql`${nearest} ${fits}`));
    if (of === 'present' && holdsKinds(slot)) {
      parts.push(...insideKinds(catalog, kind, row, (other) => slot.scopeIds.has(kindScopeId(other.kind))));
    }
    return either(parts);
  };
  return Object.assign(inScopes, {
    covers: (slot: Slot, scope: Sql) => isIn(slot, sql`= ${scope}`, 'many'),
    scopesOf: (slot: Slot) =>
      inTable(slot)
        ? sql`select scope_id from access_scope where set_id = ${setId}::uuid and slot = ${slot.index}::int`
        : sql`select distinct descendant_id from scope_closure where ancestor_id = any(${slot.list}::uuid[])`,
    isByScopes: (slot: Slot) => !holdsKinds(slot),
    isByHome: (slot: Slot, kind: KindModel) => !('also' in kind.scope) && !holdsKinds(slot),
  });
}

/** The planner looks at the scopes themselves, of which some have a thousand times as much in them as others. */
const isInAnyOf = ({ list }: Slot, fits: Sql): Sql =>
  sql`exists (select from scope_closure seen_scope where seen_scope.ancestor_id = any(${list}::uuid[]) and seen_scope.descendant_id ${fits})`;

/**
 * For a row that is there already. PostgreSQL keeps the plan: of a list of scopes it would take ten for granted, find a plan
 * for the list at hand cheaper, and plan each time anew, which takes longer than to run. `offset 0` has it look up the row's
 * scope, and not go through all that is in the caller's: with a kept plan it cannot know how much that is.
 */
const isInOf = ({ list }: Slot, fits: Sql): Sql => {
  const scopes = sql.join(
    list.map((id) => sql`${id}::uuid`),
    ', ',
  );
  return sql`exists (select from scope_closure seen_scope where seen_scope.descendant_id ${fits} and seen_scope.ancestor_id in (${scopes}) offset 0)`;
};

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
