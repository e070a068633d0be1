import { differences } from '../../catalog/differences.ts';
import { choice, group, ref, refs, text } from '../../catalog/fields.ts';
import { type Change, type DerivedStore, defineKind } from '../../catalog/kind.ts';
import { allOf } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import { projectsUsing, settleEnablement } from './enablement/settle.ts';
import { settleInForce } from './in-force.ts';
import { serviceClaims } from './kind-claims.ts';
import { checkPhaseStep, lifecycleStatus, phaseField, stampPhases } from './lifecycle.ts';
import { settleOutputs } from './outputs/settle-outputs.ts';
import { holdMetrics } from './published-names.ts';
import { checkDependencies, checkDependencyCycles, dependsOnOffered } from './service-dependencies.ts';
import { serviceNamePattern } from './service-name.ts';
import { checkReserved } from './service-reservation.ts';
import { checkCreator, checkOutOfForce, keepsProducer } from './service-rules.ts';

async function derive(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const ids = changes.map((change) => change.id);
  await stampPhases(store, 'service', ids);
  const moved = changes.filter(({ before, spec }) => before !== undefined && before.spec.phase !== spec.phase);
  const movedIds = moved.map(({ id }) => id);
  await holdMetrics(store, await activeOf(store, movedIds));
  await settleInForce(store, movedIds);
  await settleOutputs(store, movedIds);
  const touched = changes.filter(movesEnablement).map(({ id }) => id);
  await settleEnablement(store, await projectsUsing(store, touched));
}

async function activeOf(store: DerivedStore, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await store.query(
    tables.selectFrom('service').select('active_configuration_id').where('id', '=', among(ids)),
  );
  return rows.flatMap((row) => row.active_configuration_id ?? []);
}

/** Whether it changes who may use the service, or what they get with it. */
const movesEnablement = ({ before, spec }: Change): boolean =>
  before !== undefined &&
  ['phase', 'enablementPolicy', 'dependencies'].some(
    (member) => differences(before.spec[member], spec[member], member).length > 0,
  );

export const service = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'Service',
  plural: 'services',
  description:
    'A service that is offered on the platform: its identity, its lifecycle and its owner. What it meters, bills and limits is stated in its configurations.',
  scope: { own: true, parent: ['owner.producerProjectRef'] },
  verbs: ['updateStatus', 'import'],
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
  namesHeld: { days: 30, forSame: 'owner.producerProjectRef' },
  phase: 'phase',
  spec: {
    serviceName: text({
      description:
        'Canonical name of the service, a DNS name (`compute.example.com`). The names of its meters and resource types begin with it. It is unique, cannot be changed, and does not depend on the name of the object.',
      required: true,
      immutable: 'always',
      min: 1,
      max: 253,
      ...serviceNamePattern,
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
      { description: 'How projects get access to the service.', required: true, default: {} },
    ),
  },
  status: {
    ...lifecycleStatus,
    activeConfiguration: ref('ServiceConfiguration', {
      description:
        'The configuration that counts, which is the one published last; null if none has been published. It is in force while both it and the service are Published or Deprecated.',
    }),
  },
  printer: [
    { name: 'SERVICE NAME', path: 'spec.serviceName' },
    { name: 'DISPLAY NAME', path: 'spec.displayName' },
    { name: 'PHASE', path: 'spec.phase' },
    { name: 'PRODUCER', path: 'spec.owner.producerProjectRef.name', wide: true },
    { name: 'ENABLEMENT', path: 'spec.enablementPolicy.mode', wide: true },
  ],
  check: (change) => [...checkPhaseStep(change), ...checkDependencies(change)],
  checkAll: allOf(checkCreator, checkReserved, checkDependencyCycles, dependsOnOffered, keepsProducer, serviceClaims),
  checkGone: checkOutOfForce,
  derive,
});
