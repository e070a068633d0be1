import { bool, choice, int, objects, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { stringifyJson } from '../../../catalog/manifests/json.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { Ask, Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deploymentHealth, healthOf } from '../health.ts';
import { propose } from '../proposal/propose.ts';
import { isOffered, knownVersion } from '../relations.ts';
import { releaseOrder, versionName } from './arguments.ts';
import { MOST_DEPTH } from './import-closure.ts';
import { importClosure } from './walk.ts';

const action = choice(
  'DeploymentAction',
  {
    Remove: 'The deployment is deleted, or lost.',
    Disable: 'It is disabled: no traffic is sent to it any more.',
    Lower: 'It goes back to a lower version.',
  },
  { description: 'What happens to the deployment.', default: 'Remove' },
);

const blocker = objects(
  'DeploymentBlocker',
  {
    rule: text({ description: 'The rule of the registry that refuses it: I5, V7 and so on.', required: true }),
    message: text({ description: 'Why, in a sentence.', required: true }),
  },
  { description: 'Why the registry refuses what is asked about.' },
);

const importer = objects(
  'ImpactedImporter',
  {
    service: text({ description: 'Object name of the service that imports.', required: true }),
    version: text({ description: 'The version of it that imports.', required: true }),
    deployment: text({ description: 'Its deployment in the region.', required: true }),
    importedVersion: text({ description: 'The version that it imports; null where it imports over others.' }),
    depth: int({ description: 'Number of imports between: 1 where it imports directly.', required: true }),
    isServed: bool({
      description: 'Whether the deployment serves this version now, so that it breaks.',
      required: true,
    }),
  },
  { description: 'A version, deployed in the same region, that imports what would be lost.' },
);

const user = objects(
  'ImpactedUser',
  {
    service: text({ description: 'Object name of the service that calls.', required: true }),
    isAutomatic: bool({
      description: 'Whether nobody states it: every other service uses the core services.',
      required: true,
    }),
    fallbackEndpoint: text({
      description: 'The address that it can use instead, in another region; null when there is none.',
    }),
  },
  { description: 'A service, deployed in the same region, that calls what would be lost, and does not import it.' },
);

const alternative = objects(
  'AlternativeDeployment',
  {
    region: text({ description: 'Name of the region.', required: true }),
    endpoint: text({ description: 'Host name at which the service is reached there.', required: true }),
    version: text({ description: 'The version that the deployment is at; null where you may not see it.' }),
    health: deploymentHealth,
  },
  { description: 'Another enabled deployment of the service.' },
);

const severity = choice(
  'ImpactSeverity',
  {
    Breaks: 'A deployment in the region loses what it imports.',
    Degraded:
      'Nothing loses what it imports; services that call it, and projects that use it, have to go elsewhere or without.',
    None: 'Nobody depends on it, as far as you see.',
  },
  { description: 'How bad it is.' },
);

const part =
  (column: string): ((row: Sql) => Sql) =>
  (row) =>
    sql`${row}.${sql.ident(column)}`;
const isTrue = (column: string, description: string): RecordField => value('Boolean', column, description);

const fields: Readonly<Record<string, RecordField>> = {
  deployment: one('Deployment', 'id', 'The deployment.'),
  severity: value('ImpactSeverity', 'severity', 'How bad it is.'),
  isAllowed: isTrue('is_allowed', 'Whether the registry allows it, as far as you see.'),
  blockers: { gives: 'objects', objects: blocker, description: 'Why it does not.', value: part('blockers') },
  lostVersions: value('String', 'lost_versions', 'Versions that are served there now, and would not be.', {
    list: true,
  }),
  lostTypes: value(
    'String',
    'lost_types',
    'Types of objects that are served there now and would not be, as type@version.',
    {
      list: true,
    },
  ),
  importers: {
    gives: 'objects',
    objects: importer,
    description:
      'What imports it in the same region, directly and over others; what is in other regions is not touched.',
    value: part('importers'),
  },
  usedBy: { gives: 'objects', objects: user, description: 'What calls it in the same region.', value: part('used_by') },
  entitledProjects: {
    gives: 'many',
    to: 'Project',
    description: 'Projects that use the service now.',
    link: {
      hops: [
        { table: 'deployment', on: (from, hop) => sql`${hop}.id = ${from}.id` },
        {
          table: 'service_entitlement',
          on: (from, hop) => sql`${hop}.service_id = ${from}.service_id and ${hop}.status_phase = 'Active'`,
        },
      ],
      on: (hop, to) => sql`${to}.id = ${hop}.project_id`,
    },
  },
  isPrimary: isTrue('is_primary', 'Whether it is in the primary region, so that writes of objects of no region stop.'),
  isLast: isTrue('is_last', 'Whether it is the last deployment of the service that you see.'),
  regionWouldClose: isTrue(
    'region_would_close',
    'Whether the region could not stay open: it is a core service, and is not there any more.',
  ),
  alternatives: {
    gives: 'objects',
    objects: alternative,
    description:
      'Enabled deployments of the service in other regions, the primary one first, and last those that say that they do not serve.',
    value: part('alternatives'),
  },
};

/** The deployment `d` of a name with its service `s` and its region `r`; none where one of them is not seen. */
const deploymentNamed = (name: unknown, see: See): Sql => sql`
  deployment d
  join service s on d.name = ${name ?? null}::text and s.id = d.service_id and ${see('Deployment', sql`d`)} and ${see('Service', sql`s`)}
  join region r on r.id = d.region_id and ${see('Region', sql`r`)}`;

/** `other`: the other deployments of the service; `alternative`: those of them that take traffic, the primary one first. */
const elsewhere = (see: See): Sql => sql`
  other as (
    select r.name as region, e.public_domain, ${knownVersion(sql`e.service_id`, sql`cur.version`, see)} as version, e.region_id, e.disabled, ${healthOf(sql`e`)} as health
    from target t
    join deployment e on e.service_id = t.service_id and e.id <> t.id and ${see('Deployment', sql`e`)}
    join region r on r.id = e.region_id and ${see('Region', sql`r`)}
    join service_version cur on cur.id = e.current_version_id),
  alternative as (
    select o.*, row_number() over (order by o.health = 'NotServing', o.region_id <> u.primary_region_id, o.region) as place
    from other o
    cross join target t
    left join service_runtime u on u.service_id = t.service_id and ${see('ServiceRuntime', sql`u`)}
    where not o.disabled)`;

interface Place {
  readonly service: string;
  readonly region: string;
  /** The version to go back to, where it is offered and lower than the present one. */
  readonly version: string | null;
}

const doings = { Remove: 'Undeploy', Disable: 'Disable', Lower: 'Deploy' } as const;

/** Why the registry refuses it: what its rules say of the change. */
async function findBlockers(given: Given, see: See, ask: Ask): Promise<object> {
  const [place] = await ask<Place>(sql`
    select s.name as service, r.name as region, v.name as version
    from ${deploymentNamed(given.deployment, see)}
    join service_version cur on cur.id = d.current_version_id
    left join service_version v on v.service_id = s.id and v.version = ${given.toVersion ?? null}::text
      and v.release_order < cur.release_order and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)}`);
  if (place === undefined) return [];
  const { version, ...where } = place;
  if (given.action === 'Lower' && version === null) {
    const none =
      given.toVersion === undefined
        ? 'To what it is lowered is not said: `toVersion`.'
        : 'There is no such version that is offered and lower than the present one.';
    return [{ place: 0, rule: 'V2', message: none }];
  }
  const change = {
    ...where,
    do: doings[(given.action ?? 'Remove') as keyof typeof doings],
    ...(version !== null && { version }),
  };
  const { errors } = await propose(ask, see, [change], { withPlan: false });
  return errors.map(({ rule, message }, place) => ({ place, rule: rule.slice(0, rule.indexOf('_')), message }));
}

/** Ids of the versions that would not be served any more, or not come to be. */
const lost = (version: Sql): Sql => sql`select ${version}.id from offered ${version} where ${version}.is_lost`;

/** Q6: what breaks when a deployment goes away, is disabled or is lowered. */
export const deploymentImpact: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'deploymentImpact',
  description:
    'What breaks when a deployment goes away, is disabled or goes back to a lower version, and whether the registry allows it. Null when there is no such deployment, or you may not see it, its service or its region.',
  args: {
    deployment: text({ description: 'Name of the deployment.', required: true, max: 253 }),
    action,
    toVersion: versionName({ description: 'With `LOWER`: the version that it goes back to.' }),
  },
  price: 50,
  record: {
    name: 'DeploymentImpact',
    description: 'What follows from the loss or change of a deployment.',
    fields,
    choices: [severity],
  },
  prepare: { inquire: findBlockers },
  rows: ({ deployment, action: done = 'Remove', toVersion }, see, blockers) => {
    const isLowered = done === 'Lower';
    const kept = isLowered ? sql`coalesce(v.release_order <= ${releaseOrder(toVersion)}, true)` : sql`false`;
    return sql`
      with recursive target as (
        select d.*, s.name as service, r.name as region, cur.release_order, coalesce(u.core, false) as core,
          u.primary_region_id is not distinct from d.region_id as is_primary, g.state is not distinct from 'Open' as is_open
        from ${deploymentNamed(deployment, see)}
        join service_version cur on cur.id = d.current_version_id
        left join service_runtime u on u.service_id = s.id and ${see('ServiceRuntime', sql`u`)}
        left join region_state g on g.region_id = r.id and ${see('RegionState', sql`g`)}),
      offered as (
        select v.*, v.release_order <= t.release_order as is_served, not (${kept}) as is_lost
        from target t
        join service_version v on v.service_id = t.service_id and ${see('ServiceVersion', sql`v`)}
        join service o on o.id = v.service_id and ${isOffered(sql`v`, sql`o`)}),
      near as (
        select e.service_id, e.name, cur.release_order
        from target t
        join deployment e on e.region_id = t.region_id and e.id <> t.id and ${see('Deployment', sql`e`)}
        join service_version cur on cur.id = e.current_version_id),
      ${importClosure(
        'importedBy',
        lost(sql`v`),
        MOST_DEPTH,
        see,
        sql`exists (select from near where near.service_id = v.service_id)`,
      )},
      importer as (
        select s.name as service, v.version, near.name as deployment, n.depth, v.release_order <= near.release_order as is_served, (
          select w.version from service_import i join offered w on w.id = i.target_version_id and w.is_lost
          where i.service_version_id = v.id and n.depth = 1 and ${see('ServiceImport', sql`i`)} limit 1) as imported
        from node n
        join service_version v on v.id = n.id
        join service s on s.id = v.service_id and ${see('Service', sql`s`)}
        join near on near.service_id = v.service_id
        where n.depth > 0),
      ${elsewhere(see)},
      caller as (
        select s.name as service, x.id is null as is_automatic
        from target t
        join near on true
        join service s on s.id = near.service_id and ${see('Service', sql`s`)}
        left join service_use x on x.service_id = s.id and x.target_service_id = t.service_id and ${see('ServiceUse', sql`x`)}
        where ${!isLowered} and s.name not in (select i.service from importer i where i.depth = 1)
          and (x.id is not null or t.core and not exists (
            select from service_runtime o where o.service_id = s.id and o.core and ${see('ServiceRuntime', sql`o`)}))),
      blocker as (select b.* from jsonb_to_recordset(${stringifyJson(blockers ?? [])}::jsonb) b (place int, rule text, message text))
      select 1 as ord, t.id, t.is_primary, not exists (select from other) as is_last,
        ${!isLowered} and t.core and t.is_open as region_would_close,
        array(select v.version from offered v where v.is_served and v.is_lost order by v.release_order desc) as lost_versions,
        array(
          select x.fqn || '@' || v.version from offered v join api_resource_version l on l.service_version_id = v.id
          join api_resource x on x.id = l.api_resource_id and ${see('ApiResource', sql`x`)}
          where v.is_served and v.is_lost order by x.fqn, v.release_order) as lost_types,
        (select jsonb_agg(jsonb_build_object('service', i.service, 'version', i.version, 'deployment', i.deployment, 'importedVersion', i.imported,
          'depth', i.depth, 'isServed', i.is_served) order by i.depth, i.service, i.version) from importer i) as importers,
        (select jsonb_agg(jsonb_build_object('service', z.service, 'isAutomatic', z.is_automatic, 'fallbackEndpoint', (
          select o.public_domain from alternative o where o.place = 1 and o.health <> 'NotServing')) order by z.service) from caller z) as used_by,
        (select jsonb_agg(jsonb_build_object('region', o.region, 'endpoint', o.public_domain, 'version', o.version, 'health', o.health) order by o.place)
         from alternative o) as alternatives,
        (select jsonb_agg(jsonb_build_object('rule', b.rule, 'message', b.message) order by b.place) from blocker b) as blockers,
        not exists (select from blocker) as is_allowed,
        case when exists (select from importer i where i.depth = 1 and i.is_served) then 'Breaks'
          when exists (select from caller) or exists (select from service_entitlement e where e.service_id = t.service_id and e.status_phase = 'Active'
            and ${see('ServiceEntitlement', sql`e`)}) then 'Degraded' else 'None' end as severity
      from target t`;
  },
};
