import { expect } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { random } from '../mutations/random.ts';
import { act, entitlement, manifest, refusals } from './enablement-world.ts';
import { type Document, type Output, outputsOf } from './outputs-model.ts';
import { inOrder, readOutputs } from './read-outputs.ts';
import { elsewhere, project } from './refusals-world.ts';

const phases = ['Draft', 'Published', 'Deprecated', 'Retired'];
const later = (left: string, right: string): string => (phases.indexOf(left) > phases.indexOf(right) ? left : right);
const written = (phase: string): string => phase.charAt(0) + phase.slice(1).toLowerCase();

type Random = ReturnType<typeof random>;

/** Some of everything that can follow from a configuration. */
function randomDocument(of: string, { upTo, pick }: Random): object {
  const serviceName = `${of}.maker.example`;
  const metrics = ['a', 'b', 'c'].map((name) => `${serviceName}/${name}`);
  const some = <T>(list: readonly T[]): T[] => list.filter(() => upTo(4) > 0);
  return {
    monitoredResourceTypes: [{ type: `${serviceName}/T`, gvk: { group: serviceName, kind: 'T' } }],
    metrics: metrics.map((name) => ({ name, kind: 'Delta', unit: '{call}', displayName: `Calls ${upTo(3)}` })),
    billing: {
      consumerDestinations: [{ monitoredResourceType: `${serviceName}/T`, metrics }],
      ...(upTo(4) === 0 && { quotaGating: 'BillingEntitlement' }),
    },
    charges: some([
      {
        name: `${serviceName}/calls`,
        chargeType: 'Usage',
        ...(upTo(2) === 0 && { displayName: 'All calls' }),
        usage: {
          metricRef: pick(metrics),
          pricingUnit: pick(['call', 'k{call}']),
          rates: [{ flat: `0.${upTo(9) + 1}` }],
        },
      },
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
        metrics.map((metric, place) => ({
          name: `${of}.l/${place}`,
          metric,
          ...(upTo(2) === 0 && { displayName: 'Limit', description: 'What is limited.' }),
          unit: '1/{project}',
          consumerType: { ...project, kind: upTo(4) === 0 ? 'Organization' : 'Project' },
          defaultLimit: upTo(9),
        })),
      ),
      metricRules: some(['X', 'Y']).map((kind) => ({
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

/** What should follow from what is stored now. */
async function expected(app: TestApp, names: readonly string[]): Promise<Map<string, Output[]>> {
  const { data, errors } = await app.execute(READ, { names });
  expect(errors).toBeUndefined();
  const entitlements = data.serviceEntitlements.nodes as {
    readonly phase: string;
    readonly project: { readonly name: string };
    readonly service: { readonly name: string };
  }[];
  const registrations = data.resourceRegistrations.nodes as { resourceType: string; configuration: unknown }[];
  const byHand = registrations.filter((one) => one.configuration === null).map(({ resourceType }) => resourceType);
  return new Map(
    (data.services.nodes as Stored[]).map((stored) => {
      const { name: service, serviceName } = stored;
      const counting = countingOf(stored);
      if (counting === undefined || stored.phase === 'DRAFT') return [serviceName, []];
      const outputs = outputsOf(
        {
          service,
          serviceName,
          configuration: counting.name,
          phase: later(written(stored.phase), written(counting.phase)),
          document: (JSON.parse(counting.manifest) as { readonly spec: Document }).spec,
          projects: entitlements
            .filter((one) => one.phase === 'ACTIVE' && one.service.name === service)
            .map((one) => one.project.name),
        },
        byHand,
      );
      return [serviceName, inOrder(outputs)];
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
  const often = ['state', 'state', 'state', 'step', 'step', 'entitle'];
  const seen: Record<string, number> = {};
  const log: string[] = [];
  for (let step = 0; step < steps; step++) {
    const operation = revisions.length === 0 ? 'state' : pick([...often, ...Object.keys(operations)]);
    const name = pick(names);
    log.push(`${step} ${operation} ${name} ${JSON.stringify(await operations[operation]?.(name))}`);
    const wanted = await expected(app, names);
    for (const each of names.map((one) => `${one}.maker.example`)) {
      const outputs = inOrder(await readOutputs(app, each));
      expect(outputs, log.slice(-12).join('\n')).toEqual(wanted.get(each) ?? []);
      for (const { kind } of outputs) seen[kind] = (seen[kind] ?? 0) + 1;
    }
  }
  return seen;
}
