import { expect } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { random } from '../mutations/random.ts';
import { act, entitlement, manifest, refusals } from './enablement-world.ts';
import { type Document, type Earlier, type Output, outputsOf } from './outputs-model.ts';
import { inOrder, readOutputs } from './read-outputs.ts';
import { elsewhere, project } from './refusals-world.ts';

const phases = ['Draft', 'Published', 'Deprecated', 'Retired'];
const later = (left: string, right: string): string => (phases.indexOf(left) > phases.indexOf(right) ? left : right);
const written = (phase: string): string => phase.charAt(0) + phase.slice(1).toLowerCase();

type Random = ReturnType<typeof random>;

/** Some of everything that can follow from a configuration. Metric c only counts for quota. */
function randomDocument(of: string, { upTo, pick }: Random): Document {
  const serviceName = `${of}.maker.example`;
  const metrics = pick(['a', 'b', 'c', 'ab', 'bc', 'abc', 'abc'])
    .split('')
    .map((name) => `${serviceName}/${name}`);
  const billed = metrics.filter((name) => !name.endsWith('/c'));
  const types = pick(['T', 'U', 'TU', 'TU']).split('');
  const some = <T>(list: readonly T[]): T[] => list.filter(() => upTo(4) > 0);
  return {
    monitoredResourceTypes: types.map((kind) => ({
      type: `${serviceName}/${kind}`,
      gvk: { group: serviceName, kind },
    })),
    metrics: metrics.map((name) => ({ name, kind: 'Delta', unit: '{call}', displayName: `Calls ${upTo(3)}` })),
    billing: {
      ...(billed.length > 0 && {
        consumerDestinations: [{ monitoredResourceType: `${serviceName}/${types[0]}`, metrics: billed }],
      }),
      ...(upTo(4) === 0 && { quotaGating: 'BillingEntitlement' }),
    },
    charges: some([
      ...billed.map((metricRef) => ({
        name: upTo(4) === 0 ? `${serviceName}/calls` : metricRef,
        chargeType: 'Usage',
        ...(upTo(2) === 0 && { displayName: 'All calls' }),
        usage: { metricRef, pricingUnit: pick(['call', 'k{call}']), rates: [{ flat: `0.${upTo(9) + 1}` }] },
      })),
      {
        name: `${serviceName}/on/start`,
        chargeType: 'OneTime',
        oneTime: { amount: `${upTo(9)}`, trigger: 'BillingAccountActivation' },
      },
      {
        name: `${serviceName}/base`,
        chargeType: 'Recurring',
        recurring: { amount: `${upTo(9)}`, interval: 'monthly' },
      },
    ]),
    quota: {
      limits: some(
        metrics.map((metric) => ({
          name: upTo(5) === 0 ? `${of}.l/any` : `${of}.l/${metric.slice(-1)}`,
          metric,
          ...(upTo(2) === 0 && { displayName: 'Limit', description: 'What is limited.' }),
          unit: '1/{project}',
          consumerType: { ...project, kind: upTo(4) === 0 ? 'Organization' : 'Project' },
          defaultLimit: upTo(9),
        })),
      ),
      metricRules: some(['T', 'U', 'X']).map((kind) => ({
        selector: { apiGroup: serviceName, kind },
        metricCosts: Object.fromEntries([pick(metrics), pick(metrics)].map((metric) => [metric, upTo(5) + 1])),
      })),
    },
    ...(upTo(2) === 0 && {
      userInterface: {
        consumer: { assets: { baseURL: `https://ui${upTo(3)}.example` }, visibility: { entitlement: 'Required' } },
        ...(upTo(3) > 0 && { provider: { assets: { baseURL: 'https://staff.example' }, suspend: true } }),
      },
    }),
  };
}

interface Revision {
  readonly name: string;
  readonly phase: string;
  readonly revisionNumber: number | null;
  readonly manifest: string;
}
interface Stored {
  readonly name: string;
  readonly serviceName: string;
  readonly phase: string;
  readonly activeConfiguration: { readonly name: string } | null;
  readonly activations: { readonly nodes: readonly { readonly configuration: { readonly name: string } }[] };
  readonly configurations: { readonly nodes: readonly Revision[] };
}

const READ = `query ($names: [String!]!) {
  services(where: { name: { in: $names } }) { nodes {
    name serviceName phase activeConfiguration { name } activations(first: 100, orderBy: [ACTIVATED_AT_DESC]) { nodes { configuration { name } } }
    configurations { nodes { name phase revisionNumber manifest(format: JSON, bare: true) } } } }
  serviceEntitlements(first: 1000) { nodes { phase project { name } service { name } } }
  resourceRegistrations(first: 1000) { nodes { resourceType configuration { name } } } }`;

/** The revision that counts: the active one, else the last that was, among those that are retired. */
function countingOf({ activeConfiguration, activations, configurations }: Stored): Revision | undefined {
  const { nodes } = configurations;
  if (activeConfiguration !== null) return nodes.find(({ name }) => name === activeConfiguration.name);
  const retired = nodes.filter(({ phase }) => phase === 'RETIRED');
  const [last] = activations.nodes.map(({ configuration }) => retired.find(({ name }) => name === configuration.name));
  if (last !== undefined) return last;
  return retired.sort((left, right) => (right.revisionNumber ?? 0) - (left.revisionNumber ?? 0))[0];
}

const documentOf = ({ manifest: text }: Revision): Document => (JSON.parse(text) as { readonly spec: Document }).spec;

/** Which revision was the last to state each metric and Kind while it counted, by service. */
type Stated = Map<string, Map<string, string>>;

const namesIn = ({ metrics = [], monitoredResourceTypes = [] }: Document): string[] => [
  ...metrics.map(({ name }) => name),
  ...monitoredResourceTypes.map(({ gvk }) => `${gvk.group}-${gvk.kind}`),
];

function note(stated: Stated, { name, activeConfiguration, configurations }: Stored): Map<string, string> {
  const lasts = stated.get(name) ?? new Map<string, string>();
  stated.set(name, lasts);
  const active = configurations.nodes.find((revision) => revision.name === activeConfiguration?.name);
  if (active !== undefined) for (const each of namesIn(documentOf(active))) lasts.set(each, active.name);
  return lasts;
}

/** What of earlier revisions goes on beside the one that counts. */
function earlierOf(stored: Stored, counting: Revision, lasts: ReadonlyMap<string, string>): Earlier[] {
  const counts = new Set(namesIn(documentOf(counting)));
  const order = stored.activations.nodes.map(({ configuration }) => configuration.name);
  return stored.configurations.nodes
    .filter(({ name, phase }) => name !== counting.name && phase !== 'DRAFT')
    .map((revision) => {
      const left = [...lasts].filter(([each, last]) => last === revision.name && !counts.has(each));
      const names = left.map(([each]) => each);
      return {
        configuration: revision.name,
        phase: later(later(written(stored.phase), written(revision.phase)), 'Deprecated'),
        document: documentOf(revision),
        metrics: names,
        kinds: names,
      };
    })
    .sort((left, right) => order.indexOf(left.configuration) - order.indexOf(right.configuration))
    .sort((left, right) => Number(left.phase === 'Retired') - Number(right.phase === 'Retired'));
}

interface Expected {
  /** Name of the configuration. */
  readonly counting: string;
  readonly outputs: readonly Output[];
}

/** What should follow from what is stored now. */
async function expected(app: TestApp, names: readonly string[], stated: Stated): Promise<Map<string, Expected>> {
  const { data, errors } = await app.execute(READ, { names });
  expect(errors).toBeUndefined();
  const entitlements = data.serviceEntitlements.nodes as {
    readonly phase: string;
    readonly project: { readonly name: string };
    readonly service: { readonly name: string };
  }[];
  const registrations = data.resourceRegistrations.nodes as { resourceType: string; configuration: unknown }[];
  const byHand = registrations.filter((one) => one.configuration === null).map(({ resourceType }) => resourceType);
  const there = data.services.nodes as Stored[];
  for (const name of stated.keys()) if (!there.some((one) => one.name === name)) stated.delete(name);
  return new Map(
    there.map((stored) => {
      const { name: service, serviceName } = stored;
      const lasts = note(stated, stored);
      const counting = countingOf(stored);
      if (counting === undefined || stored.phase === 'DRAFT') return [serviceName, { counting: '', outputs: [] }];
      const inForce = new Set(
        stored.configurations.nodes
          .filter(({ phase }) => ['PUBLISHED', 'DEPRECATED'].includes(phase))
          .map(({ name }) => name),
      );
      const outputs = outputsOf(
        {
          service,
          serviceName,
          configuration: counting.name,
          phase: later(written(stored.phase), written(counting.phase)),
          document: documentOf(counting),
          projects: entitlements
            .filter((one) => one.phase === 'ACTIVE' && one.service.name === service)
            .map((one) => one.project.name),
          earlier: earlierOf(stored, counting, lasts),
          live: [...lasts].filter(([, last]) => inForce.has(last)).map(([each]) => each),
        },
        byHand,
      );
      return [serviceName, { counting: counting.name, outputs: inOrder(outputs) }];
    }),
  );
}

/** Does something at random to services, and compares what follows from them with the naive derivation, step by step. */
export async function compareAtRandom(app: TestApp, seed: number, steps: number): Promise<Record<string, number>> {
  const chance = random(seed);
  const { pick, upTo } = chance;
  const names = ['p', 'q', 'r'].map((name) => `${name}${seed}`);
  const producers = ['maker', 'yard'];
  const service = (name: string, phase: string, producer = 'maker'): string =>
    manifest('Service', name, {
      serviceName: `${name}.maker.example`,
      phase,
      displayName: name,
      owner: { producerProjectRef: { name: producer } },
    });
  const revisions: string[] = [];
  const stated: Stated = new Map();
  const phaseOf = new Map(names.map((name) => [name, 'Published']));
  expect(await refusals(app, ...names.map((name) => service(name, 'Published')))).toEqual([]);
  expect(await refusals(app, ...names.map((name) => entitlement(`of-${name}`, name, 'shop')))).toEqual([]);

  const operations: Readonly<Record<string, (name: string) => Promise<unknown>>> = {
    state: (name) => {
      const revision = `${name}-${revisions.length}`;
      revisions.push(revision);
      const phase = pick(['Draft', 'Published', 'Published', 'Published', 'Deprecated', 'Retired']);
      const document = { serviceRef: { name }, phase, ...randomDocument(name, chance) };
      return refusals(app, manifest('ServiceConfiguration', revision, document));
    },
    // A limit of a metric of its own: what does not count adds nothing to what is in force.
    amend: async () => {
      const { data } = await app.execute(READ, { names });
      const { nodes } = pick(data.services.nodes as Stored[])?.configurations ?? { nodes: [] };
      if (nodes.length === 0) return 'nothing to amend';
      const { name, manifest: text } = pick(nodes);
      const { spec } = JSON.parse(text) as { readonly spec: Document & { readonly serviceRef: { name: string } } };
      const metric = `${spec.serviceRef.name}.maker.example/${name}`;
      const limit = { name: `${metric}/l`, metric, unit: '1/{project}', consumerType: project, defaultLimit: 1 };
      const { metrics = [], quota = {} } = spec;
      return refusals(
        app,
        manifest('ServiceConfiguration', name, {
          ...spec,
          metrics: [...metrics, { name: metric, kind: 'Delta', unit: '{call}' }],
          quota: { ...quota, limits: [...(quota.limits ?? []), limit] },
        }),
      );
    },
    step: () => {
      const verb = pick(['publish', 'publish', 'deprecate', 'retire']);
      return act(app, `${verb}ServiceConfiguration`, { configuration: { name: pick(revisions) } });
    },
    phase: (name) => {
      const phase = phases[Math.min(phases.indexOf(phaseOf.get(name) ?? 'Draft') + 1, upTo(4) === 0 ? 3 : 2)] ?? '';
      phaseOf.set(name, phase);
      return refusals(app, service(name, phase));
    },
    move: (name) => refusals(app, service(name, phaseOf.get(name) ?? 'Published', pick(producers))),
    entitle: (name) => refusals(app, entitlement(`of-${name}`, name, pick(['shop', 'yard']))),
    leave: (name) => act(app, 'deleteServiceEntitlement', { name: `of-${name}`, project: pick(['shop', 'yard']) }),
    register: (name) =>
      refusals(
        app,
        elsewhere('quota', 'ResourceRegistration', `${name}-by-hand`, {
          resourceType: `${name}.maker.example/a`,
          type: 'Entity',
          consumerType: project,
          baseUnit: 'call',
          displayUnit: 'call',
          unitConversionFactor: 1,
          claimingResources: [{ apiGroup: 'x.example', kind: 'X' }],
        }),
      ),
    unregister: (name) => act(app, 'deleteResourceRegistration', { name: `${name}-by-hand` }),
    drop: () => act(app, 'deleteServiceConfiguration', { name: pick(revisions) }),
    end: async (name) => {
      const own = revisions.filter((revision) => revision.startsWith(`${name}-`));
      const objects = [
        { kind: 'Service', name },
        ...own.map((revision) => ({ kind: 'ServiceConfiguration', name: revision })),
      ];
      const { errors } = await app.execute(
        'mutation ($objects: [ObjectReferenceInput!]!) { delete(input: { objects: $objects, allowMissing: true }) { userErrors { code } } }',
        { objects },
      );
      expect(errors).toBeUndefined();
    },
  };
  const often = ['state', 'state', 'state', 'state', 'state', 'state', 'step', 'step', 'entitle', 'entitle'];
  const seen: Record<string, number> = {};
  const log: string[] = [];
  for (let step = 0; step < steps; step++) {
    const operation = revisions.length === 0 ? 'state' : pick([...often, ...often, ...Object.keys(operations)]);
    const name = pick(names);
    log.push(`${step} ${operation} ${name} ${JSON.stringify(await operations[operation]?.(name))}`);
    const wanted = await expected(app, names, stated);
    for (const each of names.map((one) => `${one}.maker.example`)) {
      const outputs = inOrder(await readOutputs(app, each));
      const should = wanted.get(each);
      expect(outputs, log.slice(-12).join('\n')).toEqual(should?.outputs ?? []);
      for (const { kind, status } of outputs) {
        const { phase, configuration } = status as { readonly phase: string; readonly configuration: { name: string } };
        const key = configuration.name === should?.counting ? kind : `${kind} left out, ${phase}`;
        seen[key] = (seen[key] ?? 0) + 1;
      }
    }
  }
  return seen;
}
