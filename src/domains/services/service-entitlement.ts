import { choice, ref, text, time } from '../../catalog/fields.ts';
import { type CatalogObject, type DerivedStore, defineKind } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { conditionsField } from './enablement/conditions.ts';
import { settleEnablement } from './enablement/settle.ts';

/** New requests are accepted for Published services only; existing entitlements stay when a service is deprecated. */
const checkPublished = rowRule(
  (ids) =>
    tables
      .selectFrom('service_entitlement as e')
      .innerJoin('service as s', 's.id', 'e.service_id')
      .select(['e.id', 's.name as service', 's.phase'])
      .where('e.id', '=', among(ids))
      .where('s.phase', '<>', 'Published'),
  (change, { service, phase }) => {
    if (change.before !== undefined) return [];
    const message = `The service ${service} is ${phase}; it can be enabled only while it is Published.`;
    const evidence = { value: service, accepted: 'a Published service' };
    return refuse(change, 'SERVICE_NOT_PUBLISHED', 'spec.serviceRef', message, evidence);
  },
);

/** A project asks for a service once; what it has as a dependency it may ask for as well, which then takes its place. */
const checkOnce = rowRule<{ other: string; other_id: string }>(
  (ids) => sql`select e.id, o.name as other, o.id as other_id
    from service_entitlement e
    join service_entitlement o on o.project_id = e.project_id and o.service_id = e.service_id and o.id <> e.id
    where e.id = any(${ids}::uuid[]) and o.origin = 'Direct' order by o.name`,
  (change, { other, other_id: id }) => {
    const { kind } = change;
    const message = `The project has an entitlement to this service already: ${kind}/${other}`;
    const mentions = [{ kind, id, name: other }];
    return refuse(change, 'DUPLICATE_ENTITLEMENT', 'spec.serviceRef', message, {
      accepted: 'an update of that one',
      mentions,
    });
  },
);

/** The active entitlements of the project whose services depend on that of an entitlement. */
const neededBy = (entitlement: Sql): Sql => sql`array(
  select p.id from service_entitlement p
  join service_dependency d on d.dependent_service_id = p.service_id and d.service_id = ${entitlement}.service_id
  where p.project_id = ${entitlement}.project_id and p.status_phase = 'Active')`;

const projectsOf = async (objects: readonly CatalogObject[], store: DerivedStore): Promise<string[]> => {
  const rows = await store.query(
    tables
      .selectFrom('service_entitlement')
      .select('project_id')
      .where('id', '=', among(objects.map(({ id }) => id))),
  );
  return rows.map((row) => row.project_id);
};

export const serviceEntitlement = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceEntitlement',
  plural: 'serviceentitlements',
  description:
    'The request of a project to use a service, and the state of that request. It lives in the project that uses the service. A project has at most one for each service. The catalog itself makes those to services that others depend on, and deletes them when nothing needs them any more.',
  inProject: true,
  scope: { home: 'project' },
  ownedBy: 'dependency_of_id',
  keptAlsoBy: neededBy,
  verbs: ['activate'],
  spec: {
    serviceRef: ref('Service', {
      description:
        'The service that the project wants to use, by its object name or its canonical name. It must be Published.',
      required: true,
      immutable: 'always',
      by: 'serviceName',
      exportName: true,
      inverse: {
        name: 'entitlements',
        description: 'The entitlements to the service: requests of projects to use it, in every phase.',
      },
    }),
    requestMessage: text({ description: 'Message to the provider who decides on the request.', max: 1024 }),
  },
  status: {
    phase: choice(
      'EntitlementPhase',
      {
        PendingApproval: 'The provider has not decided yet.',
        Active: 'The project may use the service.',
        Rejected:
          'The provider has denied the request, or the service is not offered any more. To ask again, delete the entitlement and create a new one.',
      },
      {
        description: 'State of the request.',
        column: 'status_phase',
      },
    ),
    origin: choice(
      'EntitlementOrigin',
      {
        Direct: 'The project asked for the service.',
        Dependency: 'The project asked for another service that depends on this one.',
      },
      {
        description: 'Why the entitlement exists.',
        required: true,
        default: 'Direct',
      },
    ),
    dependencyOf: ref('ServiceEntitlement', {
      description:
        'An entitlement that needs this one, because its service depends on this one’s; null where the project asked for it. `neededBy` has all of them.',
    }),
    activationRequest: ref('ServiceActivationRequest', {
      description:
        'The request of the provider by which the service was enabled; null where the project asked for it, and if you may not read the request.',
      inverse: {
        name: 'entitlement',
        one: true,
        description: 'The entitlement that was made by the request; null if you may not read it.',
      },
    }),
    entitledAt: time({ description: 'Time at which the entitlement first became active; null if it never was.' }),
    conditions: conditionsField('`Ready`, `Suspended` and, where its service depends on others, `DependenciesReady`'),
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'PHASE', path: 'status.phase' },
    { name: 'ORIGIN', path: 'status.origin' },
  ],
  checkAll: allOf(checkPublished, checkOnce),
  derive: async (changes, store) => settleEnablement(store, await projectsOf(changes, store)),
  undo: async (objects, store) =>
    settleEnablement(
      store,
      await projectsOf(objects, store),
      objects.map(({ id }) => id),
    ),
});
