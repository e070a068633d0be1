import { bool, choice, objects } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { Given, RecordField, RecordsQuery, WithinPage } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deploymentHealth, healthOf } from '../health.ts';
import { isOffered } from '../relations.ts';
import { isNamed, regionName, serviceName, versionName } from './arguments.ts';

const wanted = objects(
  'WantedService',
  {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    minVersion: versionName({ description: 'The version that it has to serve, or a higher one. Default: any.' }),
  },
  { description: 'The services that are asked about. Default: all that are available in the region.', max: 1_000 },
);

interface Wanted {
  readonly service: string;
  readonly minVersion?: string;
}

const availability = choice(
  'RegionalAvailability',
  {
    Available: 'It can be used in the region.',
    UnknownService: 'There is no such service, or you may not see it.',
    NotDeployed: 'It has no deployment in the region, or none that you may see.',
    Disabled: 'Its deployment in the region is disabled: no traffic is sent to it.',
    VersionTooLow: 'Its deployment in the region is at a lower version than was asked for.',
    VersionRetired: 'The versions that would do are not offered any more.',
    NotServing:
      'Its deployment in the region says that it does not serve. It counts as available unless only those that serve are asked for.',
  },
  { description: 'Whether a service can be used in a region, or why not.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  asked: value('String', 'asked', 'The service as it was asked for; null where none was.', { nullable: true }),
  service: one('Service', 'service_id', 'The service.'),
  availability: value('RegionalAvailability', 'availability', 'Whether it can be used in the region, or why not.'),
  deployment: one('Deployment', 'deployment_id', 'Its deployment in the region.'),
  health: value(
    deploymentHealth.name,
    'health',
    'How the deployment does, by what the program that runs it says; null where there is none.',
    { nullable: true },
  ),
  servedVersions: value('String', 'served', 'The versions that the deployment serves, the highest first.', {
    list: true,
  }),
  preferredVersion: value(
    'String',
    'preferred',
    'The version of these that clients should use: the highest that is Published and stable or, if none is stable, the highest Published.',
    { nullable: true },
  ),
  endpoint: value(
    'String',
    'endpoint',
    'Host name at which it is reached in the region; null where it is not available.',
    {
      nullable: true,
    },
  ),
};

/** Versions that a deployment serves: those that are offered, up to its current one, of which `of` has service and order. */
const servedVersions = (see: See, of: Sql): Sql => sql`service_version v join service o on o.id = v.service_id
  where v.service_id = ${of}.service_id and v.release_order <= ${of}.release_order and ${isOffered(sql`v`, sql`o`)} and ${see('ServiceVersion', sql`v`)}`;

/** What a deployment serves and what of that is preferred, for the row `cur` of its current version. */
export const served = (see: See): Sql => sql`lateral (
  select coalesce(array_agg(v.version order by v.release_order desc), '{}') as versions, max(v.release_order) as highest,
    (array_agg(v.version order by v.stage = 'Stable' desc, v.release_order desc) filter (where v.phase = 'Published'))[1] as preferred
  from ${servedVersions(see, sql`cur`)})`;

const deployedIn = (region: unknown, see: See): Sql => sql`
  deployment d join region r on r.id = d.region_id and r.name = ${region ?? null}::text and ${see('Region', sql`r`)}
    and ${see('Deployment', sql`d`)} join service_version cur on cur.id = d.current_version_id`;

const health = sql`case when d.id is not null then ${healthOf(sql`d`)} end as health`;
const versions = sql`coalesce(sup.versions, '{}') as served, sup.preferred`;

/**
 * Which versions are served is asked of the services of the page alone. Deployments are sorted first (`offset 0`), so that no more of
 * them are asked whether they serve any than it takes to fill the page.
 */
const available = ({ region, includeDisabled, servingOnly }: Given, see: See, within: WithinPage): Sql => sql`
  select cur.*, ${versions} from (
    select d.name as key, d.service_id as id, d.service_id, null::text as asked, 'Available' as availability, d.public_domain as endpoint,
      d.id as deployment_id, ${health}, d.release_order
    from (
      select d.id, d.service_id, d.public_domain, d.conditions, d.generation, cur.release_order, s.name collate "C" as name
      from ${deployedIn(region, see)}
      join service s on s.id = d.service_id and ${see('Service', sql`s`)}
      where ${includeDisabled === true ? sql`true` : sql`not d.disabled`}
      order by s.name collate "C" offset 0) d
    where exists (select from ${servedVersions(see, sql`d`)})${servingOnly === true ? sql` and ${healthOf(sql`d`)} <> 'NotServing'` : sql``}${within(sql`d.name`)}) cur
  cross join ${served(see)} sup`;

const asked = ({ region, services, includeDisabled, servingOnly }: Given, see: See, within: WithinPage): Sql => {
  const list = services as readonly Wanted[];
  return sql`
    select lpad(k.place::text, 6, '0') as key, coalesce(s.id, gen_random_uuid()) as id, s.id as service_id, k.name as asked, a.availability,
      case when a.availability = 'Available' then d.public_domain end as endpoint, d.id as deployment_id, ${health}, ${versions}
    from (select w.name, release_order(w.version) as lowest, w.place
      from unnest(${list.map(({ service }) => service)}::text[], ${list.map(({ minVersion }) => minVersion ?? null)}::text[])
        with ordinality w (name, version, place)) k
    left join service s on ${isNamed(sql`s`, sql`k.name`, see)}
    left join (${deployedIn(region, see)} cross join ${served(see)} sup) on d.service_id = s.id
    cross join lateral (select case
      when s.id is null then 'UnknownService'
      when d.id is null then 'NotDeployed'
      when d.disabled and ${includeDisabled !== true} then 'Disabled'
      when coalesce(sup.highest >= coalesce(k.lowest, 0), false)
        then case when ${servingOnly === true} and ${healthOf(sql`d`)} = 'NotServing' then 'NotServing' else 'Available' end
      when cur.release_order < k.lowest then 'VersionTooLow'
      else 'VersionRetired' end as availability) a
    where true${within(sql`lpad(k.place::text, 6, '0')`)}`;
};

/** Q5: what can be used in a region. */
export const servicesInRegion: RecordsQuery = {
  gives: 'records',
  paged: true,
  name: 'servicesInRegion',
  description:
    'The services that can be used in a region, by name; or those that are asked about, in their order, each with the reason where it can not be used there.',
  args: {
    region: regionName({ description: 'Name of the region.', required: true }),
    services: wanted,
    includeDisabled: bool({
      description: 'Whether deployments count that are disabled.',
      default: false,
    }),
    servingOnly: bool({
      description: 'Whether deployments do not count that say that they do not serve.',
      default: false,
    }),
  },
  record: {
    name: 'ServiceInRegion',
    description: 'Whether a service can be used in a region.',
    fields,
    choices: [availability, deploymentHealth],
  },
  rows: (given, see, _, within) =>
    given.services === undefined ? available(given, see, within) : asked(given, see, within),
};
