import { choice, type JsonFields, texts } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import type { EntriesQuery, Given, RecordField, RecordType, Then, Within } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { declaredLabels } from './monitored-resource-type.ts';
import { deletedRows, type NamedRows, namedMeters, namedTypes, presentRows } from './named-rows.ts';
import { type Branch, members, serviceMembers } from './published-name-members.ts';

/*
 * One record for every canonical name that was ever published, of a meter or a resource type, from the rows of now or from the
 * states of then:
 *
 *   meter_definition ────────┐                      change (MeterDefinition) ───────┐
 *                            ├─► one shape ◄────────                                ├─ at a moment, or of one change
 *   monitored_resource_type ─┘   by key             change (MonitoredResourceType) ─┘
 */

const branches: readonly Branch[] = [
  { ...namedMeters, kind: 'MeterDefinition', path: 'spec,meterName', is: 'meter' },
  { ...namedTypes, kind: 'MonitoredResourceType', path: 'spec,resourceTypeName', is: 'resourceType' },
];

const is = choice(
  'PublishedNameKind',
  { MeterDefinition: 'The name of a meter.', MonitoredResourceType: 'The name of a resource type.' },
  { description: 'Return only names of meters, or only those of resource types.' },
);

const args: JsonFields = {
  is,
  serviceNames: texts({
    description: 'Return only names of the services with these canonical names.',
    max: 1_000,
    item: { max: 253 },
  }),
};

const at = (state: Sql, path: string): Sql => sql`(${state} #>> ${sql.raw(`'{${path}}'`)})`;
const join = (columns: readonly Sql[]): Sql => sql.join(columns, ', ');

/** The branches that are asked for, each as one select or several. */
function select(given: Given, made: (branch: Branch) => Sql | readonly Sql[]): Sql {
  const wanted = branches.filter(({ kind }) => given.is === undefined || given.is === kind);
  return sql.join(
    wanted.flatMap(made).map((one) => sql`(${one})`),
    ' union all ',
  );
}

const ofServices = (given: Given, name: Sql): Sql =>
  Array.isArray(given.serviceNames) ? sql` and ${name} = any(${given.serviceNames.map(String)}::text[])` : sql``;

const live = (given: Given, see: See, within: Within, isListed: boolean): Sql =>
  select(given, (branch) => {
    const { kind, key, is } = branch;
    const columns = Object.entries(members).map(([name, { type, from }]) => {
      const column = from[is]?.column;
      const value = column === undefined ? nothing(type) : sql`r.${sql.ident(column)}`;
      return sql`${value}::${sql.raw(type)} as ${sql.ident(name)}`;
    });
    const ofService = Object.entries(serviceMembers).map(([name, { type, column }]) => {
      const value = sql`case when v.is_seen then s.${sql.ident(column)} end`;
      return sql`(${value})::${sql.raw(type)} as ${sql.ident(name)}`;
    });
    const of = ({ from, name, deletedAt }: NamedRows): Sql => sql`
      select r.${sql.ident(key)} as key, ${kind}::text as kind, r.id, r.revision, s.service_name as "serviceName",
        ${deletedAt} as "deletedAt", ${join([...columns, ...ofService])}
      from ${from}
      cross join lateral (select ${see('Service', sql`s`)} as is_seen) v
      where ${see(kind, sql`r`)} and r.phase <> 'Draft'${isListed ? sql` and r.in_force` : sql``}${ofServices(given, sql`s.service_name`)}
        ${within(name, kind)}`;
    return isListed ? of(presentRows(branch)) : [of(presentRows(branch)), of(deletedRows(branch))];
  });

const past = (given: Given, then: Then, within: Within, isListed: boolean): Sql =>
  select(given, ({ kind, path: key, is }) => {
    const state = sql`c.state`;
    const columns = Object.entries(members).map(([name, { type, from }]) => {
      const path = from[is]?.path;
      const value = path === undefined ? nothing(type) : valueIn(path, type);
      return sql`${value}::${typeThen(type)} as ${sql.ident(name)}`;
    });
    const ofService = Object.entries(serviceMembers).map(
      ([name, { type, path }]) => sql`${at(sql`v.spec`, below(path))}::${typeThen(type)} as ${sql.ident(name)}`,
    );
    const serviceName = at(state, 'spec,owner,service');
    // As a boolean, of which PostgreSQL expects half the rows: compared as text it expects one in 200, and then reads and sorts
    // all changes of the kind for each page, where it would go along the index of names until the page is full.
    const inForce = sql`${at(state, 'status,inForce')}::boolean`;
    // What is in force is no draft.
    const isShown = isListed ? inForce : sql`${at(state, 'spec,phase')} <> 'Draft'`;
    return sql`
      select ${at(state, key)} as key, ${kind}::text as kind, c.object_id as id, c.revision, ${serviceName} as "serviceName",
        null::timestamptz as "deletedAt", ${join([...columns, ...ofService])}
      from change c
      cross join lateral (select ${state} -> 'spec' as spec, ${state} -> 'status' as status offset 0) x
      cross join lateral (select ${then.stateOf('Service', sql`c.scope_id`, sql`c`)} -> 'spec' as spec offset 0) v
      where ${then.holds(kind, sql`c`)} and ${isShown}${ofServices(given, serviceName)}
        ${within(at(state, key), kind)}`;
  });

/** Of a name of the other kind; a list is never null. */
const nothing = (type: string): Sql => (type === 'text[]' ? sql`'{}'` : sql`null`);

/** The part of a state that a path leads into, and the rest of the path. */
const partOf = (path: string): 'spec' | 'status' => (path.startsWith('status,') ? 'status' : 'spec');
const below = (path: string): string => path.slice(partOf(path).length + 1);

/**
 * A value of a state, to be cast to what the column of a row has. It is taken from `x`, where the parts of the state are: a
 * state is stored compressed, and unpacked each time that something is read from it.
 */
function valueIn(path: string, type: string): Sql {
  const part = sql`x.${sql.raw(partOf(path))}`;
  const json = sql`(${part} #> ${sql.raw(`'{${below(path)}}'`)})`;
  if (type === 'text[]') return sql`array(select jsonb_array_elements_text(${json}))`;
  return type === 'jsonb' ? json : at(part, below(path));
}

/** A state has the words of an enum as texts: looking each of them up takes a tenth of a page's time, and gives a text again. */
const typeThen = (type: string): Sql =>
  sql.raw(['text[]', 'jsonb', 'boolean', 'int', 'timestamptz'].includes(type) ? type : 'text');

/** Labels are shown as small objects. */
const { labels: _, ...shownMembers } = members;

const fields: Readonly<Record<string, RecordField>> = {
  canonicalName: {
    gives: 'value',
    type: 'String',
    description: 'The name: the key that events, invoices and price lists carry.',
    value: (row) => sql`${row}.key`,
  },
  is: {
    gives: 'value',
    type: 'PublishedNameKind',
    description: 'Whether a meter or a resource type has the name.',
    value: (row) => sql`${row}.kind`,
  },
  uid: {
    gives: 'value',
    type: 'String',
    description: 'UUID of the meter or resource type. It belongs to the name and stays the same over all revisions.',
    value: (row) => sql`${row}.id`,
  },
  serviceName: {
    gives: 'value',
    type: 'String',
    description: 'Canonical name of the service that the name belongs to.',
    value: (row) => sql`${row}."serviceName"`,
  },
  ...Object.fromEntries(
    Object.entries({ ...shownMembers, ...serviceMembers }).map(([name, { shows, isNullable, isList, description }]) => [
      name,
      {
        gives: 'value',
        type: shows,
        description,
        nullable: isNullable,
        list: isList,
        value: (row: Sql) => sql`${row}.${sql.ident(name)}`,
      } as const,
    ]),
  ),
  deletedAt: {
    gives: 'value',
    type: 'DateTime',
    description:
      'Time at which what had the name was deleted, with its service; the rest says what it was then. Null while something has the name, and as of a moment at which something had it.',
    nullable: true,
    value: (row) => sql`${row}."deletedAt"`,
  },
  declaredLabels: {
    gives: 'objects',
    description: 'Of a resource type: the labels that its usage events may carry.',
    objects: declaredLabels,
    value: (row) => sql`${row}."labels"`,
  },
};

const record: RecordType = {
  name: 'PublishedName',
  description:
    'A canonical name that was published, of a meter or of a resource type: what it means, since when, and whether it is in force. It says the same now, as of a past moment, and in the change feed.',
  fields,
  choices: [is],
};

/** What billing reads: every name in force, by page, by key, as of an event's time, and as a feed. */
export const publishedNames: EntriesQuery = {
  name: 'namesInForce',
  gives: 'entries',
  description:
    'The canonical names of all meters and resource types in force, sorted by name: those that are Published or Deprecated, as is their service. Usage of them is accepted and billed.',
  args,
  record,
  byKey: {
    name: 'publishedNames',
    argument: 'canonicalNames',
    description:
      'Canonical names of meters and resource types, in the order of the argument, whether or not they are in force, and also after they were deleted: null in place of one that was never published or that you may not see. Where a meter and a resource type have the same name, it is the meter, unless `is` says otherwise.',
  },
  ofState: {
    name: 'publishedName',
    kinds: branches.map(({ kind }) => kind),
    description:
      'What the object states under its canonical name, with its service as it was at that moment; null for objects of other kinds, and for drafts.',
  },
  live,
  past,
};
