import { int, ref, text, time } from '../../catalog/fields.ts';
import { type CatalogObject, type Change, defineKind, type FinalState } from '../../catalog/kind.ts';
import { allOf, type RowRule, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Violation } from '../../platform/errors.ts';
import { activeAfter, isPublication } from './activate.ts';
import { inconsistencies } from './configuration-consistency.ts';
import { fanOut, withdraw } from './configuration-fan-out.ts';
import { configurationSections } from './configuration-fields.ts';
import { changedMeanings, frozenChanges } from './configuration-freeze.ts';
import { remarkOnDropped, remarkOnLeftOut } from './configuration-remarks.ts';
import { readConfiguration } from './configuration-spec.ts';
import { remarkOnMetering } from './configuration-units.ts';
import { configurationClaims } from './kind-claims.ts';
import { checkPhaseStep, isFrozen, isInForce, lifecycleStatus, phaseField } from './lifecycle.ts';
import { nameCollisions } from './name-collisions.ts';
import { checkNamePrefix } from './name-prefix.ts';
import { leavesNamesThatGoOn, outputNamesDiffer, outputNamesFit } from './outputs/output-collisions.ts';
import { remarkOnRegistrations } from './outputs/registration-remarks.ts';
import { checkMeanings } from './published-names.ts';
import { statedMeters, statedTypes } from './stated-names.ts';

function checkDocument(change: Change): Violation[] {
  const spec = readConfiguration(change.spec);
  const frozen = change.before === undefined ? [] : frozenChanges(readConfiguration(change.before.spec), spec);
  const meanings =
    change.before === undefined ? [] : changedMeanings(change, readConfiguration(change.before.spec), spec);
  return [
    ...checkPhaseStep(change),
    ...inconsistencies(spec, change.spec).map(({ rule, path, message, ...evidence }) =>
      refuse(change, rule, path, message, evidence),
    ),
    ...frozen.map(({ path, message, ...evidence }) => refuse(change, 'FROZEN', path, message, evidence)),
    ...meanings,
  ];
}

interface ServiceRow {
  readonly id: string;
  readonly service_name: string;
  readonly producer: string;
  readonly producer_id: string;
}

const loadServices = async (changes: readonly Change[], state: FinalState): Promise<Map<string, ServiceRow>> => {
  const rows = await state.query<ServiceRow>(
    sql`select c.id, s.service_name, p.name as producer, p.id as producer_id
     from service_configuration c
     join service s on s.id = c.service_id
     join project p on p.id = s.owner_producer_project_id
     where c.id = any(${changes.map((change) => change.id)}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row]));
};

/** Names begin with that of the service. */
const checkPrefixes = (change: Change, { service_name: service }: ServiceRow): Violation[] => {
  const spec = readConfiguration(change.spec);
  const names = [
    ...spec.monitoredResourceTypes.map((entry, index) => [`spec.monitoredResourceTypes[${index}].type`, entry.type]),
    ...spec.metrics.map((entry, index) => [`spec.metrics[${index}].name`, entry.name]),
    ...spec.meters.map((entry, index) => [`spec.meters[${index}].name`, entry.name]),
    ...spec.charges.map((entry, index) => [`spec.charges[${index}].name`, entry.name]),
  ];
  return names.flatMap(([path = '', name = '']) => checkNamePrefix(change, path, name, service));
};

/** Provisioned objects come from the project that produces the service. */
const checkSources = (change: Change, { producer, producer_id: id }: ServiceRow): Violation[] =>
  readConfiguration(change.spec).provisioned.flatMap(({ projection: { sourceProject } }, index) => {
    if (sourceProject === producer) return [];
    const path = `spec.provisioning.resources[${index}].projection.sourceProject`;
    const message = `A service hands out objects of its own producer project only: ${producer}.`;
    const mentions = [{ kind: 'Project', id, name: producer }];
    return [refuse(change, 'FOREIGN_SOURCE', path, message, { value: sourceProject, accepted: producer, mentions })];
  });

/**
 * What is asked of a configuration and its service. What names stand for is told only to those whose names they can be:
 * a configuration that states names of others is judged no further, nor are those of its service beside it.
 */
const keepsToService =
  (further: RowRule): RowRule =>
  async (changes, state) => {
    const services = await loadServices(changes, state);
    const ofService = (rule: (change: Change, row: ServiceRow) => Violation[]): Violation[] =>
      changes.flatMap((change) => {
        const row = services.get(change.id);
        return row === undefined ? [] : rule(change, row);
      });
    const foreign = ofService(checkPrefixes);
    const refused = new Set(foreign.map(({ objectId = '' }) => services.get(objectId)?.service_name));
    const judged = changes.filter(({ id }) => !refused.has(services.get(id)?.service_name));
    return [...foreign, ...ofService(checkSources), ...(judged.length === 0 ? [] : await further(judged, state))];
  };

/** What other documents have published under the same names is binding. */
const keepsMeanings: RowRule = async (changes, state) => {
  const active = new Set((await activeAfter(changes, state)).map(({ now }) => now));
  const statements = changes.map((change) => {
    const spec = readConfiguration(change.spec);
    return { change, meters: statedMeters(spec), types: statedTypes(spec), counts: active.has(change.id) };
  });
  return checkMeanings(statements, state);
};

/** New billing accounts are given what is published: a GA offer has its prices. */
const givesWhatIsOffered = rowRule(
  (ids) =>
    tables
      .selectFrom('service_configuration as c')
      .innerJoin('offer as o', 'o.id', 'c.default_offer_id')
      .select(['c.id', 'o.id as offer_id', 'o.name as offer'])
      .where('c.id', '=', among(ids))
      .where('o.launch_stage', '<>', 'GA'),
  (change, { offer_id: id, offer: name }) => {
    const message = `The offer ${name} is a Draft: it is published before new billing accounts are given it.`;
    const mentions = [{ kind: 'Offer', id, name }];
    return refuse(change, 'OFFER_NOT_PUBLISHED', 'spec.defaultOffer', message, {
      value: name,
      accepted: 'an Offer that is GA',
      mentions,
    });
  },
);

/** What is published, or published again, is to take effect. A configuration that comes into being may be a record. */
const takesEffect: RowRule = (changes, state) =>
  rowRule<{ service: string; service_id: string }>(
    (ids) =>
      tables
        .selectFrom('service_configuration as c')
        .innerJoin('service as s', 's.id', 'c.service_id')
        .select(['c.id', 's.name as service', 's.id as service_id'])
        .where('c.id', '=', among(ids))
        .where('s.phase', '=', 'Retired'),
    (change, { service, service_id: id }) => {
      const message = `${service} is Retired, and stays so: nothing that its revisions state comes into force again. To offer it anew, make a service of another name.`;
      const mentions = [{ kind: 'Service', id, name: service }];
      const accepted = 'a configuration of a service that is not Retired';
      return refuse(change, 'SERVICE_RETIRED', 'spec.phase', message, { value: change.spec.phase, accepted, mentions });
    },
  )(
    changes.filter((change) => change.before !== undefined && isPublication(change)),
    state,
  );

/** The configuration in force gives way to another one, or goes with its service. */
async function checkInForce(changes: readonly Change[], state: FinalState): Promise<Violation[]> {
  const left = (await activeAfter(changes, state)).filter(
    ({ was, now, is_new, phase }) => was !== null && was !== now && !is_new && isInForce(phase),
  );
  return left.flatMap(({ was }) => {
    const change = changes.find(({ id }) => id === was);
    if (change === undefined) return [];
    const message = `${change.name} is in force: publish another revision in its place first, or retire the service.`;
    const accepted = 'Deprecated, as long as it is in force';
    return [refuse(change, 'IN_FORCE', 'spec.phase', message, { value: change.spec.phase, accepted })];
  });
}

/** Once published, a revision is a record that is kept as long as its service. */
async function checkKept(objects: readonly CatalogObject[], state: FinalState): Promise<Violation[]> {
  const published = objects.filter(({ spec }) => isFrozen(spec.phase));
  const names = published.map(serviceOf);
  const services = await state.query(
    tables
      .selectFrom('service')
      .select(['name', 'service_name'])
      .where((of) => of.or([of('name', '=', among(names)), of('service_name', '=', among(names))])),
  );
  const there = new Set(services.flatMap((row) => [row.name, row.service_name]));
  return published
    .filter((object) => there.has(serviceOf(object)))
    .map((object) => {
      const message = `${object.name} has been published: revisions are kept as long as their service. Retire it instead.`;
      return refuse(object, 'REVISION_KEPT', 'metadata.name', message, {
        accepted: 'its deletion along with the service',
      });
    });
}

const serviceOf = ({ spec }: CatalogObject): string => {
  const reference = spec.serviceRef as { readonly name: string };
  return reference.name;
};

export const serviceConfiguration = defineKind({
  domain: 'services',
  group: 'services.miloapis.com',
  kind: 'ServiceConfiguration',
  plural: 'serviceconfigurations',
  description:
    'States what a service meters, bills and limits. Each revision is an object of its own: the one published last counts, and the others are kept. An earlier one is published again to go back to it. Two notations are accepted: `meters`, or `metrics` with `billing`, `quota` and `charges`.',
  scope: { home: ['serviceRef'] },
  phase: 'phase',
  spec: {
    serviceRef: ref('Service', {
      description: 'The service that is configured, by its object name or its canonical name.',
      required: true,
      immutable: 'published',
      by: 'serviceName',
      exportName: true,
      inverse: {
        name: 'configurations',
        description: 'All configurations of the service: drafts, the one in force, and earlier ones.',
      },
    }),
    phase: phaseField,
    version: text({ description: 'Name of the revision for people. The catalog does not interpret it.', max: 64 }),
    ...configurationSections,
  },
  status: {
    revisionNumber: int({
      description:
        'Number of the revision in its service, counted from 1 in the order in which they were published; null for a draft.',
    }),
    activatedAt: time({
      description: 'Time at which the revision last became the one that counts for its service; null if it never did.',
    }),
    ...lifecycleStatus,
  },
  printer: [
    { name: 'SERVICE', path: 'spec.serviceRef.name' },
    { name: 'VERSION', path: 'spec.version' },
    { name: 'PHASE', path: 'spec.phase' },
    { name: 'REVISION', path: 'status.revisionNumber' },
  ],
  check: checkDocument,
  checkAll: keepsToService(
    allOf(
      takesEffect,
      givesWhatIsOffered,
      ...nameCollisions,
      outputNamesDiffer,
      outputNamesFit,
      leavesNamesThatGoOn,
      configurationClaims,
      keepsMeanings,
      checkInForce,
    ),
  ),
  checkGone: checkKept,
  remark: async (changes, state) => [
    ...changes.flatMap(remarkOnMetering),
    ...(await remarkOnLeftOut(changes, state)),
    ...(await remarkOnDropped(changes, state)),
    ...(await remarkOnRegistrations(changes, state)),
  ],
  derive: fanOut,
  undo: withdraw,
});
