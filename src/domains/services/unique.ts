import type { Change, FinalState } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';
import { refuse } from './refuse.ts';

/** Columns in which no two rows of a table are alike; the database holds it too, with a deferred constraint. */
export interface Uniqueness {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rule: string;
  /** Where the manifest says it. */
  readonly path: string;
  /** What is taken: "the project has an entitlement to this service". */
  readonly message: string;
}

/** Objects that are alike where they may not be, each with the one it collides with. */
export async function checkUnique(
  changes: readonly Change[],
  state: FinalState,
  unique: Uniqueness,
): Promise<Violation[]> {
  const { table, columns, rule, path, message } = unique;
  const alike = columns.map((column) => `o.${column} = r.${column}`).join(' and ');
  const rows = await state.query<{ id: string; other: string }>(
    `select r.id, min(o.name) as other from ${table} r join ${table} o on o.id <> r.id and ${alike}
     where r.id = any($1::uuid[]) group by r.id`,
    [changes.map((change) => change.id)],
  );
  return rows.flatMap(({ id, other }) => {
    const change = changes.find((candidate) => candidate.id === id);
    return change === undefined ? [] : [refuse(change, rule, path, `${message}: ${change.kind}/${other}`)];
  });
}

/** Several such rules of one kind. */
export const uniqueIn =
  (table: string, rules: readonly Omit<Uniqueness, 'table'>[]) =>
  async (changes: readonly Change[], state: FinalState): Promise<Violation[]> => {
    const found: Violation[] = [];
    for (const rule of rules) found.push(...(await checkUnique(changes, state, { table, ...rule })));
    return found;
  };

type Rule = (changes: readonly Change[], state: FinalState) => Promise<Violation[]>;

/** One rule out of several, run one after the other on the batch's connection. */
export const allOf =
  (...rules: readonly Rule[]): Rule =>
  async (changes, state) => {
    const found: Violation[] = [];
    for (const rule of rules) found.push(...(await rule(changes, state)));
    return found;
  };
