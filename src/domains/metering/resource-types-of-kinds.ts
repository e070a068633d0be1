import { bool, objects, text, texts } from '../../catalog/fields.ts';
import type { RecordsQuery } from '../../catalog/root-query.ts';
import { sql } from '../../platform/db/sql.ts';
import { phaseField } from '../services/index.ts';
import { declaredLabels } from './monitored-resource-type.ts';

const apiGroup = text({ description: 'API group of the Kind.', required: true, max: 253 });
const kind = text({ description: 'Name of the Kind.', required: true, max: 63 });

const found = objects(
  'ResourceTypeOfKind',
  {
    resourceTypeName: text({ description: 'Canonical name of the resource type.', required: true }),
    displayName: text({ description: 'Name for people.', required: true }),
    phase: { ...phaseField, description: 'Phase of the resource type.' },
    inForce: bool({ description: 'Whether usage of the resource type is accepted.', required: true }),
    serviceName: text({
      description: 'Canonical name of the service that the resource type belongs to.',
      required: true,
    }),
    serviceDisplayName: text({ description: 'Name of the service for people; null if you may not see the service.' }),
    meterNames: texts({ description: 'Canonical names of the meters in force that resources of this type emit.' }),
    declaredLabels: objects('ResourceTypeLabel', declaredLabels.fields, {
      description: 'A label that usage events of the resource type may carry.',
    }),
  },
  { description: 'A resource type for a Kind.' },
);

/** By group and Kind, the key that events, quota and audit share. */
export const resourceTypesOfKinds: RecordsQuery = {
  name: 'resourceTypesOfKinds',
  gives: 'records',
  description:
    'The resource types for Kinds, in the order of the argument: by API group and name, which events, claims of quota and audit records carry. There may be several of a Kind, or none.',
  args: {
    kinds: objects(
      'KindKey',
      { apiGroup, kind },
      {
        description: 'The Kinds, at most 1,000. One that is given twice is answered twice.',
        required: true,
        max: 1_000,
      },
    ),
  },
  sizedBy: 'kinds',
  record: {
    name: 'ResourceTypesOfKind',
    description: 'A Kind, and the resource types that it is metered as.',
    fields: {
      apiGroup: {
        gives: 'value',
        type: 'String',
        description: 'API group of the Kind, as it was given.',
        value: (row) => sql`${row}.api_group`,
      },
      kind: {
        gives: 'value',
        type: 'String',
        description: 'Name of the Kind, as it was given.',
        value: (row) => sql`${row}.kind`,
      },
      resourceTypes: {
        gives: 'objects',
        description: 'The resource types that were published for the Kind, sorted by name; those in force come first.',
        objects: found,
        value: (row) => sql`${row}.found`,
      },
    },
  },
  rows: ({ kinds }, see) => {
    const asked = kinds as readonly { readonly apiGroup: string; readonly kind: string }[];
    return sql`
      select k.ord, k.api_group, k.kind, f.found
      from unnest(${asked.map((one) => one.apiGroup)}::text[], ${asked.map((one) => one.kind)}::text[]) with ordinality k (api_group, kind, ord)
      left join lateral (
        select jsonb_agg(jsonb_build_object(
          'resourceTypeName', t.resource_type_name, 'displayName', t.display_name, 'phase', t.phase, 'inForce', t.in_force,
          'serviceName', s.service_name,
          'serviceDisplayName', case when ${see('Service', sql`s`)} then s.display_name end,
          'declaredLabels', t.declared_labels,
          'meterNames', (
            select jsonb_agg(m.meter_name order by m.meter_name)
            from meter_resource_type l join meter_definition m on m.id = l.meter_definition_id
            where l.monitored_resource_type_id = t.id and m.in_force and ${see('MeterDefinition', sql`m`)})
          ) order by t.in_force desc, t.resource_type_name) as found
        from monitored_resource_type t join service s on s.id = t.service_id
        where t.gvk_group = k.api_group and t.gvk_kind = k.kind and t.phase <> 'Draft'
          and ${see('MonitoredResourceType', sql`t`)}) f on true`;
  },
};
