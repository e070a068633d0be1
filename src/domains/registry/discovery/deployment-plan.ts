import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import { one } from '../../../catalog/record-fields.ts';
import type { Ask, Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isOffered } from '../relations.ts';
import { isNamed, regionName, releaseOrder, serviceName, versionName } from './arguments.ts';
import { planDeployments, planSteps, type ToldPlan } from './plan-steps.ts';

interface Goal {
  readonly service: string;
  readonly region: string;
  readonly state: string | null;
  readonly version: string | null;
  /** Whether it is there already, at that version or a higher one. */
  readonly is_reached: boolean;
}

/** Where the service is to be, at which version: the lowest that is offered and will do. */
function goalOf({ service, region, version }: Given, see: See): Sql {
  const least = releaseOrder(version);
  return sql`
    select s.name as service, r.name as region, g.state, v.name as version,
      coalesce(c.release_order >= coalesce(${least}, 0), false) as is_reached
    from service s
    join region r on r.name = ${region ?? null}::text and ${see('Region', sql`r`)}
    left join region_state g on g.region_id = r.id and ${see('RegionState', sql`g`)}
    left join deployment d on d.service_id = s.id and d.region_id = r.id and ${see('Deployment', sql`d`)}
    left join service_version c on c.id = d.current_version_id
    left join lateral (
      select v.name from service_version v
      where v.service_id = s.id and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)}
        and v.release_order >= coalesce(${least}, 0)
      order by case when ${least} is null then v.phase <> 'Published' end, case when ${least} is null then v.stage <> 'Stable' end,
        case when ${least} is null then -v.release_order else v.release_order end limit 1) v on true
    where ${isNamed(sql`s`, sql`${service ?? null}::text`, see)}`;
}

async function planOf(ask: Ask, see: See, { service, region, state, version, is_reached }: Goal): Promise<ToldPlan> {
  if (is_reached) return { steps: [], obstacle: null };
  if (version === null) return { steps: [], obstacle: `${service} offers no version that would do` };
  if (state === 'Closing' || state === 'Closed') return { steps: [], obstacle: `the region is ${state}` };
  return planDeployments(ask, see, [{ do: 'Deploy', service, region, version }]);
}

async function inquire(given: Given, see: See, ask: Ask): Promise<object | undefined> {
  const [goal] = await ask<Goal>(goalOf(given, see));
  if (goal === undefined) return undefined;
  return { service: goal.service, region: goal.region, ...(await planOf(ask, see, goal)) };
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
  prepare: { inquire },
  rows: (_given, _see, plan) => sql`
    select 1 as ord, s.id, s.id as service_id, r.id as region_id, k.plan
    from (select ${plan === undefined ? null : stringifyJson(plan)}::jsonb as plan) k
    join service s on s.name = k.plan ->> 'service'
    join region r on r.name = k.plan ->> 'region'`,
};
