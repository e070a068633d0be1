import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access, Reach } from '../access/access.ts';
import type { KindModel } from '../model.ts';

/** A kind, and the condition under which the caller may see a row of it, `seen_row`; none, if all. */
export interface SeenKind {
  readonly kind: KindModel;
  readonly condition: Sql | undefined;
  /** The scopes that all rows are in which the caller may see, if it is by these alone. */
  readonly reach: readonly Reach[] | undefined;
}

export const seenKinds = (access: Access, kinds: readonly KindModel[]): readonly SeenKind[] =>
  kinds.flatMap((kind) => {
    const condition = access.condition(kind, sql`seen_row`, 'list');
    return condition?.text === 'false' ? [] : [{ kind, condition, reach: access.reach(kind, 'list') }];
  });

/** Objects of a caller, as common table expressions: `own`, their ids, and `own_count`, whether these are all (`is_narrow`). */
export interface OwnObjects {
  /** The kinds of which they are. */
  readonly kinds: readonly SeenKind[];
  readonly parts: readonly Sql[];
}

/**
 * The objects in the scopes that a caller sees something in, at most so many: whoever sees a rack gets what is in it by the indexes
 * of scopes, without a look at anything else; things before parts of things. Of them the caller may see all but what is a draft.
 */
export function ownObjects(kinds: readonly SeenKind[], most: number): OwnObjects | undefined {
  const near = kinds.filter(({ reach }) => reach !== undefined);
  if (near.length === 0) return undefined;
  const byReach = Map.groupBy(near, ({ reach = [] }) => reach.map(({ key }) => key).join());
  const parts: Sql[] = [];
  const things: Sql[] = [];
  const partsOfThings: Sql[] = [];
  const counted: Sql[] = [];
  for (const [index, group] of [...byReach.values()].entries()) {
    const as = sql.ident(`scopes_${index}`);
    const scopes = sql.join(
      (group[0]?.reach ?? []).map((reach) => reach.scopes),
      ' union ',
    );
    const many = sql`array(select * from (${scopes}) s limit ${most + 1})`;
    parts.push(
      sql`${as} as materialized (select s.ids, cardinality(s.ids) <= ${most}::int as is_whole from (select ${many} as ids) s)`,
    );
    counted.push(sql`(select is_whole from ${as})`);
    const ids = sql`(select ids from ${as})::uuid[]`;
    for (const { kind } of group) {
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
    sql`own as materialized (select * from (${sql.join([...things, ...partsOfThings], ' union all ')}) o limit ${most + 1})`,
  );
  parts.push(
    sql`own_count as materialized (select ${sql.join(counted, ' and ')} and (select count(*) from own) <= ${most}::int as is_narrow)`,
  );
  return { kinds: near, parts };
}
