import { bigint, choice, objects, text, texts } from '../../catalog/fields.ts';
import type { See } from '../../catalog/link.ts';
import type { RecordField, RecordsQuery } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { quotaLimits, statedMetric } from '../services/index.ts';
import { statedLastBy } from './limits-in-force.ts';
import { registrant } from './registrant.ts';

const rule = objects(
  'QuotaClaimRule',
  {
    apiGroup: text({ description: 'API group of the Kind.', required: true }),
    kind: text({ description: 'Name of the Kind.', required: true }),
    cost: bigint({ description: 'Amount of the resource that the creation of one object uses up.', required: true }),
  },
  { description: 'What the creation of an object of a Kind uses up.' },
);

const value = (type: string, column: string, description: string, nullable = true): RecordField => ({
  gives: 'value',
  type,
  description,
  nullable,
  value: (row) => sql`${row}.${sql.ident(column)}`,
});

const one = (to: string, column: string, description: string): RecordField => ({
  gives: 'one',
  to,
  description,
  link: { on: (from, target) => sql`${target}.id = ${from}.${sql.ident(column)}` },
});

const fields: Readonly<Record<string, RecordField>> = {
  resourceType: value('String', 'resource_type', 'The resource type of quota, as it was given.', false),
  origin: value(
    'QuotaResourceOrigin',
    'origin',
    'Where the resource comes from; null when nothing of this name is counted, or nothing that you may see.',
  ),
  displayName: value(
    'String',
    'display_name',
    'Name for people: that of the registration, else that of the limit, else that of the metric.',
  ),
  description: value('String', 'description', 'What is counted, in plain language.'),
  service: one('Service', 'service_id', 'The service that the resource belongs to.'),
  revisionNumber: value('Int', 'revision_number', 'Number of the revision in force that states the limits.'),
  registration: one('ResourceRegistration', 'registration_id', 'The registration of the resource.'),
  meter: one(
    'MeterDefinition',
    'meter_id',
    'The meter of the metric that is limited; null when the metric only counts for quota.',
  ),
  metric: {
    gives: 'objects',
    description: 'The metric that is limited, with its unit and its kind, as the configuration in force states it.',
    objects: statedMetric,
    value: (row) => sql`${row}.metric`,
  },
  limits: {
    gives: 'objects',
    description: 'The limits in force on the resource.',
    objects: quotaLimits,
    value: (row) => sql`${row}.limits`,
  },
  claimRules: {
    gives: 'objects',
    description: 'What of the resource the creation of objects uses up, by Kind.',
    objects: rule,
    value: (row) => sql`${row}.rules`,
  },
  gating: value('QuotaGating', 'gating', 'When quota is granted; null when no limits are in force.'),
  entitledProjects: {
    gives: 'many',
    to: 'Project',
    description: 'The projects that may use the service now, and so are granted the default limits.',
    link: {
      hops: [
        {
          table: 'service_entitlement',
          on: (from, hop) => sql`${hop}.service_id = ${from}.id and ${hop}.status_phase = 'Active'`,
        },
      ],
      on: (hop, to) => sql`${to}.id = ${hop}.project_id`,
    },
  },
};

const origin = choice(
  'QuotaResourceOrigin',
  {
    Generated: 'A limit of a service configuration in force states it; the registration is generated from that.',
    HandMade: 'Somebody states its registration by hand, which takes the place of a generated one.',
  },
  { description: 'Where a resource that quota counts comes from.' },
);

/** A row of the list has to have an id; without a service it is one that nothing has. */
const noService = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

/** What the configuration in force says of a metric, from one of its lists. */
const stated = (list: Sql, entry: Sql, condition: Sql): Sql =>
  sql`lateral (select jsonb_agg(${entry} order by e.place) as entries
    from jsonb_array_elements(${list}) with ordinality as e(entry, place) where ${condition})`;

/** What of a metric the creation of objects uses up, by the policies that follow from the configurations of a service. */
const claimRules = (service: Sql, metric: Sql, see: See): Sql => sql`
  select jsonb_agg(jsonb_build_object('apiGroup', split_part(p.trigger_resource_api_version, '/', 1), 'kind', p.trigger_resource_kind,
    'cost', r.request -> 'amount') order by p.name) as entries
  from service_configuration x
  join claim_creation_policy p on p.configuration_id = x.id and p.phase in ('Published', 'Deprecated')
  cross join lateral jsonb_array_elements(p.target_resource_claim_template #> '{spec,requests}') as r(request)
  where x.service_id = ${service}.id and r.request ->> 'resourceType' = ${metric} and ${see('ServiceConfiguration', sql`x`)}`;

/** What quota asks of resource types that it counts: limits, what uses them up, what to call them, and who has them. */
export const quotaResources: RecordsQuery = {
  name: 'quotaResources',
  gives: 'records',
  description:
    'What quota counts under resource types, in the order of the argument: the limits and claim rules in force, the service that they belong to, and the registration. A resource type is the canonical name of a metric, or what a registration calls it.',
  args: {
    resourceTypes: texts({
      description: 'The resource types, at most 1,000. One that is given twice is answered twice.',
      required: true,
      max: 1_000,
      item: { max: 253 },
    }),
  },
  sizedBy: 'resourceTypes',
  record: {
    name: 'QuotaResource',
    description: 'What quota counts under one resource type.',
    fields,
    choices: [origin],
  },
  rows: ({ resourceTypes }, see) => {
    const ofMetric = sql`e.entry ->> 'metric' = k.name`;
    return sql`
      select k.ord, k.name as resource_type, coalesce(s.id, ${noService}) as id, s.id as service_id, r.id as registration_id, m.id as meter_id,
        case when r.id is not null and r.configuration_id is null then 'HandMade'
          when r.id is not null or l.entries is not null then 'Generated' end as origin,
        coalesce(r.annotations ->> 'kubernetes.io/display-name', nullif(l.entries #>> '{0,displayName}', ''),
          m.display_name, f.entries #>> '{0,displayName}') as display_name,
        coalesce(r.description, l.entries #>> '{0,description}', m.description, f.entries #>> '{0,description}') as description,
        case when l.entries is not null then c.revision_number end as revision_number, l.entries as limits, q.entries as rules, f.entries -> 0 as metric,
        case when l.entries is not null then coalesce(c.billing_quota_gating, 'OrganizationDefault') end as gating
      from unnest(${resourceTypes as string[]}::text[]) with ordinality k (name, ord)
      left join resource_registration r on r.resource_type = k.name and ${see('ResourceRegistration', sql`r`)}
      left join lateral (
        select x.* from service x where x.service_name in (split_part(k.name, '/', 1), ${registrant(sql`r`)}) and ${see('Service', sql`x`)}
        order by x.service_name = split_part(k.name, '/', 1) desc limit 1) s on true
      left join published_meter h on h.meter_name = k.name
      left join service_configuration c on ${statedLastBy({ metric: sql`h`, service: sql`s`, configuration: sql`c` }, see)}
      left join meter_definition m on m.meter_name = k.name and m.phase <> 'Draft' and ${see('MeterDefinition', sql`m`)}
      cross join ${stated(sql`c.quota_limits`, sql`e.entry`, ofMetric)} l
      cross join ${stated(sql`c.metrics`, sql`e.entry`, sql`e.entry ->> 'name' = k.name`)} f
      cross join lateral (${claimRules(sql`s`, sql`k.name`, see)}) q`;
  },
};
