import type { See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { healthOf, takesTraffic } from './health.ts';
import { isAhead, isOffered, knownVersion } from './relations.ts';
import { isRegional } from './rules/hosts.ts';

/*
 * What follows from the registry about a deployment, as conditions. It is worked out when it is asked for, so that it cannot be
 * old; `w` is the deployment with what the conditions are made of.
 */

const condition = (type: string, status: Sql, reason: Sql, message: Sql): Sql =>
  sql`jsonb_build_object('type', ${sql.raw(`'${type}'`)}, 'status', ${status}, 'reason', ${reason}, 'message', ${message},
    'observedGeneration', w.generation)`;

const isTrue = (fact: Sql): Sql => sql`case when ${fact} then 'True' else 'False' end`;

/** What a deployment imports in its region and cannot reach there, in words; null where there is nothing. */
const outOfReach = (see: See): Sql => sql`(
  select string_agg(distinct e.name || case when e.disabled then ' (disabled)' else ' (not serving)' end, ', ')
  from service_version v
  join service s on s.id = v.service_id and ${isOffered(sql`v`, sql`s`)} and ${see('Service', sql`s`)}
  join service_import i on i.service_version_id = v.id and ${see('ServiceImport', sql`i`)}
  join deployment e on e.service_id = i.target_service_id and e.region_id = w.region_id and ${see('Deployment', sql`e`)}
  where v.service_id = w.service_id and v.release_order <= w.release_order and ${see('ServiceVersion', sql`v`)}
    and not ${takesTraffic(sql`e`)})`;

const newest = (see: See): Sql => sql`(
  select v.version from service_version v where ${isAhead(sql`v`, sql`w`)} and ${see('ServiceVersion', sql`v`)} order by v.release_order desc limit 1)`;

const dependencies = condition(
  'DependenciesAvailable',
  isTrue(sql`w.missing is null`),
  sql`case when w.missing is null then 'Available' else 'DependencyUnavailable' end`,
  sql`case when w.missing is null then 'What it imports takes traffic in its region.' else 'Not available in its region: ' || w.missing || '.' end`,
);
const version = condition(
  'VersionCurrent',
  isTrue(sql`w.newest is null`),
  sql`case when w.newest is null then 'Newest' else 'NewerVersionPublished' end`,
  sql`coalesce(w.version, 'What it serves') || case when w.newest is null then ' is the newest version.' else ' is followed by ' || w.newest || '.' end`,
);
const naming = condition(
  'EndpointNamingConforms',
  sql`case when w.is_regional is null then 'Unknown' when w.is_regional then 'True' else 'False' end`,
  sql`case when w.is_regional is null then 'NoGlobalDomain' when w.is_regional then 'Conforms' else 'OtherName' end`,
  sql`case when w.is_regional then 'Its domain is as recommended.' else 'Recommended is a domain that ends as the global one does, with the region as a label before that.' end`,
);
const routable = condition(
  'Routable',
  isTrue(sql`not w.disabled and w.health <> 'NotServing'`),
  sql`case when w.disabled then 'Disabled' when w.health = 'NotServing' then 'ReportedNotServing' else 'Enabled' end`,
  sql`case when w.disabled then 'It is disabled.' when w.health = 'NotServing' then 'It says that it does not serve.' else 'Traffic can be sent to it.' end`,
);
const upgrading = condition(
  'Upgrading',
  isTrue(sql`w.stage <> 'Ready'`),
  sql`w.stage`,
  sql`case when w.stage = 'Ready' then 'No upgrade is running.' else 'It is upgraded to ' || coalesce(w.target, 'another version') || '.' end`,
);

/** What a deployment says, and what follows from the registry as it is now. */
export const conditionsOf = (row: Sql, see: See): Sql => sql`(
  select coalesce(w.conditions, '[]') || jsonb_build_array(${sql.join([dependencies, version, naming, routable, upgrading], ', ')})
  from (
    select w.*, ${outOfReach(see)} as missing, ${newest(see)} as newest, (
        select ${isRegional(sql`u.global_domain`, sql`w.public_domain`, sql`w.region`)} from service_runtime u
        where u.service_id = w.service_id and ${see('ServiceRuntime', sql`u`)}) as is_regional
    from (
      select d.conditions, d.generation, d.service_id, d.region_id, d.public_domain, d.disabled, r.name as region, ${knownVersion(sql`d.service_id`, sql`c.version`, see)} as version, c.release_order,
        ${healthOf(sql`d`)} as health, coalesce(d.upgrade->>'stage', 'Ready') as stage, ${knownVersion(sql`d.service_id`, sql`(d.upgrade->>'targetVersion')`, see)} as target
      from deployment d join region r on r.id = d.region_id join service_version c on c.id = d.current_version_id where d.id = ${row}.id) w) w)`;
