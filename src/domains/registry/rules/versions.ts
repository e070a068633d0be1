import { sql } from '../../../platform/db/sql.ts';
import { reportedOf } from '../health.ts';
import { isOffered } from '../relations.ts';
import { broken, fact, type Rule, side, undeploy } from './rule.ts';

/** The lowest version above the current one that is offered: what a deployment can go on with. */
const next = sql`(select x.name, x.release_order from service_version x where x.service_id = s.id and x.release_order > c.release_order
  and ${isOffered(sql`x`, sql`s`)} order by x.release_order limit 1)`;

const upgrading = sql`${reportedOf(sql`d`, 'upgrade')}->>'stage'`;
const installed = sql`${reportedOf(sql`o`, 'available_upgrade')}->>'apiVersion'`;

const deployment = sql`
  from deployment d
  join service s on s.id = d.service_id
  join service_version c on c.id = d.current_version_id
  join region r on r.id = d.region_id`;

/** How many published versions a deployment is behind, with the newest one. */
const behind = sql`cross join lateral (
  select count(*) as steps, (array_agg(x.name order by x.release_order desc))[1] as newest from service_version x
  where x.service_id = s.id and x.release_order > c.release_order and x.phase = 'Published') k`;

export const versionRules: readonly Rule[] = [
  {
    id: 'V1',
    code: 'V1_NO_VERSION',
    severity: 'warning',
    sentence: 'A published service that runs as an API has a version.',
    on: ['Service', 'ServiceRuntime'],
    find: (within) =>
      broken(sql`format('%s has no version yet.', s.name)`, {
        sides: [
          side('ServiceRuntime', sql`u.name`, 'spec.serviceRef', { of: sql`s.name` }),
          side('Service', sql`s.name`, 'spec.phase'),
        ],
        named: { Service: ['s'], ServiceRuntime: ['u'] },
        from: sql`from service s join service_runtime u on u.service_id = s.id
          where s.phase = 'Published' and ${within.service(sql`s.id`)}
            and not exists (select from service_version v where v.service_id = s.id)`,
      }),
  },
  {
    id: 'V2',
    code: 'V2_VERSION_NOT_OFFERED',
    severity: 'error',
    sentence: 'The current version of a deployment is offered: Published or Deprecated, and so is its service.',
    on: ['Service', 'ServiceVersion', 'Deployment'],
    find: (within) =>
      broken(
        sql`format('%s is at %s, which is not offered: it is %s, and its service is %s.', d.name, c.name, c.phase, s.phase)`,
        {
          sides: [
            side('Deployment', sql`d.name`, 'spec.currentVersionRef', {
              missing: [
                sql`case when c.phase = 'Draft' then ${fact('Publish', { version: sql`c.name` })}
              when l.name is not null then ${fact('Deploy', { service: sql`s.name`, region: sql`r.name`, version: sql`l.name`, order: sql`l.release_order` })}
              else ${undeploy} end`,
              ],
            }),
            side('ServiceVersion', sql`c.name`, 'spec.phase', {
              code: 'V5_VERSION_IN_USE',
              missing: [
                sql`case when l.name is null then ${undeploy}
              else ${fact('Deploy', { service: sql`s.name`, region: sql`r.name`, version: sql`l.name`, order: sql`l.release_order` })} end`,
              ],
            }),
            side('Service', sql`s.name`, 'spec.phase', { code: 'SERVICE_IN_USE', missing: [undeploy] }),
          ],
          named: { Service: ['s'], ServiceVersion: ['c'], Deployment: ['d'], Region: ['r'] },
          from: sql`${deployment} left join lateral ${next} l on true
          where ${within.service(sql`d.service_id`)} and not ${isOffered(sql`c`, sql`s`)}`,
        },
      ),
  },
  {
    id: 'V4',
    code: 'V4_VERSION_SKEW',
    severity: 'warning',
    sentence: 'A deployment is less than two published versions behind, and not for longer than its service allows.',
    on: ['ServiceVersion', 'Deployment', 'ServiceRuntime'],
    find: (within) =>
      broken(
        sql`format('%s is at %s, %s behind %s.', d.name, c.name, case k.steps when 1 then 'one version' else k.steps || ' versions' end, k.newest)`,
        {
          sides: [
            side('Deployment', sql`d.name`, 'spec.currentVersionRef', {
              missing: [fact('Deploy', { service: sql`s.name`, region: sql`r.name`, version: sql`k.newest` })],
            }),
          ],
          named: { ServiceVersion: ['c'], Deployment: ['d'], Region: ['r'] },
          from: sql`${deployment} ${behind}
          left join service_runtime u on u.service_id = s.id
          where ${within.service(sql`d.service_id`)} and (k.steps >= 2 or k.steps = 1 and exists (
            select from service_version x where x.service_id = s.id and x.name = k.newest
              and x.created_at < write_instant() - make_interval(days => u.max_skew_days)))`,
        },
      ),
  },
  {
    id: 'V5',
    code: 'V5_VERSION_IN_USE',
    severity: 'error',
    sentence: 'A type of object in an API has a version that is not retired.',
    on: ['ServiceVersion', 'ApiResource'],
    find: (within) =>
      broken(sql`format('%s would be left without a version.', a.name)`, {
        sides: [
          side('ApiResource', sql`a.name`, 'spec.versionRefs', { code: 'VERSION_RETIRED' }),
          side('ServiceVersion', sql`v.name`, 'spec.phase'),
        ],
        named: { ApiResource: ['a'], ServiceVersion: ['v'] },
        from: sql`from api_resource a
          join api_resource_version l on l.api_resource_id = a.id
          join service_version v on v.id = l.service_version_id
          where ${within.service(sql`a.service_id`)} and not exists (
            select from api_resource_version m join service_version x on x.id = m.service_version_id
            where m.api_resource_id = a.id and x.phase <> 'Retired')`,
      }),
  },
  {
    id: 'V6',
    code: 'V6_UPGRADE_NOT_READY',
    severity: 'error',
    sentence:
      'A deployment gets another version when no upgrade of it is under way, and a higher one when the images of its service have it, wherever they tell.',
    on: ['Deployment'],
    find: (within) =>
      broken(
        sql`case when o.id = d.id and ${upgrading} <> 'Ready' then format('An upgrade of %s is under way: it is %s.', d.name, ${upgrading})
          else format('%s is to serve %s, but what is installed as %s has no more than %s.', d.name, c.name, o.name, ${installed}) end`,
        {
          sides: [side('Deployment', sql`d.name`, 'spec.currentVersionRef')],
          named: { ServiceVersion: ['c'], Deployment: ['d', 'o'] },
          from: sql`${deployment}
            join deployment o on o.service_id = d.service_id
            join service_version p on p.id = o.current_version_id
            left join service_version a on a.service_id = d.service_id and a.version = ${installed}
            where d.id = any(${within.moved}::uuid[]) and (o.id = d.id and ${upgrading} <> 'Ready'
              or d.id = any(${within.raised}::uuid[]) and a.release_order < c.release_order and (o.id = d.id or p.release_order < c.release_order))`,
        },
      ),
  },
  {
    id: 'V9',
    code: 'V9_NOT_IN_VERSION',
    severity: 'error',
    sentence: 'What is said of a type in one version is about a version that has the type.',
    on: ['ApiResource'],
    find: (within) =>
      broken(
        sql`format('%s says what it is like in %s, which is not among its versions.', a.name, p.entry->>'version')`,
        {
          sides: [side('ApiResource', sql`a.name`, sql`format('spec.perVersion[%s].version', p.place - 1)`)],
          named: { ApiResource: ['a'] },
          from: sql`from api_resource a
          cross join lateral jsonb_array_elements(a.per_version) with ordinality p (entry, place)
          where ${within.service(sql`a.service_id`)} and not exists (
            select from api_resource_version l join service_version v on v.id = l.service_version_id
            where l.api_resource_id = a.id and v.version = p.entry->>'version')`,
        },
      ),
  },
  {
    id: 'V10',
    code: 'V10_REGIONAL_DIFFERS',
    severity: 'warning',
    sentence: 'The names of a type’s objects have the region in all of its versions or in none.',
    on: ['ApiResource'],
    find: (within) =>
      broken(sql`format('%s is regional in some of its versions and not in others.', a.name)`, {
        sides: [side('ApiResource', sql`a.name`, 'spec.perVersion')],
        named: { ApiResource: ['a'] },
        from: sql`from api_resource a
          where ${within.service(sql`a.service_id`)} and (
            select count(distinct coalesce((e->>'isRegional')::boolean, false)) from jsonb_array_elements(a.per_version) e) > 1`,
      }),
  },
];
