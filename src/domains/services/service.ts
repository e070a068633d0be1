import { choice, group, int, objects, ref, refs, text } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, type DerivedStore, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, now, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { settleInForce } from './in-force.ts';
import { checkPhaseStep, isInForce, lifecycleStatus, phaseField, stampPhases } from './lifecycle.ts';
import { type Edge, findCycle } from './service-cycles.ts';

interface EdgeRow {
  readonly from_id: string;
  readonly to_id: string;
  readonly from_name: string;
  readonly to_name: string;
}

interface Dependency {
  readonly serviceRef: { readonly name: string };
}

/** A service names others, each once; their names are canonical by now, however they were written. */
function checkDependencies(change: Change): Violation[] {
  const names = dependenciesOf(change);
  return names.flatMap((name, index): Violation[] => {
    const path = `spec.dependencies[${index}].serviceRef`;
    if (name === change.name) {
      return [refuse(change, 'DEPENDENCY_CYCLE', path, 'A service cannot depend on itself.', { value: name })];
    }
    if (names.indexOf(name) === index) return [];
    return [refuse(change, 'DUPLICATE_DEPENDENCY', path, `${name} stands in the list already.`, { value: name })];
  });
}

/** No service may, through any chain of dependencies, need itself. */
async function checkDependencyCycles(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  // Everything reachable from the changed services; `union` makes the walk end on cycles.
  const rows = await state.query<EdgeRow>(
    sql`with recursive reached(id) as (
       select unnest(${changes.map((change) => change.id)}::uuid[])
       union
       select d.service_id from service_dependency d join reached r on r.id = d.dependent_service_id)
     select f.id as from_id, t.id as to_id, f.name as from_name, t.name as to_name
     from service_dependency d
     join reached r on r.id = d.dependent_service_id
     join service f on f.id = d.dependent_service_id
     join service t on t.id = d.service_id
     order by f.name, d.position`,
  );
  const names = new Map(
    rows.flatMap((row) => [[row.from_id, row.from_name] as const, [row.to_id, row.to_name] as const]),
  );
  const edges: Edge[] = rows.map((row) => ({ from: row.from_id, to: row.to_id }));
  return changes.flatMap((change) => {
    const cycle = findCycle(edges, change.id);
    if (cycle === undefined) return [];
    const second = names.get(cycle[1] ?? '') ?? '';
    const index = rows.filter((row) => row.from_id === change.id).findIndex((row) => row.to_id === cycle[1]);
    const path = `spec.dependencies[${Math.max(index, 0)}].serviceRef`;
    const way = cycle.map((id) => names.get(id) ?? change.name).join(' → ');
    const message = `Services cannot depend on each other in a circle: ${way}.`;
    const mentions = cycle.map((id) => ({ kind: 'Service', id, name: names.get(id) ?? change.name }));
    return [refuse(change, 'DEPENDENCY_CYCLE', path, message, { value: second, mentions })];
  });
}

const dependenciesOf = ({ spec }: Pick<Change, 'spec'>): string[] =>
  ((spec.dependencies ?? []) as readonly Dependency[]).map(({ serviceRef }) => serviceRef.name);

/** What is offered does not newly depend on what is not offered yet, or not any more. */
const dependsOnOffered = rowRule<{ place: number; name: string; phase: string; service_id: string }>(
  (ids) => sql`select s.id, d.position as place, t.name, t.phase, t.id as service_id
    from service s
    join service_dependency d on d.dependent_service_id = s.id
    join service t on t.id = d.service_id
    where s.id = any(${ids}::uuid[]) and s.phase in ('Published', 'Deprecated') and t.phase in ('Draft', 'Retired')
    order by s.name, d.position`,
  (change, { place, name, phase, service_id: id }) => {
    const { before } = change;
    if (before !== undefined && isInForce(before.spec.phase) && dependenciesOf(before).includes(name)) return [];
    const message = `${name} is ${phase}: a service that is offered depends on Published or Deprecated ones.`;
    const evidence = {
      value: name,
      accepted: 'a service that is Published',
      mentions: [{ kind: 'Service', id, name }],
    };
    return refuse(change, 'DEPENDENCY_NOT_OFFERED', `spec.dependencies[${place}].serviceRef`, message, evidence);
  },
);

const producerOf = ({ spec }: Pick<Change, 'spec'>): string =>
  (spec.owner as { readonly producerProjectRef: { readonly name: string } }).producerProjectRef.name;

/** Whoever uses a service has an agreement with the project that produces it. */
const keepsProducer = rowRule<{ count: number }>(
  (ids) => sql`select s.id, u.count from service s
    cross join lateral (
      select count(*)::int as count from (
        select project_id from service_entitlement where service_id = s.id
        union select consumer_project_id from service_consumer where service_id = s.id) p) u
    where s.id = any(${ids}::uuid[]) and u.count > 0`,
  (change, { count }) => {
    const { before } = change;
    if (before === undefined || producerOf(before) === producerOf(change)) return [];
    const who = count === 1 ? 'A project uses' : `${count} projects use`;
    const message = `${who} the service, whose producer therefore stays; another project offers a service of its own.`;
    const evidence = { value: producerOf(change), accepted: 'the producer as it is' };
    return refuse(change, 'PRODUCER_FROZEN', 'spec.owner.producerProjectRef', message, evidence);
  },
);

/** A service is retired before it goes with what it has in force. */
async function checkOutOfForce(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const current = objects.filter(({ spec }) => isInForce(spec.phase));
  const rows = await state.query(
    tables
      .selectFrom('configuration_activation')
      .select(['service_id', 'configuration_name'])
      .where('service_id', '=', among(current.map(({ id }) => id)))
      .where('deactivated_at', '=', now),
  );
  const inForce = new Map(rows.map((row) => [row.service_id, row.configuration_name]));
  return current.flatMap((object) => {
    const configuration = inForce.get(object.id);
    if (configuration === undefined) return [];
    const message = `${object.name} is ${String(object.spec.phase)}, and what ${configuration} states is in force: retire the service first.`;
    return [refuse(object, 'IN_FORCE', 'metadata.name', message, { accepted: 'a service that is Retired' })];
  });
}

async function derive(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  await stampPhases(store, 'service', ids);
  const moved = changes.filter(({ before, spec }) => before !== undefined && before.spec.phase !== spec.phase);
  await settleInForce(
    store,
    moved.map(({ id }) => id),
  );
}

export const service = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'Service',
  plural: 'services',
  description:
    'A service that is offered on the platform: its identity, its lifecycle and its owner. What it meters, bills and limits is stated in its configurations.',
  scope: { own: true, parent: ['owner.producerProjectRef'] },
  verbs: ['updateStatus'],
  publicReading: 'where its scope is public',
  sharedThrough: {
    kind: 'ServiceEntitlement',
    column: 'service_id',
    when: (entitlement) => sql`${entitlement}.status_phase = 'Active'`,
  },
  name: {
    max: 63,
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    accepts: 'a DNS label: lower-case letters, digits and hyphens, beginning and ending with a letter or digit',
  },
  keys: ['serviceName'],
  // Invoices and contracts refer to a service for a while after its deletion.
  namesHeldDays: 30,
  phase: 'phase',
  spec: {
    serviceName: text({
      description:
        'Canonical name of the service, a DNS name (`compute.example.com`). The names of its meters and resource types begin with it. It is unique, cannot be changed, and does not depend on the name of the object.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
      pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/,
      accepts: 'a reverse-DNS name of two or more lower-case labels, such as compute.example.com',
    }),
    phase: phaseField,
    displayName: text({
      description: 'Name shown in portals, on invoices and in the marketplace.',
      required: true,
      min: 1,
      max: 128,
    }),
    description: text({ description: 'What the service does, in plain language.', max: 1024 }),
    owner: group(
      'ServiceOwner',
      {
        producerProjectRef: ref('Project', {
          description: 'The project that produces the service.',
          required: true,
          inverse: { name: 'producedServices', description: 'The services that the project produces.' },
        }),
      },
      { description: 'Who is responsible for the service.', required: true },
    ),
    dependencies: refs('Service', {
      description:
        'Services that this one depends on: a project that enables this service gets them as well. A service cannot depend on itself, directly or through others.',
      table: 'service_dependency',
      ownerColumn: 'dependent_service_id',
      wrap: 'serviceRef',
      by: 'serviceName',
      exportName: true,
      max: 16,
      unique: true,
      inverse: {
        name: 'dependents',
        description: 'The services that depend on this one: a project that enables one of them gets this one as well.',
      },
    }),
    enablementPolicy: group(
      'EnablementPolicy',
      {
        mode: choice(
          'EnablementMode',
          {
            SelfService: 'A project can use the service as soon as it asks for it.',
            GatedByProvider: 'A project waits until the provider has approved its request.',
          },
          {
            description: 'Whether the provider must approve each project that wants to use the service.',
            default: 'SelfService',
          },
        ),
      },
      { description: 'How projects get access to the service.' },
    ),
  },
  status: {
    ...lifecycleStatus,
    activeConfiguration: ref('ServiceConfiguration', {
      description:
        'The configuration that counts, which is the one published last; null if none has been published. It is in force while both it and the service are Published or Deprecated.',
    }),
    activations: objects(
      'ConfigurationActivation',
      {
        configuration: text({ description: 'Name of the configuration.', required: true }),
        revisionNumber: int({ description: 'Number of the revision in the service.', required: true }),
        since: text({ description: 'Time from which on it counted, in ISO 8601.', required: true }),
        until: text({
          description: 'Time at which another one took its place, in ISO 8601; null for the present one.',
        }),
        by: text({ description: 'Who published it: kind and name, such as `User/ada`.', required: true }),
      },
      {
        description:
          'Which configuration counted, and when: the newest first, at most 100. Publishing an earlier revision again is an entry of its own.',
      },
    ),
  },
  printer: [
    { name: 'SERVICE NAME', path: 'spec.serviceName' },
    { name: 'DISPLAY NAME', path: 'spec.displayName' },
    { name: 'PHASE', path: 'spec.phase' },
    { name: 'PRODUCER', path: 'spec.owner.producerProjectRef.name', wide: true },
    { name: 'ENABLEMENT', path: 'spec.enablementPolicy.mode', wide: true },
  ],
  check: (change) => [...checkPhaseStep(change), ...checkDependencies(change)],
  checkAll: allOf(checkDependencyCycles, dependsOnOffered, keepsProducer),
  checkGone: checkOutOfForce,
  derive,
});
