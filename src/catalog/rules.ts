import type { Query } from '../platform/db/database.ts';
import { type Sql, sql } from '../platform/db/sql.ts';
import type { Mention, Violation } from '../platform/errors.ts';
import type { CatalogObject, Change, Kind } from './kind.ts';

/** What was written, and what would have been accepted, where that helps. */
export interface Evidence {
  readonly value?: unknown;
  readonly accepted?: string;
  /** Other objects that message and `accepted` name; their names are removed for callers who may not see them. */
  readonly mentions?: readonly Mention[];
}

/** The object of a statement's row that gives `Rack/a14` and its uid. */
export const mentionOf = (text: string, id: string): Mention => {
  const slash = text.indexOf('/');
  return { kind: text.slice(0, slash), id, name: text.slice(slash + 1) };
};

/** A refusal of one object: `refuse(change, 'NAME_PREFIX', 'spec.meterName', '…')`. */
export const refuse = (
  object: Pick<CatalogObject, 'kind' | 'name' | 'id'>,
  rule: string,
  path: string,
  message: string,
  evidence: Evidence = {},
): Violation => ({
  rule,
  subject: `${object.kind}/${object.name}`,
  objectId: object.id,
  path,
  message,
  ...evidence,
});

/** A rule over rows, judged on the final state of the batch. */
export type RowRule = NonNullable<Kind['checkAll']>;

/**
 * The rule that one statement finds nothing: it is asked about the ids of the changed objects and gives rows with the
 * `id` of one of them; `refusal` says what is wrong with that object.
 */
export const rowRule =
  <Row>(
    query: (ids: readonly string[]) => Query<Row & { readonly id: string }>,
    refusal: (change: Change, row: Row) => Violation | readonly Violation[],
  ): RowRule =>
  async (changes, state) => {
    if (changes.length === 0) return [];
    const byId = new Map(changes.map((change) => [change.id, change]));
    const rows = await state.query(query([...byId.keys()]));
    return rows.flatMap((row) => {
      const change = byId.get(row.id);
      return change === undefined ? [] : refusal(change, row);
    });
  };

/** What no two rows of a table have alike; the database holds it too, with a deferred constraint. */
export interface Uniqueness {
  /** Columns, or what follows from them. Rows in which one of them is null are like no other. */
  readonly columns: readonly (string | ((row: Sql) => Sql))[];
  readonly rule: string;
  /** Where the manifest says it. */
  readonly path: string;
  /** What is taken: "the project has an entitlement to this service". */
  readonly message: string;
  /** What would do instead: "a name that no other port of the device has". */
  readonly accepted?: string;
}

/** Objects that are alike where they may not be are refused, each with the one it collides with. */
export const uniqueIn = (table: string, columns: readonly Uniqueness[]): RowRule =>
  allOf(
    ...columns.map(({ columns: wanted, rule, path, message, accepted = 'an update of that one' }) => {
      const rows = sql.ident(table);
      const partOf = (row: Sql, column: Uniqueness['columns'][number]): Sql =>
        typeof column === 'string' ? sql`${row}.${sql.ident(column)}` : column(row);
      const alike = wanted.map((column) => sql`${partOf(sql`o`, column)} = ${partOf(sql`r`, column)}`);
      return rowRule<{ other: string; other_id: string }>(
        // `offset 0`: looked up one by one, whatever the planner believes of a table that has just grown.
        (ids) => sql`select distinct on (r.id) r.id, o.name as other, o.id as other_id
          from unnest(${ids}::uuid[]) i (id) join ${rows} r on r.id = i.id
          cross join lateral (select o.id, o.name from ${rows} o where o.id <> r.id and ${sql.join(alike, ' and ')} offset 0) o
          order by r.id, o.name, o.id`,
        (change, { other, other_id: id }) => {
          const { kind } = change;
          return refuse(change, rule, path, `${message}: ${kind}/${other}`, {
            accepted,
            mentions: [{ kind, id, name: other }],
          });
        },
      );
    }),
  );

/** One rule out of several, run one after the other on the batch's connection. */
export const allOf =
  (...rules: readonly RowRule[]): RowRule =>
  async (changes, state) => {
    const found: Violation[] = [];
    for (const rule of rules) found.push(...(await rule(changes, state)));
    return found;
  };
