import { bool, choice, objects, text } from '../../../catalog/fields.ts';
import { one, value } from '../../../catalog/record-fields.ts';
import type { RecordField, RecordsQuery } from '../../../catalog/root-query.ts';
import { sql } from '../../../platform/db/sql.ts';
import { healthOf } from '../health.ts';
import { isNamed, serviceName } from './arguments.ts';
import { served } from './services-in-region.ts';

const reason = choice(
  'UsabilityReason',
  {
    Entitled: 'The project has an active entitlement.',
    Core: 'It is a core service, which every project may use.',
    NotEntitled: 'The project has no entitlement to the service.',
    EntitlementNotActive: 'The entitlement of the project is not active: it waits for approval, or was rejected.',
    ProjectSuspended: 'The project is suspended.',
    SuspendedByProvider: 'The provider has suspended the project from using the service.',
    RegionOpen: 'The region is open.',
    RegionNotOpen: 'The region is planned, closing or closed, or it is not said whether it is open.',
    NoRegion: 'The location is no region and no facility of the inventory: nothing is known of it.',
    Deployed: 'A deployment of the service in the region takes requests.',
    StatedAvailable: 'It is stated that the service runs at the location.',
    NotDeployed: 'The service does not run there.',
    Disabled: 'The deployment there is disabled.',
    NotServing: 'The deployment there says that it does not serve.',
    NoVersion: 'The deployment there serves no version that is offered.',
  },
  { description: 'Why the gate is open or closed.', required: true },
);

const gate = objects(
  'UsabilityGate',
  {
    gate: choice(
      'UsabilityGateKind',
      {
        Entitlement: 'Whether the project may use the service.',
        Location: 'Whether the place is open.',
        Availability: 'Whether the service runs there.',
      },
      { description: 'What is asked.', required: true },
    ),
    isOpen: bool({ description: 'Whether the answer is yes.', required: true }),
    reason,
  },
  { description: 'One of the three things that have to hold for a project to use a service somewhere.' },
);

const fields: Readonly<Record<string, RecordField>> = {
  location: value('String', 'location', 'Name of the location: of a region, or of what it is stated for.'),
  region: one('Region', 'region_id', 'The region.'),
  isUsable: value('Boolean', 'is_usable', 'Whether the project can use the service there: all gates are open.'),
  gates: {
    gives: 'objects',
    objects: gate,
    description: 'What has to hold, each with why it holds or does not.',
    value: (row) => sql`${row}.gates`,
  },
};

/** Q19: where a project can use a service. */
export const serviceUsability: RecordsQuery = {
  gives: 'records',
  name: 'serviceUsability',
  description:
    'Where a project can use a service, and what is in the way elsewhere, by location: every region whose state is stated, those in which the service is deployed, and the locations that it is stated to run at. Empty when you may not see the project or the service.',
  args: {
    project: text({ description: 'Name of the project.', required: true, max: 253 }),
    service: serviceName({ description: 'The service, by its object name or its canonical name.', required: true }),
  },
  price: 50,
  record: { name: 'ServiceUsability', description: 'Whether a project can use a service at a location.', fields },
  rows: ({ project, service }, see) => sql`
    with target as (
      select s.id, p.id as project_id, case
          when exists (select from project_suspension x where x.project_id = p.id) then 'ProjectSuspended'
          when exists (select from service_consumer c where c.service_id = e.service_id and c.consumer_project_id = e.project_id and c.suspended)
            then 'SuspendedByProvider'
          when o.core then 'Core' when e.id is null then 'NotEntitled' when e.status_phase = 'Active' then 'Entitled'
          else 'EntitlementNotActive' end as entitlement
      from service s
      join project p on p.name = ${project ?? null}::text and ${see('Project', sql`p`)}
      left join service_runtime o on o.service_id = s.id and ${see('ServiceRuntime', sql`o`)}
      left join service_entitlement e on e.service_id = s.id and e.project_id = p.id and ${see('ServiceEntitlement', sql`e`)}
      where ${isNamed(sql`s`, sql`${service ?? null}::text`, see)}),
    stated as (
      select m.location_ref_name as name, coalesce(r.id, f.region_id) as region_id
      from target t
      join service_availability m on m.service_id = t.id and ${see('ServiceAvailability', sql`m`)}
      left join region r on r.name = m.location_ref_name and ${see('Region', sql`r`)}
      left join site f on f.name = m.location_ref_name and ${see('Site', sql`f`)}),
    place as (
      select name, region_id, true as is_stated from stated
      union all
      select r.name, r.id, false from region r
      where ${see('Region', sql`r`)} and r.name not in (select name from stated) and (
        exists (select from region_state g where g.region_id = r.id and ${see('RegionState', sql`g`)})
        or exists (select from target t join deployment d on d.service_id = t.id where d.region_id = r.id and ${see('Deployment', sql`d`)})))
    select row_number() over (order by place.name) as ord, coalesce(r.id, t.id) as id, place.name as location, r.id as region_id, w.is_usable, w.gates
    from target t
    cross join place
    left join region r on r.id = place.region_id and ${see('Region', sql`r`)}
    left join region_state g on g.region_id = r.id and ${see('RegionState', sql`g`)}
    left join (deployment d join service_version cur on cur.id = d.current_version_id cross join ${served(see)} sup)
      on d.service_id = t.id and d.region_id = r.id and ${see('Deployment', sql`d`)}
    cross join lateral (
      select jsonb_agg(jsonb_build_object('gate', x.gate, 'isOpen', x.is_open, 'reason', x.reason) order by x.place) as gates, bool_and(x.is_open) as is_usable
      from (
        select 1 as place, 'Entitlement' as gate, t.entitlement in ('Entitled', 'Core') as is_open, t.entitlement as reason
        union all
        select 2, 'Location', r.id is null or g.state is not distinct from 'Open',
          case when r.id is null then 'NoRegion' when g.state = 'Open' then 'RegionOpen' else 'RegionNotOpen' end
        union all
        select 3, 'Availability', a.reason in ('Deployed', 'StatedAvailable'), a.reason
        from (select case when d.id is null then case when place.is_stated then 'StatedAvailable' else 'NotDeployed' end
          when d.disabled then 'Disabled' when place.is_stated and place.name <> r.name then 'StatedAvailable'
          when cardinality(sup.versions) = 0 then 'NoVersion' when ${healthOf(sql`d`)} = 'NotServing' then 'NotServing' else 'Deployed' end as reason) a) x) w`,
};
