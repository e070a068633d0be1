import { bool, choice, float, objects, text } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { Given, RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { deploymentHealth, healthOf } from '../health.ts';
import { isNamed, regionName, releaseOrder, serviceName, versionName } from './arguments.ts';
import { served } from './services-in-region.ts';

const reason = choice(
  'EndpointReason',
  {
    Primary: 'It is in the primary region of the service, which takes the writes.',
    LocalNetwork: 'It is in the same region and on the same local network.',
    SameRegion: 'It is in the same region.',
    Nearest: 'It is in another region; nearer ones come first.',
    Global: 'It is the global address of the service, which leads to the nearest healthy region.',
  },
  { description: 'Why an address was chosen.', required: true },
);

const nearness = choice(
  'Nearness',
  {
    City: 'In the same city.',
    Agglomeration: 'In the same agglomeration.',
    Country: 'In the same country.',
    Continent: 'On the same continent.',
    World: 'Elsewhere, or it is not known where the client is.',
  },
  { description: 'How near an address of another region is; null in the same region, and of the global address.' },
);

const endpoint = objects(
  'EndpointChoice',
  {
    domain: text({ description: 'Host name to use.', required: true }),
    region: text({ description: 'Name of the region; null for the global address.' }),
    reason,
    nearness,
    distanceKm: float({ description: 'Distance between the two regions in kilometres, where both have coordinates.' }),
    version: text({ description: 'The highest version that is served there; null for the global address.' }),
    health: deploymentHealth,
    isPrivate: bool({
      description: 'Whether the address can be reached from within the platform or its local network only.',
      required: true,
    }),
    label: text({ description: 'Label of the address, where one was asked for and the place has such an address.' }),
    isWithoutLabel: bool({
      description:
        'Whether a label was asked for, the place has no address of this label, and this is its ordinary one.',
      required: true,
    }),
  },
  { description: 'An address of a service, and why it was chosen.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  service: one('Service', 'service_id', 'The service.'),
  endpoints: {
    gives: 'objects',
    objects: endpoint,
    description: 'The addresses that do, the best first.',
    value: (row) => sql`${row}.endpoints`,
  },
  missing: value('EndpointMissing', 'missing', 'Why there is no address; null where there is one.', { nullable: true }),
};

/** The client is where the deployments of its region are: a region itself has coordinates, and no city. */
const client = (fromRegion: unknown, see: See): Sql => sql`
  client as (
    select r.id as region_id, r.coordinates_latitude as latitude, r.coordinates_longitude as longitude, at.*
    from (select 1) always
    left join region r on r.name = ${fromRegion ?? null}::text and ${see('Region', sql`r`)}
    left join lateral (
      select d.location_city as city, d.location_agglomeration as agglomeration, d.location_country as country,
        d.location_continent as continent, d.location_cloud as cloud
      from deployment d where d.region_id = r.id and ${see('Deployment', sql`d`)} order by d.name limit 1) at on true)`;

const radians = (degrees: Sql): Sql => sql`radians(${degrees})`;

/** The great circle between the client's region and that of a row `r`, in kilometres. */
const distance = sql`(2 * 6371 * asin(sqrt(least(1,
  sin((${radians(sql`r.coordinates_latitude`)} - ${radians(sql`client.latitude`)}) / 2) ^ 2
  + cos(${radians(sql`client.latitude`)}) * cos(${radians(sql`r.coordinates_latitude`)})
    * sin((${radians(sql`r.coordinates_longitude`)} - ${radians(sql`client.longitude`)}) / 2) ^ 2))))`;

/** Enabled deployments that serve what is asked for, each with how near it is. */
const candidates = (minVersion: unknown, see: See): Sql => sql`
  candidate as (
    select d.*, ${healthOf(sql`d`)} as health, r.name as region, sup.versions[1] as version, r.id = client.region_id as is_same, r.id = t.primary_region_id as is_primary,
      case when d.location_city = client.city and d.location_country = client.country then 1
        when d.location_agglomeration = client.agglomeration and d.location_country = client.country then 2
        when d.location_country = client.country then 3
        when d.location_continent = client.continent then 4 else 5 end as nearness,
      d.location_cloud is distinct from client.cloud as is_other_cloud, ${distance} as distance
    from target t
    join deployment d on d.service_id = t.id and not d.disabled and ${see('Deployment', sql`d`)}
    join region r on r.id = d.region_id and ${see('Region', sql`r`)}
    join service_version cur on cur.id = d.current_version_id
    cross join ${served(see)} sup
    cross join client
    where sup.highest >= coalesce(${releaseOrder(minVersion)}, 0))`;

/** Every address with its place in the order of choice. */
const choices = ({ localNetworkId, requireInRegion, forWrites }: Given): Sql => {
  const isLocal = sql`(c.is_same and c.private_domain is not null and c.local_network_id = ${localNetworkId ?? null}::text)`;
  const isPrimary = forWrites === true ? sql`coalesce(c.is_primary, false)` : sql`false`;
  const inRegion = requireInRegion === true ? sql`where c.is_same` : sql``;
  const global =
    requireInRegion === true
      ? sql``
      : sql` union all select 9, 9, true, null::float8, true, '', 'Global', t.global_domain, t.labelled_domains, null, null, false, null, null
        from target t where t.global_domain is not null and exists (select from candidate)`;
  return sql`
    choice (step, nearness, is_other_cloud, distance, is_secondary, region, reason, domain, labelled, in_region, version, is_private, is_same, health) as (
      select case when c.health = 'NotServing' then 10 else 0 end + case when ${isPrimary} then 0 when ${isLocal} then 1 when c.is_same then 2 else 3 end,
        case when coalesce(c.is_same, false) then 0 else c.nearness end, c.is_other_cloud, c.distance, not coalesce(c.is_primary, false), c.region,
        case when ${isPrimary} then 'Primary' when ${isLocal} then 'LocalNetwork' when c.is_same then 'SameRegion' else 'Nearest' end,
        case when ${isLocal} then c.private_domain else c.public_domain end, c.labelled_domains, c.region, c.version, ${isLocal}, c.is_same, c.health
      from candidate c ${inRegion}${global})`;
};

/** Q8: which address a client uses. */
export const serviceEndpoints: RecordsQuery = {
  gives: 'records',
  single: true,
  name: 'serviceEndpoints',
  description:
    'The addresses that a client in a region can use for a service, the best first, each with the reason: on the same local network, in the same region, then the nearest, then the global address. Disabled deployments are left out; those that say that they do not serve come last, after the global address. Null when there is no such service, or you may not see it.',
  args: {
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
    fromRegion: regionName({ description: 'Name of the region that the client is in. Default: it is not known.' }),
    localNetworkId: text({ description: 'Id of the local network that the client is on.', max: 64 }),
    label: text({ description: 'Label of the address that is wanted, such as a quality class.', max: 64 }),
    minVersion: versionName({ description: 'The version that has to be served, or a higher one. Default: any.' }),
    requireInRegion: bool({
      description:
        'Whether only addresses in the region of the client do: there is no address rather than another one.',
      default: false,
    }),
    forWrites: bool({
      description: 'Whether the client writes objects that belong to no region: then the primary region comes first.',
      default: false,
    }),
  },
  record: {
    name: 'ServiceEndpoints',
    description: 'The addresses of a service, for a client.',
    fields,
    choices: [
      choice(
        'EndpointMissing',
        {
          NotServed: 'No enabled deployment serves what is asked for, or none that you may see.',
          NotInRegion: 'None in the region of the client does, and others were not asked for.',
        },
        { description: 'Why a client has no address to use.' },
      ),
    ],
  },
  rows: (given, see) => {
    const label = sql`${given.label ?? null}::text`;
    return sql`
      with target as (
        select s.id, o.global_domain, o.labelled_domains, o.primary_region_id
        from service s left join service_runtime o on o.service_id = s.id and ${see('ServiceRuntime', sql`o`)}
        where ${isNamed(sql`s`, sql`${given.service ?? null}::text`, see)}),
      ${client(given.fromRegion, see)}, ${candidates(given.minVersion, see)}, ${choices(given)}
      select 1 as ord, t.id, t.id as service_id, e.endpoints,
        case when e.endpoints is not null then null when exists (select from candidate) then 'NotInRegion' else 'NotServed' end as missing
      from target t
      cross join lateral (
        select jsonb_agg(jsonb_build_object('domain', coalesce(x.domain, h.domain), 'region', h.in_region, 'reason', h.reason,
            'nearness', case when h.reason = 'Nearest' or h.reason = 'Primary' and not coalesce(h.is_same, false)
              then (array['City', 'Agglomeration', 'Country', 'Continent', 'World'])[h.nearness] end,
            'distanceKm', round(h.distance::numeric), 'version', h.version, 'health', h.health, 'isPrivate', coalesce(x.is_private, h.is_private),
            'label', x.label, 'isWithoutLabel', ${label} is not null and x.label is null)
          order by h.step, h.nearness, h.is_other_cloud, h.distance nulls last, h.is_secondary, h.region) as endpoints
        from choice h
        left join lateral (
          select l.entry ->> 'label' as label, l.entry ->> 'domain' as domain, coalesce((l.entry ->> 'isPrivate')::boolean, false) as is_private
          from jsonb_array_elements(h.labelled) l (entry) where l.entry ->> 'label' = ${label} limit 1) x on true) e`;
  },
};
