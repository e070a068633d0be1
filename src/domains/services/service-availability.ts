import { group, ref, text } from '../../catalog/fields.ts';
import { type Change, defineKind, type FinalState, type Remark } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule, uniqueIn } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';

/** Only what is Published comes to new locations; where it is already, it stays until it is taken away. */
const checkPublished = rowRule(
  (ids) =>
    tables
      .selectFrom('service_availability as a')
      .innerJoin('service as s', 's.id', 'a.service_id')
      .select(['a.id', 's.name as service', 's.phase'])
      .where('a.id', '=', among(ids))
      .where('s.phase', '<>', 'Published'),
  (change, { service, phase }) => {
    if (change.before !== undefined) return [];
    const message = `The service ${service} is ${phase}; it comes to a location only while it is Published.`;
    return refuse(change, 'SERVICE_NOT_PUBLISHED', 'spec.serviceRef', message, {
      value: service,
      accepted: 'a Published service',
    });
  },
);

/** Locations are objects of other control planes: one that is no region or facility here is kept as text. */
async function remarkOnLocations(changes: readonly Change[], state: FinalState): Promise<Remark[]> {
  const rows = await state.query<{ id: string; location: string }>(sql`
    select a.id, a.location_ref_name as location from service_availability a
    where a.id = any(${changes.map(({ id }) => id)}::uuid[])
      and not exists (select from region r where r.name = a.location_ref_name and ${state.isVisible('Region', sql`r`)})
      and not exists (select from site r where r.name = a.location_ref_name and ${state.isVisible('Site', sql`r`)})`);
  return rows.map(({ id, location }) => ({
    objectId: id,
    code: 'LOCATION_NOT_LINKED',
    path: 'spec.locationRef.name',
    message: `there is no Region or Site ${location}: the name is kept as text`,
  }));
}

export const serviceAvailability = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceAvailability',
  plural: 'serviceavailabilities',
  description:
    'States that a service runs at a location. A location is named as the platform’s control plane names it; where a Region or a Site of the inventory has the same name, the two are linked. Where the service’s API answers is said by its deployments.',
  scope: { home: ['serviceRef'] },
  publicReading: 'where its scope is public',
  spec: {
    serviceRef: ref('Service', {
      description:
        'The service, by its object name or its canonical name. It must be Published when it comes to the location.',
      required: true,
      immutable: 'always',
      owned: true,
      by: 'serviceName',
      exportName: true,
      inverse: { name: 'availabilities', description: 'The locations at which the service runs.' },
    }),
    locationRef: group(
      'LocationReference',
      {
        name: text({
          description: 'Name of the location.',
          required: true,
          min: 1,
          max: 253,
        }),
        namespace: text({
          description: 'Namespace of the location, which earlier documents have. The catalog does not interpret it.',
          max: 253,
        }),
      },
      { description: 'The location at which the service runs.', required: true, immutable: 'always' },
    ),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'LOCATION', path: 'spec.locationRef.name' },
  ],
  checkAll: allOf(
    checkPublished,
    uniqueIn('service_availability', [
      {
        columns: ['service_id', 'location_ref_name'],
        rule: 'DUPLICATE_AVAILABILITY',
        path: 'spec.locationRef.name',
        message: 'It is stated already that the service runs at this location',
      },
    ]),
  ),
  remark: remarkOnLocations,
});
