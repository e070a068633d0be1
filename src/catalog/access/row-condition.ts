import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Catalog, KindModel } from '../model.ts';
import { PLATFORM, PUBLIC_AUDIENCE } from '../well-known.ts';
import type { Access } from './access.ts';
import { canBeDraft, draftCondition } from './draft-condition.ts';
import type { Holdings, Slot } from './holdings.ts';
import { kindScopeId, permissionName, type ReadVerb } from './permissions.ts';
import type { ScopeCondition } from './scope-condition.ts';

/** Where a permission is held: on all objects of a kind, on none, or on those in some scopes. */
type Held = 'all' | 'none' | Slot;

type RowCondition = Access['condition'];
type RowTime = Parameters<ScopeCondition>[3];

/** Whether a row is a draft, or was one then; undefined for kinds that have none. */
function isDraftSql(kind: KindModel, row: Sql, of: RowTime): Sql | undefined {
  if (of === 'present') return draftCondition(kind, row);
  return canBeDraft(kind) ? sql`${row}.is_draft` : undefined;
}

/** Which rows a caller may read: those of a kind's table, and those of its history. */
export function createRowConditions(
  catalog: Catalog,
  holdings: Holdings,
  inScopes: ScopeCondition,
): Pick<Access, 'condition' | 'historyCondition'> {
  const whereHeld = createWhereHeld(holdings);

  /** Rows in or below scopes where it is held; those that are public only unless they are a draft. */
  const inHeld = (held: Slot, kind: KindModel, row: Sql, group: string, verb: ReadVerb, of: RowTime): Sql => {
    const inAny = inScopes(held, kind, row, of);
    const isDraft = isDraftSql(kind, row, of);
    if (isDraft === undefined || !held.scopeIds.has(PUBLIC_AUDIENCE)) return inAny;
    const own = holdings.ownSlot(permissionName(kind, verb, group));
    const notDraft = sql`not ${isDraft}`;
    return sql`(${inAny} and ${own === undefined ? notDraft : sql`(${notDraft} or ${inScopes(own, kind, row, of)})`})`;
  };

  const ofPresent: RowCondition = (kind, row, verb) => {
    const perGroup = kind.ownGroups.map((group) => ({ group, held: whereHeld(kind, verb, group) }));
    if (perGroup.every(({ held }) => held === 'all')) return undefined;
    const parts = perGroup.flatMap(({ group, held }): Sql[] => {
      if (held === 'none') return [];
      const condition = held === 'all' ? sql`true` : inHeld(held, kind, row, group, verb, 'present');
      return [kind.ownGroups.length === 1 ? condition : sql`(${row}.api_group = ${group} and ${condition})`];
    });
    return either(parts);
  };

  const ofHistory: RowCondition = (kind, row, verb) => {
    const perGroup = kind.ownGroups.map((group) => ({ group, held: whereHeld(kind, verb, group) }));
    if (perGroup.every(({ held }) => held === 'all')) return undefined;
    // History does not tell which API group an object was of: the right to each of them is needed.
    if (perGroup.some(({ held }) => held === 'none')) return nothing;
    const parts = perGroup.map(({ group, held }) =>
      held === 'all' || held === 'none' ? sql`true` : inHeld(held, kind, row, group, verb, 'history'),
    );
    return sql.join(parts, ' and ');
  };

  /** Rows that are shown because an object that refers to them is: what the caller may see of that. */
  const shared = (kind: KindModel, row: Sql, of: RowTime): Sql[] => {
    if (kind.sharedThrough === undefined) return [];
    const { kind: through, column, when } = kind.sharedThrough;
    const opener = sql`seen_opener`;
    const visible = condition(catalog.get(through), opener, 'get');
    if (visible === nothing) return [];
    const conditions = [sql`seen_opener.${sql.ident(column)} = ${row}.id`, when(opener), ...(visible ? [visible] : [])];
    const isDraft = isDraftSql(kind, row, of);
    if (isDraft !== undefined) conditions.push(sql`not ${isDraft}`);
    const table = sql.ident(catalog.get(through).table);
    return [sql`exists (select from ${table} seen_opener where ${sql.join(conditions, ' and ')})`];
  };

  const withShared =
    (ofRow: RowCondition, of: RowTime): RowCondition =>
    (kind, row, verb) => {
      const verbs: ReadVerb[] = verb === 'list' && kind.listedByGet === true ? ['list', 'get'] : [verb];
      const conditions = verbs.map((each) => ofRow(kind, row, each));
      const parts = conditions.flatMap((one) => (one === undefined || one === nothing ? [] : [one]));
      return conditions.includes(undefined) ? undefined : either([...parts, ...shared(kind, row, of)]);
    };
  const condition = withShared(ofPresent, 'present');
  return { condition, historyCondition: withShared(ofHistory, 'history') };
}

function createWhereHeld(holdings: Holdings): (kind: KindModel, verb: ReadVerb, group: string) => Held {
  const known = new Map<string, Held>();
  return (kind, verb, group) => {
    const permission = permissionName(kind, verb, group);
    const held = known.get(permission) ?? findHeld(holdings, permission, kind);
    known.set(permission, held);
    return held;
  };
}

function findHeld(holdings: Holdings, permission: string, { kind }: KindModel): Held {
  const slot = holdings.slot(permission);
  if (slot === undefined) return 'none';
  return slot.scopeIds.has(PLATFORM) || slot.scopeIds.has(kindScopeId(kind)) ? 'all' : slot;
}

const nothing = sql`false`;
const either = (parts: readonly Sql[]): Sql => {
  const [only, another] = parts;
  if (only === undefined) return nothing;
  return another === undefined ? only : sql`(${sql.join([...parts], ' or ')})`;
};
