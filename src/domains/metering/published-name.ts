import { choice, type JsonFields, texts } from '../../catalog/fields.ts';
import type { EntriesQuery, RecordField, RecordType } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { declaredLabels } from './monitored-resource-type.ts';
import { past } from './past-names.ts';
import { branches, live } from './present-names.ts';
import { members, serviceMembers } from './published-name-members.ts';

/*
 * One record for every canonical name that was ever published, of a meter or a resource type, from the rows of now or from the
 * states of then:
 *
 *   meter_definition ────────┐                      change (MeterDefinition) ───────┐
 *                            ├─► one shape ◄────────                                ├─ at a moment, or of one change
 *   monitored_resource_type ─┘   by key             change (MonitoredResourceType) ─┘
 *
 * By key, a name that nothing has any more is told as well: from `published_meter` and `published_resource_type`, and as of a
 * moment from the deletion in `change`, as long as that is kept.
 */

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
      'Time at which what had the name was deleted; the rest says what it was then. Null while something has the name. As of a moment behind the deletion it is the same as now, as of one before it is null.',
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
