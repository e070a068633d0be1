import { ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, mentionOf, refuse } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { activeAfter } from './configuration-activation.ts';
import { inconsistencies } from './configuration-consistency.ts';
import { fanOut, withdraw } from './configuration-fan-out.ts';
import { configurationSections } from './configuration-fields.ts';
import { frozenChanges } from './configuration-freeze.ts';
import { readConfiguration } from './configuration-spec.ts';
import { checkPhaseStep, lifecycleStatus, phaseField } from './lifecycle.ts';
import { checkNamePrefix } from './name-prefix.ts';

function checkDocument(change: Change): Violation[] {
  const spec = readConfiguration(change.spec);
  const frozen = change.before === undefined ? [] : frozenChanges(readConfiguration(change.before.spec), spec);
  return [
    ...checkPhaseStep(change),
    ...inconsistencies(spec, change.spec).map(({ rule, path, message, ...evidence }) =>
      refuse(change, rule, path, message, evidence),
    ),
    ...frozen.map(({ path, message, ...evidence }) => refuse(change, 'FROZEN', path, message, evidence)),
  ];
}

interface ServiceRow {
  readonly id: string;
  readonly service_name: string;
  readonly producer: string;
  readonly producer_id: string;
}

/** Names begin with the service's own; provisioned objects come from the project that produces it. */
async function checkAgainstService(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const rows = await state.query<ServiceRow>(
    sql`select c.id, s.service_name, p.name as producer, p.id as producer_id
     from service_configuration c
     join service s on s.id = c.service_id
     join project p on p.id = s.owner_producer_project_id
     where c.id = any(${changes.map((change) => change.id)}::uuid[])`,
  );
  return changes.flatMap((change) => {
    const service = rows.find((row) => row.id === change.id);
    if (service === undefined) return [];
    const spec = readConfiguration(change.spec);
    const names = [
      ...spec.monitoredResourceTypes.map((entry, index) => [`spec.monitoredResourceTypes[${index}].type`, entry.type]),
      ...spec.metrics.map((entry, index) => [`spec.metrics[${index}].name`, entry.name]),
      ...spec.meters.map((entry, index) => [`spec.meters[${index}].name`, entry.name]),
      ...spec.charges.map((entry, index) => [`spec.charges[${index}].name`, entry.name]),
    ] as const;
    const prefixes = names.flatMap(([path = '', name = '']) =>
      checkNamePrefix(change, path, name, service.service_name),
    );
    const foreign = spec.provisioned.flatMap(({ projection: { sourceProject } }, index): Violation[] => {
      if (sourceProject === service.producer) return [];
      const path = `spec.provisioning.resources[${index}].projection.sourceProject`;
      const message = `A service hands out objects of its own producer project only: ${service.producer}.`;
      return [
        refuse(change, 'FOREIGN_SOURCE', path, message, {
          value: sourceProject,
          accepted: service.producer,
          mentions: [{ kind: 'Project', id: service.producer_id, name: service.producer }],
        }),
      ];
    });
    return [...prefixes, ...foreign];
  });
}

interface TwinRow {
  readonly id: string;
  readonly rule: string;
  readonly path: string;
  readonly name: string;
  readonly other: string;
  readonly other_id: string;
}

/** Names that a configuration puts in force must not be in force already as separately declared objects. */
async function checkTwins(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const active = [...(await activeAfter(changes, state)).values()].filter((id) => id !== null);
  const rows = await state.query<TwinRow>(
    sql`select c.id, n.rule, n.section || '[' || n.place - 1 || '].' || n.member as path, n.name, o.other, o.other_id
     from service_configuration c
     cross join lateral (
       select 'DUPLICATE_METER_NAME' as rule, 'spec.meters' as section, 'name' as member, x.place, x.e->>'name' as name
       from jsonb_array_elements(coalesce(c.meters, '[]')) with ordinality as x(e, place)
       union all
       select 'DUPLICATE_METER_NAME', 'spec.metrics', 'name', x.place, x.e->>'name'
       from jsonb_array_elements(coalesce(c.metrics, '[]')) with ordinality as x(e, place)
       union all
       select 'DUPLICATE_RESOURCE_TYPE_NAME', 'spec.monitoredResourceTypes', 'type', x.place, x.e->>'type'
       from jsonb_array_elements(coalesce(c.monitored_resource_types, '[]')) with ordinality as x(e, place)) n
     join (
       select 'DUPLICATE_METER_NAME' as rule, meter_name as name, 'MeterDefinition/' || name as other, id as other_id
       from meter_definition where configuration_id is null and phase in ('Published', 'Deprecated')
       union all
       select 'DUPLICATE_RESOURCE_TYPE_NAME', resource_type_name, 'MonitoredResourceType/' || name, id
       from monitored_resource_type where configuration_id is null and phase in ('Published', 'Deprecated')) o
       on o.rule = n.rule and o.name = n.name
     where c.id = any(${active}::uuid[]) and c.id = any(${changes.map((change) => change.id)}::uuid[]) and c.phase in ('Published', 'Deprecated')
     order by c.name, n.section, n.place`,
  );
  return rows.flatMap((row) => {
    const change = changes.find((candidate) => candidate.id === row.id);
    if (change === undefined) return [];
    const message = `${row.name} is in force already, as ${row.other}.`;
    const evidence = {
      value: row.name,
      accepted: 'a name that is not in force',
      mentions: [mentionOf(row.other, row.other_id)],
    };
    return [refuse(change, row.rule, row.path, message, evidence)];
  });
}

export const serviceConfiguration = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceConfiguration',
  plural: 'serviceconfigurations',
  description:
    'States what a service meters, bills and limits. Each revision is an object of its own: the one published last is in force, and the others are kept. Two notations are accepted: `meters`, or `metrics` with `billing`, `quota` and `charges`.',
  scope: { home: ['serviceRef'] },
  phase: 'phase',
  spec: {
    serviceRef: ref('Service', {
      description: 'The service that is configured, by its object name or its canonical name.',
      required: true,
      immutable: 'published',
      by: 'serviceName',
      exportName: true,
      inverse: {
        name: 'configurations',
        description: 'All configurations of the service: drafts, the one in force, and earlier ones.',
      },
    }),
    phase: phaseField,
    version: text({ description: 'Name of the revision for people. The catalog does not interpret it.', max: 64 }),
    ...configurationSections,
  },
  status: lifecycleStatus,
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'VERSION', path: 'spec.version' },
    { name: 'PHASE', path: 'spec.phase' },
  ],
  check: checkDocument,
  checkAll: allOf(checkAgainstService, checkTwins),
  derive: fanOut,
  undo: withdraw,
});
