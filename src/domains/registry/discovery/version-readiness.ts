import { z } from 'zod';
import { objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { Ask, Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deploymentHealth, healthOf } from '../health.ts';
import { isOffered, knownVersion } from '../relations.ts';
import { isNamed, serviceName, versionName } from './arguments.ts';
import { type PlanStep, planDeployments, planSteps, type ToldPlan } from './plan-steps.ts';

const blockingDeployment = objects(
  'BlockingDeployment',
  {
    deployment: text({ description: 'Name of the deployment.', required: true }),
    region: text({ description: 'Name of its region.', required: true }),
    current: text({ description: 'The version that it is at; null where you may not see it.' }),
    serves: texts({ description: 'The versions that it serves, the highest first.' }),
    installedVersion: text({
      description:
        'The highest version that what is installed there could serve; null where it does not tell, or you may not see it.',
    }),
    upgradeStage: text({
      description:
        'Stage of the upgrade that is under way there, until the end of which its version stays: InitialSyncing or Switching.',
    }),
    health: deploymentHealth,
  },
  { description: 'A deployment that has to be raised first.' },
);

const blockingImporter = objects(
  'BlockingImporter',
  {
    service: text({ description: 'Object name of the service that imports.', required: true }),
    version: text({ description: 'The version of it that imports.', required: true }),
    importedVersion: text({ description: 'The version that it imports.', required: true }),
    deployments: texts({ description: 'Names of its deployments that serve this version.' }),
  },
  { description: 'A version of another service that imports an old version.' },
);

const importer = z.object({ service: z.string(), version: z.string() });
const input = z.object({
  service: z.string(),
  old: z.string().nullable(),
  target: z.string().nullable(),
  target_order: z.number().nullable(),
  deployments: z.array(z.object({ region: z.string() })),
  importers: z.array(importer),
});

/** Versions that have to be left: the one to retire, or all below the one to reach. */
function read({ service, retire, target }: Given, see: See): Sql {
  const named = isNamed(sql`s`, sql`${service ?? null}::text`, see);
  const isOld = (order: Sql): Sql =>
    typeof retire === 'string' ? sql`${order} = old.release_order` : sql`${order} < goal.release_order`;
  return sql`
    select s.id::text, s.name as service, old.version as old, goal.version as target, goal.release_order::float8 as target_order,
      d.deployments, i.importers, q.resources,
      (select count(*)::int from service_entitlement e where e.service_id = s.id and e.status_phase = 'Active'
        and ${see('ServiceEntitlement', sql`e`)}) as projects
    from service s
    left join service_version old on old.service_id = s.id and old.version = ${retire ?? null}::text and ${see('ServiceVersion', sql`old`)}
    left join lateral (
      select v.* from service_version v
      where v.service_id = s.id and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)}
        and (old.id is null or v.release_order > old.release_order)
        and case when ${target ?? null}::text is not null then v.version = ${target ?? null}::text
          else old.id is not null or v.phase = 'Published' end
      order by case when old.id is null then -v.release_order else v.release_order end limit 1) goal on true
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('deployment', d.name, 'region', r.name, 'current', ${knownVersion(sql`s.id`, sql`cur.version`, see)}, 'health', ${healthOf(sql`d`)},
        'installedVersion', ${knownVersion(sql`s.id`, sql`(d.available_upgrade->>'apiVersion')`, see)}, 'upgradeStage', nullif(d.upgrade->>'stage', 'Ready'), 'serves', array(
        select v.version from service_version v where v.service_id = s.id and v.release_order <= cur.release_order
          and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)} order by v.release_order desc)) order by r.name), '[]') as deployments
      from deployment d
      join region r on r.id = d.region_id and ${see('Region', sql`r`)}
      join service_version cur on cur.id = d.current_version_id
      where d.service_id = s.id and ${isOld(sql`cur.release_order`)} and ${see('Deployment', sql`d`)}) d
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('service', o.name, 'version', v.version, 'importedVersion', w.version, 'deployments', array(
        select e.name from deployment e join service_version cur on cur.id = e.current_version_id
        where e.service_id = o.id and cur.release_order >= v.release_order and ${see('Deployment', sql`e`)} order by e.name))
        order by o.name, v.release_order), '[]') as importers
      from service_version w
      join service_import i on i.target_version_id = w.id and ${see('ServiceImport', sql`i`)}
      join service_version v on v.id = i.service_version_id and ${see('ServiceVersion', sql`v`)}
      join service o on o.id = v.service_id and ${see('Service', sql`o`)} and ${isOffered(sql`v`, sql`o`)}
      where w.service_id = s.id and ${isOld(sql`w.release_order`)} and ${see('ServiceVersion', sql`w`)}) i
    cross join lateral (
      select coalesce(jsonb_agg(x.fqn order by x.fqn), '[]') as resources
      from api_resource x where x.service_id = s.id and ${see('ApiResource', sql`x`)}
        and exists (select from api_resource_version l where l.api_resource_id = x.id and l.service_version_id = old.id)
        and not exists (select from api_resource_version l where l.api_resource_id = x.id and l.service_version_id <> old.id)) q
    where ${named} and case when ${retire ?? null}::text is null then goal.id is not null else old.id is not null end`;
}

/** Raise what is at the bottom, then let importers go over to it, then retire. */
async function nextSteps(ask: Ask, see: See, asked: Given, given: z.infer<typeof input>): Promise<ToldPlan> {
  const { service, old, target, deployments, importers } = given;
  if (target === null && typeof asked.target === 'string')
    return { steps: [], obstacle: `${service} offers no ${asked.target} above ${old}` };
  if (target === null && deployments.length + importers.length > 0)
    return { steps: [], obstacle: `${service} offers no higher version to go over to` };
  const raised = deployments.map(({ region }) => ({
    do: 'Deploy' as const,
    service,
    region,
    version: `${service}.${target}`,
  }));
  const plan = raised.length === 0 ? { steps: [], obstacle: null } : await planDeployments(ask, see, raised);
  if (plan.steps.length === 0 && plan.obstacle !== null) return plan;
  const moved = importers.map(
    (each): PlanStep => ({
      action: 'MoveImport',
      service: each.service,
      region: null,
      version: each.version,
      because: [`${service}@${target}`],
    }),
  );
  const retired: PlanStep[] =
    old === null ? [] : [{ action: 'Retire', service, region: null, version: old, because: ['the plan'] }];
  return { steps: [...plan.steps, ...moved, ...retired], obstacle: plan.obstacle };
}

async function inquire(given: Given, see: See, ask: Ask): Promise<object | undefined> {
  const [row] = await ask<Readonly<Record<string, unknown>>>(read(given, see));
  return row && { ...row, ...(await nextSteps(ask, see, given, input.parse(row))) };
}

const part =
  (name: string): ((row: Sql) => Sql) =>
  (row) =>
    sql`(${row}.answer -> ${name}::text)`;

const fields: Readonly<Record<string, RecordField>> = {
  service: one('Service', 'id', 'The service.'),
  isReady: value('Boolean', 'is_ready', 'Whether nothing is in the way, as far as you see.'),
  target: value('String', 'target', 'The version to go over to; null where none that is offered will do.', {
    nullable: true,
  }),
  blockingDeployments: {
    gives: 'objects',
    objects: blockingDeployment,
    description: 'Deployments of the service that have to be raised first.',
    value: part('deployments'),
  },
  blockingImporters: {
    gives: 'objects',
    objects: blockingImporter,
    description: 'Versions of other services that still import an old version.',
    value: part('importers'),
  },
  soleResourceTypes: {
    gives: 'value',
    type: 'String',
    list: true,
    nullable: false,
    description:
      'Types of objects that only the version which is to be retired has: they would be left without a version.',
    value: (row) => sql`array(select jsonb_array_elements_text(${row}.answer -> 'resources'))`,
  },
  entitledProjectCount: value(
    'Int',
    'projects',
    'How many projects use the service now, of those whose entitlement you may see.',
  ),
  nextSteps: {
    gives: 'objects',
    objects: planSteps,
    description: 'What to do, in this order: the service is raised, then what imports it, then the version is retired.',
    value: part('steps'),
  },
  obstacle: value('String', 'obstacle', 'Why there is no plan, in a sentence; null when there is one.', {
    nullable: true,
  }),
};

/** Q9: whether a version can be retired, or everybody has gone over to one. */
export const versionReadiness: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'versionReadiness',
  description:
    'Whether a version of a service can be retired, or whether everything has gone over to a higher one: what is in the way, and what to do in which order. Null when there is no such service or version, or you may not see it.',
  args: {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    retire: versionName({ description: 'The version that is to be retired.' }),
    target: versionName({
      description:
        'The version that everything is to go over to, above that which is to be retired. Default: the next one above that, or the highest Published one where none is to be retired.',
    }),
  },
  price: 50,
  record: { name: 'VersionReadiness', description: 'Whether a version of a service can be left.', fields },
  prepare: { inquire },
  rows: (_given, _see, answer) => sql`
    select 1 as ord, (k.answer ->> 'id')::uuid as id, k.answer, k.answer ->> 'target' as target, (k.answer ->> 'projects')::int as projects,
      k.answer ->> 'obstacle' as obstacle,
      jsonb_array_length(k.answer -> 'deployments') + jsonb_array_length(k.answer -> 'importers') + jsonb_array_length(k.answer -> 'resources') = 0 as is_ready
    from (select ${answer === undefined ? null : stringifyJson(answer)}::jsonb as answer) k where k.answer is not null`,
};
