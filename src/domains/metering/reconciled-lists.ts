import { bigint, bool, type JsonField, text, texts } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { aggregation, phaseField } from '../services/index.ts';
import { limitsInForce } from './limits-in-force.ts';
import { deletedRows, type Named, type NamedRows, namedMeters, namedTypes, presentRows } from './named-rows.ts';

/** A value that can be compared: what the consumer may send, and the expression of ours as text. */
interface Compared {
  readonly field: JsonField;
  readonly ours: (row: Sql) => Sql;
}

/** A list that consumers keep, and what it is compared with. */
export interface Compare {
  /** Name of the query, and of the argument that holds the list. */
  readonly query: string;
  readonly list: string;
  readonly what: string;
  readonly input: string;
  readonly values: Readonly<Record<string, Compared>>;
  /**
   * A select of what the caller may see: `canonical`, `in_force`, `since` when it was published and `until` when, and what the
   * values are made of.
   */
  readonly ours: (see: See, inRange: (name: Sql) => Sql) => Sql;
}

const optional = (field: JsonField): JsonField => {
  const { default: _, ...rest } = { default: undefined, ...field };
  return { ...rest, required: false } as JsonField;
};
const column = (name: string) => (row: Sql) => sql`${row}.${sql.ident(name)}::text`;
const sortedList = (list: Sql): Sql => sql`(select string_agg(x, ', ' order by x collate "C") from unnest(${list}) x)`;

const phase: Compared = { field: optional(phaseField), ours: column('phase') };
const displayName: Compared = { field: text({ description: 'Name for people.' }), ours: column('display_name') };
const unitField = (description: string): JsonField => text({ description });

/** Everything that was ever published under a name of a kind, deleted as well. */
const published =
  (kind: string, named: Named): Compare['ours'] =>
  (see, inRange) => {
    const of = ({ from, name, deletedAt }: NamedRows): Sql => sql`
      select ${name} as canonical, r.published_at as since, coalesce(r.retired_at, ${deletedAt}) as until, r.* from ${from}
      where r.phase <> 'Draft' and ${see(kind, sql`r`)} and ${inRange(name)}`;
    return sql`${of(presentRows(named))} union all ${of(deletedRows(named))}`;
  };

const meters: Compare = {
  query: 'meterReconciliation',
  list: 'meters',
  what: 'meters',
  input: 'ReconciledMeter',
  values: {
    phase,
    displayName,
    aggregation: { field: optional(aggregation), ours: column('aggregation') },
    unit: { field: unitField('Unit of what is measured.'), ours: column('unit') },
    consumedUnit: { field: unitField('Unit in which usage is reported.'), ours: column('consumed_unit') },
    pricingUnit: { field: unitField('Unit that prices are stated for.'), ours: column('pricing_unit') },
    dimensions: {
      field: texts({ description: 'Keys by which events may be broken down, in any order.', max: 64 }),
      ours: (row) => sql`coalesce(${sortedList(sql`${row}.dimensions`)}, '')`,
    },
    isBillable: { field: bool({ description: 'Whether the meter is billed.' }), ours: column('is_billable') },
  },
  ours: published('MeterDefinition', namedMeters),
};

const resourceTypes: Compare = {
  query: 'resourceTypeReconciliation',
  list: 'resourceTypes',
  what: 'resource types',
  input: 'ReconciledResourceType',
  values: {
    phase,
    displayName,
    apiGroup: { field: text({ description: 'API group of the Kind.' }), ours: column('gvk_group') },
    kind: { field: text({ description: 'Name of the Kind.' }), ours: column('gvk_kind') },
    labels: {
      field: texts({ description: 'Keys of the labels that events may carry, in any order.', max: 64 }),
      ours: (row) => sql`coalesce((
        select string_agg(l ->> 'name', ', ' order by l ->> 'name' collate "C") from jsonb_array_elements(${row}.declared_labels) l), '')`,
    },
  },
  ours: published('MonitoredResourceType', namedTypes),
};

const ofLimit = (member: string) => (row: Sql) => sql`${row}.entry ->> ${sql.raw(`'${member}'`)}`;

const limits: Compare = {
  query: 'quotaLimitReconciliation',
  list: 'limits',
  what: 'quota limits',
  input: 'ReconciledLimit',
  values: {
    displayName: { field: displayName.field, ours: ofLimit('displayName') },
    metric: { field: text({ description: 'Canonical name of the metric that is limited.' }), ours: ofLimit('metric') },
    unit: { field: unitField('Unit of the limit.'), ours: ofLimit('unit') },
    defaultLimit: {
      field: bigint({ description: 'Amount that a consumer is granted.' }),
      ours: ofLimit('defaultLimit'),
    },
    maxLimit: {
      field: bigint({ description: 'The largest amount that may be granted; 0 where there is no bound.' }),
      ours: (row) => sql`coalesce(${ofLimit('maxLimit')(row)}, '0')`,
    },
  },
  ours: (see, inRange) => sql`
    select e.entry ->> 'name' as canonical, true as in_force, null::timestamptz as since, null::timestamptz as until, e.entry
    from ${limitsInForce(see)}
    where ${inRange(sql`e.entry ->> 'name'`)}`,
};

/** What consumers keep lists of. */
export const reconciledLists: readonly Compare[] = [meters, resourceTypes, limits];
