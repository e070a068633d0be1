import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access, Reach } from '../access/access.ts';
import { canBeDraft } from '../draft-references.ts';
import { letsNonePass } from '../link.ts';
import type { KindModel } from '../model.ts';

/** A kind, and the condition under which the caller may see a row of it, `seen_row`; none, if all. */
export interface SeenKind {
  readonly kind: KindModel;
  readonly condition: Sql | undefined;
  /** The scopes that all rows are in which the caller may see, if it is by these alone. */
  readonly reach: readonly Reach[] | undefined;
  /** The caller may see all that is in these scopes, or everything: of a row no draft and no API group has to be known. */
  readonly isByReach: boolean;
}

export const seenKinds = (access: Access, kinds: readonly KindModel[]): readonly SeenKind[] =>
  kinds.flatMap((kind) => {
    const condition = access.condition(kind, sql`seen_row`, 'list');
    const reach = access.reach(kind, 'list');
    const isByReach =
      condition === undefined || (reach !== undefined && !canBeDraft(kind) && kind.ownGroups.length === 1);
    return letsNonePass(condition) ? [] : [{ kind, condition, reach, isByReach }];
  });

/** Kinds of which the caller sees what is in the same scopes: `ids` are these, the rows of a common table expression. */
interface ScopedKinds {
  readonly kinds: readonly SeenKind[];
  readonly scopes: Sql;
}

/** The scopes that a caller sees something in by these alone, as common table expressions. */
export interface CallerScopes {
  readonly groups: readonly ScopedKinds[];
  readonly parts: readonly Sql[];
  /**
   * Whether an entry of one of these kinds is in scopes such that the caller may see its object: what it tells itself, so that no object
   * is looked at. They may see what is so, but for drafts. Of kinds that are seen for other reasons it says nothing.
   */
  readonly isInReach: (entry: Sql, among: readonly SeenKind[]) => Sql;
}

export function callerScopes(kinds: readonly SeenKind[]): CallerScopes | undefined {
  const near = kinds.filter(({ reach }) => reach !== undefined);
  if (near.length === 0) return undefined;
  const alike = [...Map.groupBy(near, ({ reach = [] }) => reach.map(({ key }) => key).join()).values()];
  const groups = alike.map((own, index) => ({ kinds: own, scopes: sql.ident(`scopes_${index}`) }));
  return {
    groups,
    parts: groups.map(({ kinds: [one], scopes }) => {
      const parts = (one?.reach ?? []).map((reach) => reach.scopes);
      return sql`${scopes} (id) as materialized (${sql.join(parts, ' union ')})`;
    }),
    isInReach: (entry, among) => isInReach(groups, entry, among),
  };
}

function isInReach(groups: readonly ScopedKinds[], entry: Sql, among: readonly SeenKind[]): Sql {
  const isOf = (kinds: readonly SeenKind[]): Sql =>
    sql`${entry}.kind = any(${kinds.map(({ kind }) => kind.kind)}::text[])`;
  const isWithin = (id: Sql, scopes: Sql): Sql => sql`${id} in (select id from ${scopes})`;
  const ways = groups.flatMap(({ kinds, scopes }): Sql[] => {
    const own = kinds.filter((one) => among.includes(one));
    if (own.length === 0) return [];
    const home = isWithin(sql`${entry}.scope_id`, scopes);
    if (own.every(({ kind }) => !('also' in kind.scope))) return [sql`(${isOf(own)} and ${home})`];
    const other = sql`${entry}.other_scope_ids is not null and exists (select from unnest(${entry}.other_scope_ids) o (id) where ${isWithin(sql`o.id`, scopes)})`;
    return [sql`(${isOf(own)} and (${home} or ${other}))`];
  });
  const rest = among.filter(({ reach }) => reach === undefined);
  return sql`(${sql.join([...(rest.length === 0 ? [] : [isOf(rest)]), ...ways], ' or ')})`;
}

/** Who sees something in more scopes than this sees more than a little. */
const FEW_SCOPES = 500;

/**
 * The objects in the scopes of a caller, at most so many, as common table expressions: `own`, their ids, and `own_count`, whether these
 * are all (`is_narrow`). Whoever sees a rack gets what is in it by the indexes of scopes, without a look at anything else; things before
 * parts of things. Of them the caller may see all but what is a draft.
 */
export function ownObjects({ groups }: CallerScopes, most: number): readonly Sql[] {
  const parts: Sql[] = [];
  const things: Sql[] = [];
  const partsOfThings: Sql[] = [];
  const counted: Sql[] = [];
  for (const [index, { kinds, scopes }] of groups.entries()) {
    const as = sql.ident(`scope_ids_${index}`);
    const few = Math.min(most, FEW_SCOPES);
    parts.push(
      sql`${as} as materialized (select array(select id from ${scopes}) as ids, (select count(*) from ${scopes}) <= ${few}::int as is_whole)`,
    );
    counted.push(sql`(select is_whole from ${as})`);
    const ids = sql`(select ids from ${as})::uuid[]`;
    for (const { kind } of kinds) {
      const table = sql.ident(kind.table);
      const objects = kind.isPart === true ? partsOfThings : things;
      objects.push(sql`select r.id from ${table} r where r.scope_id = any(${ids})`);
      if ('also' in kind.scope)
        objects.push(
          sql`select r.id from ${table} r where r.other_scope_ids && ${ids} and not r.scope_id = any(${ids})`,
        );
    }
  }
  parts.push(
    sql`own as materialized (select * from (${sql.join([...things, ...partsOfThings], ' union all ')}) o limit ${sql.raw(String(most + 1))})`,
  );
  parts.push(
    sql`own_count as materialized (select ${sql.join(counted, ' and ')} and (select count(*) from own) <= ${most}::int as is_narrow)`,
  );
  return parts;
}
