import { choice, objects, text, texts } from '../../../catalog/fields.ts';
import type { See } from '../../../catalog/link.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { isOffered } from '../relations.ts';

/**
 * One column `services`: what a plan needs of some services and of all that they import, directly or over others, whatever the
 * version. `start` is a select of ids of services.
 */
export const knownServicesOf = (start: Sql, see: See): Sql => sql`
  with recursive reach (id) as (
    select x.id from (${start}) x (id)
    union
    select t.id from reach
    join service_version v on v.service_id = reach.id and ${see('ServiceVersion', sql`v`)}
    join service o on o.id = v.service_id and ${isOffered(sql`v`, sql`o`)}
    join service_import i on i.service_version_id = v.id and ${see('ServiceImport', sql`i`)}
    join service t on t.id = i.target_service_id and ${see('Service', sql`t`)})
  select coalesce(jsonb_agg(jsonb_build_object('name', s.name, 'core', coalesce(u.core, false), 'primary', p.name,
    'versions', (
      select coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'order', v.release_order, 'phase', v.phase, 'imports', (
        select coalesce(jsonb_agg(jsonb_build_object('service', t.name, 'version', w.version, 'order', w.release_order) order by t.name), '[]')
        from service_import i
        join service_version w on w.id = i.target_version_id
        join service t on t.id = w.service_id and ${see('Service', sql`t`)}
        where i.service_version_id = v.id and ${see('ServiceImport', sql`i`)})) order by v.release_order), '[]')
      from service_version v where v.service_id = s.id and ${isOffered(sql`v`, sql`s`)} and ${see('ServiceVersion', sql`v`)}),
    'deployments', (
      select coalesce(jsonb_agg(jsonb_build_object('region', r.name, 'version', cur.version, 'order', cur.release_order) order by r.name), '[]')
      from deployment d
      join region r on r.id = d.region_id and ${see('Region', sql`r`)}
      join service_version cur on cur.id = d.current_version_id
      where d.service_id = s.id and ${see('Deployment', sql`d`)})) order by s.name), '[]') as services
  from reach
  join service s on s.id = reach.id
  left join service_runtime u on u.service_id = s.id and ${see('ServiceRuntime', sql`u`)}
  left join region p on p.id = u.primary_region_id and ${see('Region', sql`p`)}`;

/** Steps of a plan, as they are told. */
export const planSteps = objects(
  'RegistryPlanStep',
  {
    action: choice(
      'RegistryPlanAction',
      {
        OpenRegion: 'Set the state of the region to Open.',
        Deploy: 'Deploy the service in the region, at this version.',
        Raise: 'Raise the deployment of the service in the region to this version.',
        MoveImport: 'Let the version, which imports a service at an old version, import it at the new one.',
        Retire: 'Retire the version of the service.',
      },
      { description: 'What to do.', required: true },
    ),
    service: text({ description: 'Object name of the service; null where a region is opened.' }),
    region: text({ description: 'Name of the region; null where the step is not in a region.' }),
    version: text({ description: 'The version; null where a region is opened.' }),
    because: texts({ description: 'What needs the step: versions as service@version, or a reason in words.' }),
  },
  { description: 'One step of a plan. Steps are done in their order.' },
);
