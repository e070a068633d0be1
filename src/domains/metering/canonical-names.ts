import { texts } from '../../catalog/fields.ts';
import type { Link } from '../../catalog/link.ts';
import type { RecordField, RecordsQuery } from '../../catalog/root-query.ts';
import { sql } from '../../platform/db/sql.ts';
import { quotaLimits } from '../services/index.ts';
import { limitsNamed } from './limits-in-force.ts';

const named = (column: string): Link => ({ on: (from, to) => sql`${to}.${sql.ident(column)} = ${from}.name` });
const one = (to: string, column: string, description: string): RecordField => ({
  gives: 'one',
  to,
  description,
  link: named(column),
});

/** What telemetry and audit ask of names that they come across: what each of them is, in one statement. */
export const canonicalNames: RecordsQuery = {
  name: 'canonicalNames',
  gives: 'records',
  description:
    'What canonical names stand for, in the order of the argument: services, meters, resource types, resources that quota counts, and quota limits. A name that nothing has, or nothing that you may see, has none of them.',
  args: {
    names: texts({
      description: 'The names, at most 1,000. One that is given twice is answered twice.',
      required: true,
      max: 1_000,
      item: { max: 253 },
    }),
  },
  sizedBy: 'names',
  record: {
    name: 'CanonicalName',
    description: 'A canonical name, and what has it.',
    fields: {
      name: {
        gives: 'value',
        type: 'String',
        description: 'The name as it was given.',
        value: (row) => sql`${row}.name`,
      },
      service: one('Service', 'service_name', 'The service that has the name.'),
      meter: one('MeterDefinition', 'meter_name', 'The meter that has the name, whether or not it is in force.'),
      resourceType: one(
        'MonitoredResourceType',
        'resource_type_name',
        'The resource type that has the name, whether or not it is in force.',
      ),
      resourceRegistration: one(
        'ResourceRegistration',
        'resource_type',
        'The registration of the resource that quota counts under the name.',
      ),
      quotaLimits: {
        gives: 'objects',
        description: 'The limits in force that have the name, or that limit the metric of this name.',
        objects: quotaLimits,
        value: (row, see) => limitsNamed(sql`${row}.name`, see),
      },
    },
  },
  rows: ({ names }) =>
    sql`select k.ord, k.name from unnest(${names as string[]}::text[]) with ordinality k (name, ord)`,
};
