import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { RecordField, RecordType } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { type Comparison, MOST_NAMES } from './compare.ts';
import { reportedChange, reportedRefusal } from './fields.ts';
import type { Grounds } from './grounds.ts';

/** A comparison with the revisions that it is about, and whom it touches. */
export interface Compared extends Comparison, Pick<Grounds, 'entitled' | 'projects'> {
  readonly from: string | null;
  readonly to: string;
}

const value = (type: string, column: string, description: string): RecordField => ({
  gives: 'value',
  type,
  nullable: false,
  description,
  value: (row) => sql`${row}.${sql.ident(column)}`,
});
const revision = (column: string, description: string): RecordField => ({
  gives: 'one',
  to: 'ServiceConfiguration',
  description,
  link: { on: (row, to) => sql`${to}.id = ${row}.${sql.ident(column)}` },
});

const fields: Readonly<Record<string, RecordField>> = {
  from: revision('from_id', 'The earlier revision; null when the service has none in force.'),
  to: revision('to_id', 'The later revision, which takes the place of the earlier one; null while it is not stored.'),
  isAllowed: value(
    'Boolean',
    'is_allowed',
    'Whether the later revision can be published. A query looks at what published names mean, and at the phase; the payload of a mutation, trials as well, at every rule.',
  ),
  changes: {
    gives: 'objects',
    objects: reportedChange,
    description:
      'The differences: what was removed, then added, then modified. Entries of lists are compared by name, and a Draft with what was published as what it is once it is published.',
    value: (row) => sql`${row}.changes`,
  },
  changeCount: value('Int', 'change_count', 'How many differences there are; `changes` may have fewer.'),
  refusedCount: value('Int', 'refused_count', 'How many of them are not allowed.'),
  refusals: {
    gives: 'objects',
    objects: reportedRefusal,
    description: 'Why the later revision is refused beside its differences.',
    value: (row) => sql`${row}.refusals`,
  },
  entitledProjectCount: value('Int', 'entitled', 'How many projects use the service now, of those that you may see.'),
  entitledProjects: {
    gives: 'value',
    type: 'String',
    list: true,
    nullable: false,
    description: `Names of projects that use the service now, at most ${MOST_NAMES}.`,
    value: (row) => sql`${row}.projects`,
  },
};

/** What a query, and the payload of a mutation that publishes, tell of a revision that takes the place of another. */
export const comparisonRecord: RecordType = {
  name: 'ServiceConfigurationComparison',
  description: 'What changes when one revision of a service configuration takes the place of another.',
  fields,
};

/** Its row. Lists go through as text: nothing looks into them. */
export const comparisonRow = (made: Compared): Sql => sql`
  select 1 as ord, ${made.from}::uuid as from_id, ${made.to}::uuid as to_id, ${made.isAllowed}::boolean as is_allowed,
    ${made.changeCount}::int as change_count, ${made.refusedCount}::int as refused_count,
    ${stringifyJson(made.changes)}::text as changes, ${stringifyJson(made.refusals)}::text as refusals,
    ${made.entitled}::int as entitled, ${made.projects}::text[] as projects`;

export const noComparison: Sql = sql`
  select 1 as ord, null::uuid as from_id, null::uuid as to_id, null::boolean as is_allowed, null::int as change_count,
    null::int as refused_count, null::text as changes, null::text as refusals, null::int as entitled, null::text[] as projects
  where false`;
