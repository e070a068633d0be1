import { int, objects, text } from '../../../catalog/fields.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { deploymentHealth, healthOf } from '../health.ts';
import { isAhead, knownVersion } from '../relations.ts';
import { isNamed, serviceName } from './arguments.ts';

const behind = objects(
  'DeploymentSkew',
  {
    deployment: text({ description: 'Name of the deployment.', required: true }),
    region: text({ description: 'Name of its region.', required: true }),
    current: text({ description: 'The version that it is at; null where you may not see it.' }),
    stepsBehind: int({ description: 'How many Published versions are above it.', required: true }),
    health: deploymentHealth,
    daysBehind: int({
      description: 'For how many days the next Published version has been registered; 0 when there is none.',
      required: true,
    }),
  },
  { description: 'How far a deployment is behind the newest version.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  service: one('Service', 'service_id', 'The service.'),
  newest: one('ServiceVersion', 'newest_id', 'Its highest Published version; null when it has none.'),
  spread: value('Int', 'spread', 'How many Published versions its deployments are apart at most.'),
  isTooOld: value(
    'Boolean',
    'is_too_old',
    'Whether a deployment is two or more versions behind, or longer behind than the service allows (rule V4).',
  ),
  deployments: {
    gives: 'objects',
    objects: behind,
    description: 'Its deployments, those farthest behind first.',
    value: (row) => sql`${row}.deployments`,
  },
};

/** Q13: how far apart the deployments of services are. */
export const versionSkew: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'versionSkew',
  description: 'How far the deployments of each service are behind its newest version and apart, by service name.',
  args: {
    service: serviceName({
      description: 'Only this service, by its object name or its canonical name. Default: all that are deployed.',
    }),
  },
  record: { name: 'VersionSkew', description: 'How far the deployments of a service are apart.', fields },
  // What is worked out of the deployments is a left join: PostgreSQL leaves it out where only services are counted.
  rows: ({ service }, see, _, within) => sql`
    with page as (
      select s.id, s.name from service s
      where ${service === undefined ? see('Service', sql`s`) : isNamed(sql`s`, sql`${service}::text`, see)}
        and exists (select from deployment d join region r on r.id = d.region_id where d.service_id = s.id
          and ${see('Deployment', sql`d`)} and ${see('Region', sql`r`)})${within(sql`s.name`)})
    select s.name as key, s.id, s.id as service_id, (
        select v.id from service_version v where v.service_id = s.id and v.phase = 'Published' and ${see('ServiceVersion', sql`v`)}
        order by v.release_order desc limit 1) as newest_id, k.spread, k.deployments, k.steps > 1 or k.days > o.max_skew_days is true as is_too_old
    from page s
    left join service_runtime o on o.service_id = s.id and ${see('ServiceRuntime', sql`o`)}
    left join lateral (
      select max(b.steps) as steps, max(b.days) as days, max(b.steps) - min(b.steps) as spread, jsonb_agg(jsonb_build_object('deployment', d.name,
        'region', r.name, 'current', ${knownVersion(sql`s.id`, sql`cur.version`, see)}, 'stepsBehind', b.steps, 'daysBehind', b.days, 'health', ${healthOf(sql`d`)}) order by b.steps desc, r.name) as deployments
      from deployment d
      join region r on r.id = d.region_id and ${see('Region', sql`r`)}
      join service_version cur on cur.id = d.current_version_id
      cross join lateral (
        select count(*)::int as steps, coalesce(extract(day from statement_timestamp() - min(v.created_at)), 0)::int as days
        from service_version v
        where ${isAhead(sql`v`, sql`cur`)} and ${see('ServiceVersion', sql`v`)}) b
      where d.service_id = s.id and ${see('Deployment', sql`d`)}) k on true`,
};
