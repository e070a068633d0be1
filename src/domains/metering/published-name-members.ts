import type { Named } from './named-rows.ts';

/** A kind whose objects have canonical names. */
export interface Branch extends Named {
  readonly kind: string;
  /** Path of the canonical name in a state. */
  readonly path: string;
  readonly is: 'meter' | 'resourceType';
}

/** Where a value is: the column of a row, and the path in a state. */
interface Place {
  readonly column: string;
  readonly path: string;
}

interface Shown {
  readonly description: string;
  /** PostgreSQL type, and GraphQL type. */
  readonly type: string;
  readonly shows: string;
  readonly isNullable: boolean;
  readonly isList: boolean;
}

interface Member extends Shown {
  readonly from: { readonly meter?: Place; readonly resourceType?: Place };
}

type Of = 'both' | 'meter' | 'resourceType';

const member = (
  of: Of,
  [type, shows]: readonly [string, string],
  column: string,
  path: string,
  description: string,
  isNullable = true,
): Member => {
  const place = { column, path };
  return {
    description,
    type,
    shows,
    isNullable: isNullable && type !== 'text[]',
    isList: type === 'text[]',
    from: {
      ...(of !== 'resourceType' && { meter: place }),
      ...(of !== 'meter' && { resourceType: place }),
    },
  };
};

const text = ['text', 'String'] as const;
const flag = ['boolean', 'Boolean'] as const;
const time = ['timestamptz', 'DateTime'] as const;
const phase = ['catalog_phase', 'CatalogPhase'] as const;

/** What is said of a name, by the field's name. */
export const members: Readonly<Record<string, Member>> = {
  phase: member('both', phase, 'phase', 'spec,phase', 'Phase that the name is in, together with its service.', false),
  inForce: member('both', flag, 'in_force', 'status,inForce', 'Whether usage is accepted and billed.', false),
  displayName: member('both', text, 'display_name', 'spec,displayName', 'Name for people.', false),
  description: member('both', text, 'description', 'spec,description', 'What it represents, in plain language.'),
  publishedAt: member(
    'both',
    time,
    'published_at',
    'status,publishedAt',
    'Time at which the name was first published, by whatever revision; null if it began in a later phase.',
  ),
  deprecatedAt: member(
    'both',
    time,
    'deprecated_at',
    'status,deprecatedAt',
    'Time at which it became Deprecated; null if it never was.',
  ),
  retiredAt: member(
    'both',
    time,
    'retired_at',
    'status,retiredAt',
    'Time at which it became Retired; null if it is not.',
  ),
  revisionNumber: member(
    'both',
    ['int', 'Int'],
    'revision_number',
    'status,revisionNumber',
    'Number of the revision of the service’s configuration that states it, or was the last to state it; null for an object of its own.',
  ),
  replacedBy: member(
    'both',
    text,
    'replaced_by',
    'status,replacedBy',
    'Canonical name that took its place: the next higher version of the same name that was published; null when there is none.',
  ),
  aggregation: member(
    'meter',
    ['meter_aggregation', 'MeterAggregation'],
    'aggregation',
    'spec,measurement,aggregation',
    'Of a meter: how the values of a billing period are combined into one.',
  ),
  metricKind: member(
    'meter',
    ['metric_kind', 'MetricKind'],
    'metric_kind',
    'status,metricKind',
    'Of a meter that was stated as a metric: how its values relate to time.',
  ),
  unit: member('meter', text, 'unit', 'spec,measurement,unit', 'Of a meter: unit of what is measured.'),
  dimensions: member(
    'meter',
    ['text[]', 'String'],
    'dimensions',
    'spec,measurement,dimensions',
    'Of a meter: keys by which its events may be broken down, in order.',
  ),
  consumedUnit: member(
    'meter',
    text,
    'consumed_unit',
    'spec,billing,consumedUnit',
    'Of a meter: unit in which usage is reported.',
  ),
  pricingUnit: member(
    'meter',
    text,
    'pricing_unit',
    'spec,billing,pricingUnit',
    'Of a meter: unit that prices are stated for.',
  ),
  conversion: member(
    'meter',
    ['unit_conversion', 'UnitConversion'],
    'conversion',
    'status,conversion',
    'Of a meter: whether the consumed unit converts into the pricing unit.',
  ),
  conversionFactor: member(
    'meter',
    text,
    'pricing_factor',
    'status,conversionFactor',
    'Of a meter: number of consumed units in one pricing unit, an exact whole number or fraction; null if `conversion` is not `EXACT`.',
  ),
  isBillable: member(
    'meter',
    flag,
    'is_billable',
    'status,isBillable',
    'Of a meter: whether it is billed, and does not only count for quota.',
  ),
  resourceTypeNames: member(
    'meter',
    ['text[]', 'String'],
    'monitored_resource_types',
    'spec,monitoredResourceTypes',
    'Of a meter: canonical names of the resource types that emit it, as far as its documents name them.',
  ),
  resourceGroup: member(
    'resourceType',
    text,
    'gvk_group',
    'spec,gvk,group',
    'Of a resource type: API group of the Kind.',
  ),
  resourceKind: member('resourceType', text, 'gvk_kind', 'spec,gvk,kind', 'Of a resource type: name of the Kind.'),
  labels: member(
    'resourceType',
    ['jsonb', 'JSON'],
    'declared_labels',
    'spec,labels',
    'Of a resource type: its labels.',
  ),
};

/** What is said of the service; null where it is hidden. */
export const serviceMembers: Readonly<Record<string, Shown & Place>> = {
  serviceDisplayName: {
    ...shownOf(text, 'Name of the service for people; null if you may not see the service.'),
    column: 'display_name',
    path: 'spec,displayName',
  },
  servicePhase: {
    ...shownOf(phase, 'Phase of the service; null if you may not see the service.'),
    column: 'phase',
    path: 'spec,phase',
  },
};

function shownOf([type, shows]: readonly [string, string], description: string): Shown {
  return { type, shows, description, isNullable: true, isList: false };
}
