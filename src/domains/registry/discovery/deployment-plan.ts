import { z } from 'zod';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import type { Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isNamed, regionName, releaseOrder, serviceName, versionName } from './arguments.ts';
import { knownServicesOf, planSteps } from './known-services.ts';
import { type KnownService, knownServices, NoPlan, type PlanStep, planNeeds, toldPlan } from './plan.ts';
import { one } from './record-fields.ts';

const input = z.object({
  services: knownServices,
  service: z.string(),
  region: z.string(),
  state: z.string().nullable(),
  order: z.number().nullable(),
});

/** The service and all that it imports; the core services as well, as a region opens only with them. */
function read({ service, region, version }: Given, see: See): Sql {
  const core = sql`exists (select from service_runtime u where u.service_id = s.id and u.core and ${see('ServiceRuntime', sql`u`)})`;
  const named = isNamed(sql`s`, sql`${service ?? null}::text`, see);
  return sql`
    select k.services, s.name as service, r.name as region, g.state, ${releaseOrder(version)}::float8 as "order"
    from service s
    join region r on r.name = ${region ?? null}::text and ${see('Region', sql`r`)}
    left join region_state g on g.region_id = r.id and ${see('RegionState', sql`g`)}
    cross join (${knownServicesOf(sql`select s.id from service s where ${named} or ${core} and ${see('Service', sql`s`)}`, see)}) k
    where ${named}`;
}

/** The steps that bring a service to a region, opening that first where it is not open. */
function stepsTo({ services, service, region, state, order }: z.infer<typeof input>): PlanStep[] {
  const wanted = services.find(({ name }) => name === service);
  const isThere = wanted?.deployments.some((each) => each.region === region) === true;
  const goal = { service, region, order: order ?? (isThere ? undefined : preferredOrder(wanted)), because: 'the plan' };
  if (state === 'Open') return planNeeds(services, [goal]);
  if (state === 'Closing' || state === 'Closed') throw new NoPlan(`the region is ${state}`);
  const core = services
    .filter((one) => one.core)
    .map((one) => ({ service: one.name, region, order: undefined, because: 'a core service is in every open region' }));
  const opening: PlanStep = {
    action: 'OpenRegion',
    service: null,
    region,
    version: null,
    because: [`the region is ${state ?? 'without a state'}`],
  };
  const steps = planNeeds(services, [...core, goal]);
  // Core services come before the region opens (G1, G6), and import only each other (C5).
  const isEarly = (step: PlanStep): boolean => services.some((each) => each.core && each.name === step.service);
  return [...steps.filter(isEarly), opening, ...steps.filter((step) => !isEarly(step))];
}

/** What clients should use: the highest Published version that is stable, else the highest Published. */
function preferredOrder(service: KnownService | undefined): number | undefined {
  const published = service?.versions.filter(({ phase }) => phase === 'Published').toReversed() ?? [];
  return (published.find(({ version }) => /^v\d+$/.test(version)) ?? published[0])?.order;
}

async function compute([row]: readonly Readonly<Record<string, unknown>>[]): Promise<object | undefined> {
  if (row === undefined) return undefined;
  const given = input.parse(row);
  const { service, region } = given;
  return { service, region, ...toldPlan(() => stepsTo(given)) };
}

const fields: Readonly<Record<string, RecordField>> = {
  service: one('Service', 'service_id', 'The service.'),
  region: one('Region', 'region_id', 'The region.'),
  steps: {
    gives: 'objects',
    objects: planSteps,
    description: 'What to do, in this order; nothing when the service is there already.',
    value: (row) => sql`(${row}.plan -> 'steps')`,
  },
  obstacle: {
    gives: 'value',
    type: 'String',
    nullable: true,
    description: 'Why there is no plan, in a sentence; null when there is one.',
    value: (row) => sql`(${row}.plan ->> 'obstacle')`,
  },
};

/** Q20: what has to happen to bring a service to a region. */
export const deploymentPlan: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'deploymentPlan',
  description:
    'What has to happen, in which order, to bring a service to a region or to a higher version there: what it imports, at the lowest version that will do, before it. Null when there is no such service or region, or you may not see it.',
  args: {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    region: regionName({ description: 'Name of the region.', required: true }),
    version: versionName({
      description:
        'The version to reach, or the next higher one that is offered. Default: the one that clients should use or, where the service is deployed, the one it is at.',
    }),
  },
  price: 50,
  record: { name: 'DeploymentPlan', description: 'What has to happen to bring a service to a region.', fields },
  prepare: { rows: read, compute },
  rows: (_given, _see, plan) => sql`
    select 1 as ord, s.id, s.id as service_id, r.id as region_id, k.plan
    from (select ${plan === undefined ? null : stringifyJson(plan)}::jsonb as plan) k
    join service s on s.name = k.plan ->> 'service'
    join region r on r.name = k.plan ->> 'region'`,
};
