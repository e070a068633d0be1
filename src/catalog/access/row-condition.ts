import { type Sql, sql } from '../../platform/db/sql.ts';
import { kept } from '../../platform/kept.ts';
import { canBeDraft } from '../draft-references.ts';
import type { Catalog, KindModel } from '../model.ts';
import { PLATFORM, PUBLIC_AUDIENCE } from '../well-known.ts';
import type { AboutRow, Access } from './access.ts';
import { draftCondition } from './draft-condition.ts';
import type { Holdings, Slot } from './holdings.ts';
import { kindScopeId, permissionName, type ReadVerb } from './permissions.ts';
import { type AskedRow, either, nothing, type ScopeCondition } from './scope-condition.ts';

/** Where a permission is held: on all objects of a kind, on none, or on those in some scopes. */
type Held = 'all' | 'none' | Slot;

/** Which rows are asked about: of a kind and an API group, and as what they are read. */
interface Asked {
  readonly kind: KindModel;
  readonly row: Sql;
  readonly group: string;
  readonly verb: ReadVerb;
  readonly of: RowTime;
  readonly about: AboutRow;
}

type RowCondition = Access['condition'];
type RowTime = AskedRow['of'];

/**
 * Whether a row is a draft, or was one then; undefined for kinds that have none. What is public is in no draft's scope.
 */
function isDraftSql(kind: KindModel, row: Sql, of: RowTime, isInPublic = false): Sql | undefined {
  if (of === 'present') return draftCondition(kind, row, isInPublic);
  return canBeDraft(kind) ? sql`${row}.is_draft` : undefined;
}

/** Which rows a caller may read: those of a kind's table, and those of its history. */
export function createRowConditions(
  catalog: Catalog,
  holdings: Holdings,
  inScopes: ScopeCondition,
): Pick<Access, 'condition' | 'everythingIn' | 'reach' | 'homeSlot' | 'historyCondition'> {
  const whereHeld = createWhereHeld(holdings);
  // A slot may have thousands of scopes, and is asked about by every statement.
  const besides = kept((held: Slot) => kept((drafts: Slot) => isPublicBesides(held, drafts)));
  const alone = kept((held: Slot) => isPublicBesides(held, undefined));

  /**
   * Rows that are seen by what is held, `undefined` for all of them: drafts only by what shows drafts (see `draftSlot`).
   */
  const inHeld = (held: 'all' | Slot, { kind, row, group, verb, of, about }: Asked): Sql | undefined => {
    const inAny = held === 'all' ? undefined : inScopes(held, kind, row, { of, ...about });
    const drafts = holdings.draftSlot(permissionName(kind, verb, group));
    const isDraft = isDraftSql(kind, row, of, held !== 'all' && (drafts ? besides(held)(drafts) : alone(held)));
    if (isDraft === undefined) return inAny;
    if (drafts !== undefined && (held === 'all' ? isOnAll(drafts, kind) : drafts === held)) return inAny;
    const inDrafts = drafts === undefined ? [] : [inScopes(drafts, kind, row, { of, ...about })];
    // What shows drafts is a part of what is held. Where a scope is known it is the whole of the answer, for most.
    if (about.near !== undefined && inAny !== undefined)
      return either([...inDrafts, sql`(${inAny} and not ${isDraft})`]);
    const unlessDraft = either([sql`not ${isDraft}`, ...inDrafts]);
    return inAny === undefined ? unlessDraft : sql`(${inAny} and ${unlessDraft})`;
  };

  const ofPresent: RowCondition = (kind, row, verb, about = {}) => {
    const perGroup = kind.ownGroups.map((group) => {
      const held = whereHeld(kind, verb, group);
      return {
        group,
        condition: held === 'none' ? nothing : inHeld(held, { kind, row, group, verb, of: 'present', about }),
      };
    });
    const [first, ...others] = perGroup.map(({ condition }) => condition);
    if (others.every((condition) => isSame(condition, first))) return first;
    return either(
      perGroup.flatMap(({ group, condition }): Sql[] => {
        if (condition === nothing) return [];
        return [sql`(${row}.api_group = ${group} and ${condition ?? sql`true`})`];
      }),
    );
  };

  const ofHistory: RowCondition = (kind, row, verb) => {
    const parts: Sql[] = [];
    for (const group of kind.ownGroups) {
      const held = whereHeld(kind, verb, group);
      // History does not tell which API group an object was of: the right to each of them is needed.
      if (held === 'none') return nothing;
      const condition = inHeld(held, { kind, row, group, verb, of: 'history', about: {} });
      if (condition !== undefined) parts.push(condition);
    }
    return parts.length === 0 ? undefined : sql.join(parts, ' and ');
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
    (kind, row, verb, about) => {
      const verbs: ReadVerb[] = verb === 'list' && kind.listedByGet === true ? ['list', 'get'] : [verb];
      const conditions = verbs.map((each) => ofRow(kind, row, each, about));
      const parts = conditions.flatMap((one) => (one === undefined || one === nothing ? [] : [one]));
      return conditions.includes(undefined) ? undefined : either([...parts, ...shared(kind, row, of)]);
    };
  const condition = withShared(ofPresent, 'present');

  const everythingIn: Access['everythingIn'] = (kind, scope, verb) => {
    const held = kind.ownGroups.map((group) => whereHeld(kind, verb, group));
    if (condition(kind, sql`r`, verb) === undefined) return undefined;
    const slots = new Set(held.filter((one) => one !== 'all' && one !== 'none'));
    if (held.includes('none') || canBeDraft(kind)) return nothing;
    return sql.join(
      [...slots].map((slot) => inScopes.covers(slot, scope)),
      ' and ',
    );
  };
  const reach: Access['reach'] = (kind, verb) => {
    if (kind.sharedThrough !== undefined || condition(kind, sql`r`, verb) === undefined) return undefined;
    const verbs: ReadVerb[] = verb === 'list' && kind.listedByGet === true ? ['list', 'get'] : [verb];
    const held = verbs.flatMap((each) => kind.ownGroups.map((group) => whereHeld(kind, each, group)));
    const slots = [...new Set(held.filter((one) => one !== 'none'))];
    if (slots.some((slot) => slot === 'all' || !inScopes.isByScopes(slot))) return undefined;
    return (slots as readonly Slot[]).map((slot) => ({ key: slot.index, scopes: inScopes.scopesOf(slot) }));
  };
  const homeSlot: Access['homeSlot'] = (kind) => {
    if (kind.sharedThrough !== undefined) return undefined;
    const verbs: ReadVerb[] = ['get', 'list'];
    const [held, ...others] = new Set(
      verbs.flatMap((verb) => kind.ownGroups.map((group) => whereHeld(kind, verb, group))),
    );
    if (held === undefined || held === 'all' || held === 'none' || others.length > 0) return undefined;
    return inScopes.isByHome(held, kind) ? held.index : undefined;
  };
  return { condition, everythingIn, reach, homeSlot, historyCondition: withShared(ofHistory, 'history') };
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

function findHeld(holdings: Holdings, permission: string, kind: KindModel): Held {
  const slot = holdings.slot(permission);
  if (slot === undefined) return 'none';
  return isOnAll(slot, kind) ? 'all' : slot;
}

/** Whether what is held in these scopes is held on all objects of a kind. */
const isOnAll = ({ scopeIds }: Slot, { kind }: KindModel): boolean =>
  scopeIds.has(PLATFORM) || scopeIds.has(kindScopeId(kind));

/** Whether what is held beyond what shows drafts is held on what is public, and nowhere else. */
const isPublicBesides = ({ scopeIds }: Slot, drafts: Slot | undefined): boolean =>
  [...scopeIds].every((id) => id === PUBLIC_AUDIENCE || drafts?.scopeIds.has(id) === true);

/** Whether two conditions are one: permissions on the objects of two API groups are mostly held on the same scopes. */
const isSame = (one: Sql | undefined, other: Sql | undefined): boolean =>
  one?.text === other?.text && one?.values.every((value, index) => value === other?.values[index]) !== false;
