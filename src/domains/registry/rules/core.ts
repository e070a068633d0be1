import { sql } from '../../../platform/db/sql.ts';
import { isOffered } from '../relations.ts';
import { broken, fact, type Rule, side } from './rule.ts';

const runtime = sql`from service_runtime u join service s on s.id = u.service_id`;
const core = sql`${runtime} where u.core`;

/** How many published versions behind a deployment is. */
const steps = (deployment: string) => sql`(
  select count(*) from service_version c join service_version x on x.service_id = c.service_id and x.release_order > c.release_order
  where c.id = ${sql.raw(deployment)}.current_version_id and x.phase = 'Published')`;

const firstLabel = sql`split_part(u.global_domain, '.', 1)`;
const bundleOf = (row: string) => sql`regexp_replace(${sql.raw(row)}.global_domain, '^[^.]*\\.', '')`;

export const coreRules: readonly Rule[] = [
  {
    id: 'C2',
    code: 'C2_CORE_PRIMARY_REGION',
    severity: 'error',
    sentence: 'All core services have the same primary region.',
    on: ['ServiceRuntime'],
    find: () =>
      broken(sql`format('The primary region of %s is %s, that of %s is %s.', s.name, r.name, t.name, q.name)`, {
        sides: [
          side('ServiceRuntime', sql`u.name`, 'spec.primaryRegionRef', {
            of: sql`s.name`,
            missing: [fact('MovePrimary', { service: sql`t.name`, region: sql`r.name` })],
          }),
          side('ServiceRuntime', sql`o.name`, 'spec.primaryRegionRef', {
            of: sql`t.name`,
            missing: [fact('MovePrimary', { service: sql`s.name`, region: sql`q.name` })],
          }),
        ],
        named: { Service: ['s', 't'], ServiceRuntime: ['u', 'o'], Region: ['r', 'q'] },
        from: sql`${runtime}
          join region r on r.id = u.primary_region_id
          join service_runtime o on o.core and o.primary_region_id <> u.primary_region_id
          join service t on t.id = o.service_id
          join region q on q.id = o.primary_region_id
          where u.core`,
      }),
  },
  {
    id: 'C3',
    code: 'C3_CORE_SKEW',
    severity: 'warning',
    sentence: 'The core services in a region are equally far behind their newest versions.',
    on: ['Deployment', 'ServiceRuntime', 'ServiceVersion'],
    find: (within) =>
      broken(
        sql`format('Of the core services in %s some are up to %s versions further behind than others, such as %s.', r.name, k.spread, d.name)`,
        {
          sides: [side('Deployment', sql`d.name`, 'spec.currentVersionRef')],
          named: { Region: ['r'], Deployment: ['d'] },
          from: sql`from (
            select b.region_id, max(b.steps) - min(b.steps) as spread, (array_agg(b.id order by b.steps desc, b.name))[1] as last
            from (select d.region_id, d.id, d.name, ${steps('d')} as steps from deployment d
              join service_runtime u on u.service_id = d.service_id and u.core where ${within.region(sql`d.region_id`)}) b
            group by 1 having max(b.steps) > min(b.steps)) k
          join region r on r.id = k.region_id
          join deployment d on d.region_id = k.region_id and ${within.service(sql`d.service_id`)}
          join service_runtime u on u.service_id = d.service_id and u.core
          where ${steps('d')} > 0`,
        },
      ),
  },
  {
    id: 'C4',
    code: 'C4_CORE_NOT_PUBLIC',
    severity: 'error',
    sentence: 'Core services are Public.',
    on: ['ServiceRuntime'],
    find: (within) =>
      broken(sql`format('%s is a core service and %s.', s.name, u.visibility)`, {
        sides: [side('ServiceRuntime', sql`u.name`, 'spec.visibility', { of: sql`s.name` })],
        named: { Service: ['s'], ServiceRuntime: ['u'] },
        from: sql`${core} and u.visibility <> 'Public' and ${within.service(sql`u.service_id`)}`,
      }),
  },
  {
    id: 'C5',
    code: 'C5_CORE_IMPORTS_CORE',
    severity: 'error',
    sentence: 'Core services import only core services.',
    on: ['ServiceRuntime', 'ServiceImport', 'ServiceVersion', 'Service'],
    find: (within) =>
      broken(sql`format('%s belongs to a core service and imports %s, which is none.', v.name, t.name)`, {
        sides: [
          side('ServiceImport', sql`n.name`, 'spec.targetServiceRef'),
          side('ServiceVersion', sql`v.name`, 'spec.phase'),
          side('ServiceRuntime', sql`u.name`, 'spec.core', { of: sql`s.name` }),
          side('ServiceRuntime', sql`t.name`, 'spec.core', { of: sql`t.name` }),
          side('Service', sql`s.name`, 'spec.phase'),
        ],
        named: { Service: ['s', 't'], ServiceVersion: ['v'], ServiceImport: ['n'] },
        from: sql`${runtime}
          join service_version v on v.service_id = s.id
          join service_import n on n.service_version_id = v.id
          join service t on t.id = n.target_service_id
          where u.core and ${isOffered(sql`v`, sql`s`)} and ${within.imports(sql`n.id`)}
            and not exists (select from service_runtime o where o.service_id = t.id and o.core)`,
      }),
  },
  {
    id: 'C6',
    code: 'C6_LEADER',
    severity: 'error',
    sentence: 'A service that leads a group does not belong to another one.',
    on: ['ServiceRuntime'],
    find: (within) =>
      broken(sql`format('%s is led by %s, which is led itself.', s.name, t.name)`, {
        sides: [
          side('ServiceRuntime', sql`u.name`, 'spec.leadingServiceRef', { of: sql`s.name` }),
          side('ServiceRuntime', sql`o.name`, 'spec.leadingServiceRef', { of: sql`t.name` }),
        ],
        named: { Service: ['s', 't'], ServiceRuntime: ['u', 'o'] },
        from: sql`${runtime}
          join service t on t.id = u.leading_service_id
          join service_runtime o on o.service_id = t.id and o.leading_service_id is not null
          where (${within.service(sql`u.service_id`)} or ${within.service(sql`u.leading_service_id`)})`,
      }),
  },
  {
    id: 'C6',
    code: 'C6_GROUP_REGIONS',
    severity: 'warning',
    sentence: 'The services of a group are deployed in the same regions as the one that leads it.',
    on: ['ServiceRuntime', 'Deployment'],
    find: (within) =>
      broken(sql`format('Of %s and %s, which leads it, only one is deployed in %s.', s.name, t.name, r.name)`, {
        sides: [
          side('Deployment', sql`s.name || '.' || r.name`, 'spec.regionRef'),
          side('Deployment', sql`t.name || '.' || r.name`, 'spec.regionRef'),
          side('ServiceRuntime', sql`u.name`, 'spec.leadingServiceRef', { of: sql`s.name` }),
        ],
        named: { Service: ['s', 't'], Region: ['r'] },
        from: sql`${runtime}
          join service t on t.id = u.leading_service_id
          join deployment d on d.service_id in (s.id, t.id)
          join region r on r.id = d.region_id
          where (${within.service(sql`u.service_id`)} or ${within.service(sql`u.leading_service_id`)})
            and (select count(*) from deployment e where e.service_id in (s.id, t.id) and e.region_id = r.id) = 1`,
      }),
  },
  {
    id: 'E5',
    code: 'E5_CORE_DOMAIN',
    severity: 'warning',
    sentence: 'The global domains of core services differ in their first label alone.',
    on: ['ServiceRuntime'],
    find: (within) =>
      broken(
        sql`format('The domains of core services end alike: not in %s, as that of %s, and in %s, as that of %s.', ${bundleOf('u')}, s.name, ${bundleOf('o')}, t.name)`,
        {
          sides: [side('ServiceRuntime', sql`u.name`, 'spec.globalDomain', { of: sql`s.name` })],
          named: { Service: ['s', 't'], ServiceRuntime: ['u', 'o'] },
          from: sql`${runtime}
          join lateral (select o.* from service_runtime o where o.core and ${bundleOf('o')} <> ${bundleOf('u')} order by o.name limit 1) o on true
          join service t on t.id = o.service_id
          where u.core and ${firstLabel} <> '' and ${within.service(sql`u.service_id`)}`,
        },
      ),
  },
];
