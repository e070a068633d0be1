import { choice, int, type JsonFields, objects, text } from '../../catalog/fields.ts';
import type { RecordsQuery, RecordType } from '../../catalog/root-query.ts';
import { instantText } from '../../platform/db/instant-text.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { type Compare, reconciledLists } from './reconciled-lists.ts';

/*
 * A consumer keeps a list of its own, and sends it to be compared, one statement for each kind of list:
 *
 *   theirs ──┐                 only ours, and in force      MISSING
 *            ├─ full join ───► only theirs, or not in force EXTRA
 *   ours ────┘   by name       a value that they sent is other than ours   DIFFERENT
 */

const finding = objects(
  'ReconciliationFinding',
  {
    name: text({ description: 'The name that both lists are compared by.', required: true }),
    is: choice(
      'ReconciliationResult',
      {
        Missing: 'It is in force, and the list does not have it.',
        Extra:
          'The list has it, and it is not in force: there never was one of this name, or it was retired or deleted.',
        Different: 'Both have it, and some value differs.',
      },
      { description: 'What is the matter with it.', required: true },
    ),
    publishedAt: text({
      description: 'Time at which it was published, in ISO 8601; null for a name that never was, and for limits.',
    }),
    endedAt: text({
      description: 'Time at which it was retired, or else deleted, in ISO 8601; null for what neither has happened to.',
    }),
    differences: objects(
      'ReconciledValue',
      {
        field: text({ description: 'The member of the entry that differs.', required: true }),
        theirs: text({ description: 'The value that was sent, as text.' }),
        ours: text({ description: 'The value in the catalog, as text.' }),
      },
      { description: 'A value that differs. Enumerated values are spelt as in manifests, lists are sorted.' },
    ),
  },
  { description: 'An entry in which the two lists do not agree.' },
);

const count = (name: string, description: string) => ({
  gives: 'value' as const,
  type: 'Int',
  description,
  value: (row: Sql) => sql`${row}.${sql.ident(name)}`,
});

const record: RecordType = {
  name: 'Reconciliation',
  description: 'A list of a consumer compared with the catalog.',
  fields: {
    missingCount: count('missing', 'Number of names in force that the list does not have.'),
    extraCount: count('extra', 'Number of names of the list that are not in force.'),
    differentCount: count('different', 'Number of names in both, of which some value differs.'),
    findings: {
      gives: 'objects',
      description: 'The entries that do not agree, sorted by name: at most as many as `most` says.',
      objects: finding,
      value: (row) => sql`${row}.findings`,
    },
  },
};

const range: JsonFields = {
  after: text({ description: 'Compare only names behind this one: for a list that is sent in parts.', max: 253 }),
  through: text({ description: 'Compare only names up to this one.', max: 253 }),
  most: int({ description: 'Number of findings to return.', min: 0, max: 1_000, default: 1_000 }),
};

const reconciliation = ({ query, list, what, input, values, ours }: Compare): RecordsQuery => ({
  name: query,
  gives: 'records',
  single: true,
  price: 100,
  description: `Compares a list of ${what} with what is in force, as far as you may see it: what is missing in it, what it has beyond, and what is different. Only values that are given are compared.`,
  args: {
    [list]: objects(
      input,
      {
        name: text({ description: 'The name that it is compared by.', required: true, min: 1, max: 253 }),
        ...Object.fromEntries(Object.entries(values).map(([name, { field }]) => [name, field])),
      },
      { description: `The list, of at most 10,000 ${what}.`, required: true, max: 10_000 },
    ),
    ...range,
  },
  record,
  rows: (given, see) => {
    const { after, through, most } = given;
    const inRange = (name: Sql): Sql => {
      const behind = after === undefined ? sql`true` : sql`${name} > ${String(after)}::text`;
      return through === undefined ? behind : sql`${behind} and ${name} <= ${String(through)}::text`;
    };
    const sent = (given[list] as readonly Readonly<Record<string, unknown>>[]).map((entry) =>
      Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, textOf(value)])),
    );
    const columns = Object.keys(values).map((name) => sql`${sql.ident(name)} text`);
    const pairs = Object.entries(values).map(
      ([name, { ours: value }], place) =>
        sql`(${sql.raw(String(place))}, ${name}::text, t.${sql.ident(name)}, ${value(sql`o`)})`,
    );
    return sql`
      with theirs as (
        select * from jsonb_to_recordset(${JSON.stringify(sent)}::jsonb) as x(name text, ${sql.join(columns, ', ')}) where ${inRange(sql`x.name`)}),
      ours as (${ours(see, inRange)}),
      compared as (
        select coalesce(t.name, o.canonical) as name, d.differences, o.since, o.until,
          case when t.name is null then 'Missing' when o.in_force is not true then 'Extra' else 'Different' end as is
        from theirs t full join ours o on o.canonical = t.name
        cross join lateral (
          select jsonb_agg(jsonb_build_object('field', v.field, 'theirs', v.theirs, 'ours', v.ours) order by v.place) as differences
          from (values ${sql.join(pairs, ', ')}) v (place, field, theirs, ours)
          where o.canonical is not null and v.theirs is not null and v.theirs is distinct from v.ours) d
        where t.name is null and o.in_force or t.name is not null and (o.in_force is not true or d.differences is not null))
      select 1 as ord, count(*) filter (where c.is = 'Missing')::int as missing, count(*) filter (where c.is = 'Extra')::int as extra,
        count(*) filter (where c.is = 'Different')::int as different,
        (select jsonb_agg(jsonb_build_object('name', f.name, 'is', f.is, 'differences', f.differences,
          'publishedAt', ${instantText(sql`f.since`)}, 'endedAt', ${instantText(sql`f.until`)}) order by f.name)
          from (select * from compared order by name limit ${most}::int) f) as findings
      from compared c`;
  },
});

/** A value as it is compared. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).sort().join(', ') : String(value);
}

export const reconciliations: readonly RecordsQuery[] = reconciledLists.map(reconciliation);
