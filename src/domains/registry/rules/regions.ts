import { sql } from '../../../platform/db/sql.ts';
import { reportedOf } from '../health.ts';
import { isOffered } from '../relations.ts';
import { broken, fact, type Rule, side, undeploy } from './rule.ts';

const newest = sql`(select x.name from service_version x where x.service_id = s.id and ${isOffered(sql`x`, sql`s`)}
  order by x.release_order desc limit 1)`;
const openRegion = fact('OpenRegion', { region: sql`r.name` });
const deployHere = fact('Deploy', { service: sql`s.name`, region: sql`r.name`, version: newest });

export const regionRules: readonly Rule[] = [
  {
    id: 'G1',
    code: 'G1_REGION_NOT_OPEN',
    severity: 'error',
    sentence:
      'Services are deployed in regions that are Open, new core services in Planned ones as well, and stay in Closing ones.',
    on: ['Deployment', 'RegionState', 'ServiceRuntime'],
    find: (within) =>
      broken(
        sql`format('%s cannot be in %s, which is %s.', d.name, r.name, coalesce(z.state::text, 'in no state for services'))`,
        {
          sides: [
            side('Deployment', sql`d.name`, 'spec.regionRef', { missing: [openRegion] }),
            side('RegionState', sql`r.name`, 'spec.state', {
              of: sql`r.name`,
              code: 'G4_REGION_IN_USE',
              missing: [undeploy],
            }),
            side('ServiceRuntime', sql`s.name`, 'spec.core', { of: sql`s.name`, missing: [openRegion] }),
          ],
          named: { Service: ['s'], Deployment: ['d'], Region: ['r'] },
          from: sql`from deployment d
          join service s on s.id = d.service_id
          join region r on r.id = d.region_id
          left join region_state z on z.region_id = d.region_id
          where ${within.serviceOrRegion(sql`d.service_id`, sql`d.region_id`)}
            and not (coalesce(z.state in ('Open', 'Closing'), false) and not (z.state = 'Closing' and d.id = any(${within.created}::uuid[])))
            and not (coalesce(z.state = 'Planned', false) and exists (
              select from service_runtime u where u.service_id = d.service_id and u.core))`,
        },
      ),
  },
  {
    id: 'G2',
    code: 'G2_PRIMARY_REGION_NOT_DEPLOYED',
    severity: 'error',
    sentence: 'A service that is deployed is deployed in its primary region: there first, and there last.',
    on: ['Deployment', 'ServiceRuntime'],
    find: (within) =>
      broken(
        sql`case when r.name is null then format('%s is deployed in %s, but has no runtime that states its primary region.', s.name, q.name)
          else format('%s is deployed in %s, but not in its primary region %s.', s.name, q.name, r.name) end`,
        {
          sides: [
            side('Deployment', sql`s.name || '.' || r.name`, 'metadata.name', {
              missing: [fact('MovePrimary', { service: sql`s.name`, region: sql`q.name` })],
            }),
            side('ServiceRuntime', sql`coalesce(u.name, s.name)`, 'spec.primaryRegionRef', {
              of: sql`s.name`,
              missing: [
                sql`case when r.name is null then ${fact('Undeploy', { service: sql`s.name`, region: sql`q.name` })} else ${deployHere} end`,
              ],
            }),
            side('Deployment', sql`d.name`, 'spec.regionRef', {
              missing: [sql`case when r.name is not null then ${deployHere} end`],
            }),
          ],
          named: { Service: ['s'], Deployment: ['d'], Region: ['q', 'r'] },
          from: sql`from service s
            join deployment d on d.service_id = s.id
            join region q on q.id = d.region_id
            left join service_runtime u on u.service_id = s.id
            left join region r on r.id = u.primary_region_id
            where ${within.service(sql`s.id`)} and not exists (
              select from deployment e where e.service_id = s.id and e.region_id = u.primary_region_id)
            order by q.name`,
        },
      ),
  },
  {
    id: 'G3',
    code: 'G3_PRIMARY_UNAVAILABLE',
    severity: 'warning',
    sentence: 'The deployment in the primary region is enabled, and no upgrade of it is under way.',
    on: ['Deployment', 'DeploymentReport', 'ServiceRuntime'],
    find: (within) =>
      broken(
        sql`format('%s, in the primary region of its service, %s.', d.name, case when d.disabled then 'is disabled' else 'is being upgraded' end)`,
        {
          sides: [
            side('ServiceRuntime', sql`u.name`, 'spec.primaryRegionRef', { of: sql`s.name` }),
            side('Deployment', sql`d.name`, 'spec.disabled'),
            side('DeploymentReport', sql`d.name`, 'spec.upgrade.stage'),
          ],
          named: { Service: ['s'], ServiceRuntime: ['u'], Deployment: ['d'] },
          from: sql`from service_runtime u
          join service s on s.id = u.service_id
          join deployment d on d.service_id = s.id and d.region_id = u.primary_region_id
          where ${within.service(sql`u.service_id`)} and (d.disabled or ${reportedOf(sql`d`, 'upgrade')}->>'stage' <> 'Ready')`,
        },
      ),
  },
  {
    id: 'G4',
    code: 'G4_REGION_IN_USE',
    severity: 'error',
    sentence: 'A region that is Closed has no facilities.',
    on: ['RegionState'],
    find: (within) =>
      broken(sql`format('%s is in %s, which therefore cannot be Closed.', f.name, r.name)`, {
        sides: [side('RegionState', sql`z.name`, 'spec.state', { of: sql`r.name` })],
        named: { Site: ['f'], Region: ['r'] },
        from: sql`from region_state z
          join region r on r.id = z.region_id
          join site f on f.region_id = r.id
          where z.state = 'Closed' and ${within.serviceOrRegion(sql`null::uuid`, sql`z.region_id`)}`,
      }),
  },
  {
    id: 'C1',
    code: 'C1_CORE_REGION_COVERAGE',
    severity: 'error',
    sentence: 'A core service is deployed in every region that is Open.',
    on: ['Deployment', 'RegionState', 'ServiceRuntime'],
    find: (within) =>
      broken(sql`format('%s is a core service and not deployed in %s, which is Open.', s.name, r.name)`, {
        sides: [
          side('RegionState', sql`z.name`, 'spec.state', {
            of: sql`r.name`,
            code: 'G6_CORE_SERVICE_MISSING',
            missing: [deployHere],
          }),
          side('ServiceRuntime', sql`u.name`, 'spec.core', { of: sql`s.name`, missing: [deployHere] }),
          side('Deployment', sql`s.name || '.' || r.name`, 'metadata.name', {
            missing: [fact('CloseRegion', { region: sql`r.name` })],
          }),
        ],
        named: { Service: ['s'], ServiceRuntime: ['u'], Region: ['r'] },
        from: sql`from service_runtime u
          join service s on s.id = u.service_id
          cross join region_state z
          join region r on r.id = z.region_id
          where u.core and z.state = 'Open' and ${within.region(sql`z.region_id`)}
            and not exists (select from deployment e where e.service_id = s.id and e.region_id = r.id)`,
      }),
  },
];
