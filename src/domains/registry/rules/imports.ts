import { type Sql, sql } from '../../../platform/db/sql.ts';
import { outOfService } from '../health.ts';
import { imports, isOffered } from '../relations.ts';
import { broken, fact, type Rule, side, undeploy, type Within } from './rule.ts';

/** The rows that an import `n` names: `s` imports by its version `v`, `t` is imported at its version `w`. */
const ends = sql`join service_version v on v.id = n.service_version_id
  join service s on s.id = v.service_id
  join service t on t.id = n.target_service_id
  join service_version w on w.id = n.target_version_id`;

/** Imports with the rows they name. */
const named = (within: Within, which: Sql): Sql => sql`
  from service_import n ${ends}
  where ${within.imports(sql`n.id`)} and ${which}`;

const binding = sql`${isOffered(sql`v`, sql`s`)}`;
const drafted = sql`v.phase = 'Draft'`;

/** The same with each deployment `d` of the importer, in its region `r` at its current version `c`. */
const deployed = (within: Within, which: Sql, more: Sql): Sql => sql`
  from service_import n ${ends}
  join deployment d on d.service_id = s.id
  join service_version c on c.id = d.current_version_id
  join region r on r.id = d.region_id
  where ${within.imports(sql`n.id`)} and ${within.region(sql`d.region_id`)} and ${which} and ${more}`;

const isAbsent = sql`not exists (select from deployment e where e.service_id = t.id and e.region_id = r.id)`;
const deployTarget = fact('Deploy', {
  service: sql`t.name`,
  region: sql`r.name`,
  version: sql`w.name`,
  order: sql`w.release_order`,
});
const dropImport = fact('DropImport', { version: sql`v.name`, target: sql`t.name` });

const kinds = ['Service', 'ServiceVersion', 'ServiceImport', 'Deployment'];
const objects = { Service: ['s', 't'], ServiceVersion: ['v', 'w'], Region: ['r'], ServiceImport: ['n'] };

/** The importer's sides, whichever of its objects has moved. */
const importerSides = (path: string | Sql, missing: readonly Sql[]): Sql[] => [
  side('ServiceImport', sql`n.name`, path, { missing }),
  side('ServiceVersion', sql`v.name`, 'spec.phase', { missing }),
  side('Service', sql`s.name`, 'spec.phase', { missing }),
];

/** The highest version that is offered below the one that needs more than there is. */
const lower = sql`(select x.name, x.release_order from service_version x where x.service_id = s.id and x.release_order < v.release_order
  and ${isOffered(sql`x`, sql`s`)} order by x.release_order desc limit 1)`;

export const importRules: readonly Rule[] = [
  {
    id: 'I1',
    code: 'TARGET_NOT_OFFERED',
    severity: 'error',
    sentence:
      'What a version that is offered imports is offered as well: Published or Deprecated, service and version.',
    on: kinds,
    find: (within) =>
      broken(
        sql`format('%s imports %s, which is not offered: it is %s, and its service is %s.', v.name, w.name, w.phase, t.phase)`,
        {
          sides: [
            ...importerSides(
              sql`case when t.phase in ('Published', 'Deprecated') then 'spec.targetVersionRef' else 'spec.targetServiceRef' end`,
              [
                sql`case when w.phase = 'Draft' then ${fact('Publish', { version: sql`w.name` })} else ${dropImport} end`,
              ],
            ),
            side('ServiceVersion', sql`w.name`, 'spec.phase', { code: 'V5_VERSION_IN_USE', missing: [dropImport] }),
            side('Service', sql`t.name`, 'spec.phase', { code: 'SERVICE_IN_USE', missing: [dropImport] }),
          ],
          named: { Service: ['s', 't'], ServiceVersion: ['v', 'w'], ServiceImport: ['n'] },
          from: named(within, sql`${binding} and not ${isOffered(sql`w`, sql`t`)}`),
        },
      ),
  },
  {
    id: 'I1',
    code: 'TARGET_NOT_OFFERED',
    severity: 'warning',
    sentence: 'A draft can be published only when what it imports is offered.',
    on: kinds,
    find: (within) =>
      broken(sql`format('%s is %s: %s cannot be published as long as it imports it.', w.name, w.phase, v.name)`, {
        sides: importerSides('spec.targetVersionRef', []),
        named: { Service: ['s', 't'], ServiceVersion: ['v', 'w'], ServiceImport: ['n'] },
        from: named(within, sql`${drafted} and not ${isOffered(sql`w`, sql`t`)}`),
      }),
  },
  {
    id: 'I2',
    code: 'I2_SELF_IMPORT',
    severity: 'error',
    sentence: 'A service does not import itself.',
    on: ['ServiceImport'],
    find: (within) =>
      broken(sql`format('%s is a version of %s and cannot import it.', v.name, t.name)`, {
        sides: [side('ServiceImport', sql`n.name`, 'spec.targetServiceRef')],
        named: { Service: ['t'], ServiceVersion: ['v'], ServiceImport: ['n'] },
        from: named(within, sql`s.id = t.id`),
      }),
  },
  {
    id: 'I5',
    code: 'I5_IMPORT_REGION_MISSING',
    severity: 'error',
    sentence: 'A service is deployed only in regions where every service that it imports is deployed.',
    on: kinds,
    find: (within) =>
      broken(sql`format('%s imports %s, which is not deployed in %s, where %s is.', v.name, t.name, r.name, s.name)`, {
        sides: [
          side('Deployment', sql`d.name`, 'spec.regionRef', { missing: [deployTarget] }),
          ...importerSides('spec.targetServiceRef', [deployTarget]),
          side('Deployment', sql`t.name || '.' || r.name`, 'metadata.name', {
            missing: [undeploy],
          }),
        ],
        named: { ...objects, Deployment: ['d'] },
        from: deployed(within, binding, isAbsent),
      }),
  },
  {
    id: 'I5',
    code: 'I5_IMPORT_REGION_MISSING',
    severity: 'warning',
    sentence: 'A draft can be published only when what it imports is deployed wherever its service is.',
    on: kinds,
    find: (within) =>
      broken(
        sql`format('%s is not deployed in %s, where %s is: %s cannot be published as long as it imports it.', t.name, r.name, s.name, v.name)`,
        {
          sides: importerSides('spec.targetServiceRef', [deployTarget]),
          named: { ...objects, Deployment: ['d'] },
          from: deployed(within, drafted, isAbsent),
        },
      ),
  },
  {
    id: 'I6',
    code: 'I6_IMPORT_VERSION_TOO_LOW',
    severity: 'error',
    sentence:
      'Where a deployment serves a version, what this version imports is served in the same region at that version.',
    on: kinds,
    find: (within) =>
      broken(
        sql`format('%s serves %s, which imports %s, but %s serves nothing above %s.', d.name, v.name, w.name, e.name, f.name)`,
        {
          sides: [
            side('Deployment', sql`d.name`, 'spec.currentVersionRef', { missing: [deployTarget] }),
            ...importerSides('spec.targetVersionRef', [deployTarget]),
            side('Deployment', sql`e.name`, 'spec.currentVersionRef', {
              code: 'V7_VERSION_LOWERED',
              missing: [
                sql`case when l.name is null then ${undeploy}
                  else ${fact('Lower', { service: sql`s.name`, region: sql`r.name`, version: sql`l.name`, order: sql`l.release_order` })} end`,
              ],
            }),
          ],
          named: { ...objects, Deployment: ['d', 'e'], ServiceVersion: ['v', 'w', 'f'] },
          from: sql`from (select n.id as import_id, d.id as deployment_id ${deployed(
            within,
            binding,
            sql`v.release_order <= c.release_order and exists (
              select from deployment e join service_version f on f.id = e.current_version_id
              where e.service_id = t.id and e.region_id = r.id and f.release_order < w.release_order)`,
          )}) b
            join service_import n on n.id = b.import_id
            ${ends}
            join deployment d on d.id = b.deployment_id
            join region r on r.id = d.region_id
            join deployment e on e.service_id = t.id and e.region_id = r.id
            join service_version f on f.id = e.current_version_id
            left join lateral ${lower} l on true`,
        },
      ),
  },
  {
    id: 'D1',
    code: 'DEPENDENCIES_UNAVAILABLE',
    severity: 'warning',
    sentence: 'What a deployment imports is enabled in its region, and does not say that it does not serve.',
    on: ['Deployment', 'DeploymentReport', 'ServiceImport', 'ServiceVersion'],
    find: (within) =>
      broken(
        sql`format('%s %s, and %s, which imports %s, depends on it.', e.name,
          case when e.disabled then 'is disabled' else 'does not serve' end, d.name, w.name)`,
        {
          sides: [
            side('Deployment', sql`e.name`, 'spec.disabled'),
            side('DeploymentReport', sql`e.name`, 'spec.conditions'),
            side('Deployment', sql`d.name`, 'spec.regionRef', {
              missing: [fact('Enable', { service: sql`t.name`, region: sql`r.name` })],
            }),
            ...importerSides('spec.targetServiceRef', []),
          ],
          named: { ...objects, Deployment: ['d', 'e'] },
          from: sql`from service_import n
          ${ends}
          join deployment e on e.service_id = t.id and e.id in (${outOfService})
          join region r on r.id = e.region_id
          join deployment d on d.service_id = s.id and d.region_id = r.id and not d.disabled
          join service_version c on c.id = d.current_version_id
          where ${within.imports(sql`n.id`)} and ${within.region(sql`d.region_id`)} and ${binding} and v.release_order <= c.release_order`,
        },
      ),
  },
  {
    id: 'I8',
    code: 'I8_TOO_MANY_IMPORTS',
    severity: 'error',
    sentence: 'A version imports at most 64 services.',
    on: ['ServiceImport'],
    find: (within) =>
      broken(sql`format('%s imports %s services; 64 are the most.', v.name, k.count)`, {
        sides: [
          side('ServiceImport', sql`k.last`, 'spec.serviceVersionRef'),
          side('ServiceVersion', sql`v.name`, 'spec.version'),
        ],
        named: { ServiceVersion: ['v'] },
        from: sql`from (
            select n.service_version_id as id, count(*) as count, max(n.name) as last from service_import n
            where n.service_version_id in (select i.service_version_id from service_import i where ${within.imports(sql`i.id`)})
            group by 1 having count(*) > 64) k
          join service_version v on v.id = k.id`,
      }),
  },
  {
    id: 'I10',
    code: 'I10_DIAMOND_SKEW',
    severity: 'warning',
    sentence: 'A version reaches a service at one version, by whichever of its imports.',
    on: ['Service', 'ServiceVersion', 'ServiceImport'],
    find: (within) =>
      broken(
        sql`format('%s imports %s, and %s, which it imports as well, imports %s.', v.name, w.name, u.name, x.name)`,
        {
          sides: [
            side('ServiceImport', sql`n.name`, 'spec.targetVersionRef'),
            side('ServiceImport', sql`m.name`, 'spec.targetVersionRef'),
            side('ServiceImport', sql`o.name`, 'spec.targetVersionRef'),
            side('ServiceVersion', sql`v.name`, 'spec.phase'),
            side('ServiceVersion', sql`u.name`, 'spec.phase'),
          ],
          named: { ServiceVersion: ['v', 'w', 'u', 'x'], ServiceImport: ['n', 'm', 'o'] },
          from: sql`from service_import n
          join service_version v on v.id = n.service_version_id
          join service s on s.id = v.service_id
          join service_version w on w.id = n.target_version_id
          join service_import m on m.service_version_id = v.id
          join service_version u on u.id = m.target_version_id
          join service us on us.id = u.service_id
          join service_import o on o.service_version_id = u.id and o.target_service_id = n.target_service_id and o.target_version_id <> n.target_version_id
          join service_version x on x.id = o.target_version_id
          where ${within.imports(sql`m.id`)} and ${binding} and ${isOffered(sql`u`, sql`us`)}`,
        },
      ),
  },
  {
    id: 'U2',
    code: 'U2_USED_SERVICE_ABSENT',
    severity: 'warning',
    sentence: 'A service that another one uses has an enabled deployment wherever that one is deployed.',
    on: ['ServiceUse', 'Deployment'],
    find: (within) =>
      broken(sql`format('%s uses %s, which has no enabled deployment in %s.', s.name, t.name, r.name)`, {
        sides: [
          side('ServiceUse', sql`n.name`, 'spec.targetServiceRef'),
          side('Deployment', sql`d.name`, 'spec.regionRef'),
          side('Deployment', sql`t.name || '.' || r.name`, 'spec.disabled'),
        ],
        named: { Service: ['s', 't'], Region: ['r'], ServiceUse: ['n'], Deployment: ['d'] },
        from: sql`from service_use n
          join service s on s.id = n.service_id
          join service t on t.id = n.target_service_id
          join deployment d on d.service_id = s.id
          join region r on r.id = d.region_id
          where (${within.service(sql`n.service_id`)} or ${within.service(sql`n.target_service_id`)}) and ${within.region(sql`d.region_id`)}
            and not exists (select from deployment e where e.service_id = t.id and e.region_id = r.id and not e.disabled)`,
      }),
  },
  {
    id: 'U4',
    code: 'SELF_USE',
    severity: 'error',
    sentence: 'A service does not state that it uses itself.',
    on: ['ServiceUse'],
    find: (within) =>
      broken(sql`format('%s cannot use itself.', s.name)`, {
        sides: [side('ServiceUse', sql`n.name`, 'spec.targetServiceRef')],
        named: { Service: ['s'], ServiceUse: ['n'] },
        from: sql`from service_use n join service s on s.id = n.service_id
          where n.target_service_id = n.service_id and ${within.service(sql`n.service_id`)}`,
      }),
  },
];

/** Imports between services, by which version and which import: the graph that has no circle. */
export const importGraph: Sql = sql`
  select distinct on (i.importer_id, i.target_id) s.name as importer, t.name as target, s.id as importer_id, t.id as target_id,
    v.name as version, n.name as import
  from (${imports}) i
  join service s on s.id = i.importer_id
  join service t on t.id = i.target_id
  join service_version v on v.id = i.version_id
  join service_import n on n.id = i.id
  order by i.importer_id, i.target_id, v.release_order desc`;
