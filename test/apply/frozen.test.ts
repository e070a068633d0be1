import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fields } from '../../src/catalog/fields.ts';
import { createCatalog, type KindModel } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';
import { applyAll } from '../authz/world.ts';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { rareKinds } from '../mutations/rare-kinds.ts';

/** A bay of the module that the example world has, another bay with another module, and a port that the module brings. */
const onBlade = { deviceRef: { kind: 'Node', name: 'fra1-blade1' } };
const modules = [
  ['ModuleType', 'another-type', { manufacturer: 'Example Systems', model: 'Another' }],
  ['ModuleBay', 'inner-bay', { ...onBlade, name: 'Inner', parentRef: { name: 'fra1-blade1-mezzanine-1' } }],
  ['ModuleBay', 'spare-bay', { ...onBlade, name: 'Spare' }],
  ['Module', 'another-module', { bayRef: { name: 'spare-bay' }, typeRef: { name: 'another-type' } }],
  ['Port', 'a-port', { ...onBlade, name: 'acc0', type: 'Ethernet', moduleRef: { name: 'fra1-blade1-accelerator' } }],
]
  .map(
    ([kind, name, spec]) =>
      `---\n${JSON.stringify({ apiVersion: 'catalog.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`,
  )
  .join('');

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  await applyAll(app, rareKinds + modules);
});
afterAll(() => app.close());

type Value = Readonly<Record<string, unknown>>;
interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: Value;
}

/** Fields that may not change, with the moment from which on; of a group that is frozen, the group. */
const frozen = (fields: Fields, path: readonly string[] = []): [string[], 'always' | 'published'][] =>
  Object.entries(fields).flatMap(([name, field]): [string[], 'always' | 'published'][] => {
    const here = [...path, name];
    if (field.immutable !== undefined) return [[here, field.immutable]];
    return field.type === 'group' ? frozen(field.fields, here) : [];
  });
/** Activations follow from configurations and are never stated; a report is stated by one account (registry/reports). */
const special = ['ConfigurationActivation', 'DeploymentReport'];
const stated = createCatalog(domains).kinds.filter(({ kind }) => !special.includes(kind));
const all = stated.flatMap((kind) =>
  frozen(kind.spec).map(([path, since]) => ({ kind, path, since, name: `${kind.kind} ${path.join('.')}` })),
);

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (inner as Value | undefined)?.[name], value);
const withValue = (spec: Value, [name = '', ...rest]: readonly string[], value: unknown): Value => ({
  ...spec,
  [name]: rest.length === 0 ? value : withValue(spec[name] as Value, rest, value),
});

async function manifestsOf({ listField }: KindModel): Promise<Manifest[]> {
  const { data } = await app.execute(`{ ${listField}(first: 200) { nodes { manifest(format: JSON, bare: true) } } }`);
  return data[listField].nodes.map(({ manifest }: { manifest: string }) => JSON.parse(manifest));
}

const tried = async (content: string): Promise<string[]> =>
  (await app.apply(content, { validateOnly: true })).userErrors.map(({ code, field }) => `${code} ${field}`);

/** Other values for fields of which the example world has no two. */
const others: Readonly<Record<string, unknown>> = {
  'ApiResource serviceRef': { name: 'machines-example-com' },
  'ApiResource singularName': 'Another',
  'CircuitTermination circuitRef': { name: 'fra1-iad1' },
  'CircuitTermination side': 'Z',
  'ConsumerPortalPlugin serviceRef': { name: 'machines-example-com' },
  'DeviceMounting deviceRef': { kind: 'Node', name: 'fra1-blade2' },
  'Equipment siteRef': { name: 'fra2' },
  'MeterDefinition measurement.aggregation': 'Max',
  'MeterDefinition owner.service': 'edge.example.com',
  'ModuleBay deviceRef': { kind: 'Node', name: 'fra1-blade2' },
  'ModuleBay parentRef': { name: 'spare-bay' },
  'MonitoredResourceType owner.service': 'edge.example.com',
  'Organization type': 'Personal',
  'OrganizationMembership organizationRef': { name: 'aurora' },
  'Port moduleRef': { name: 'another-module' },
  'ProjectSuspension projectRef': { name: 'northwind-fleet' },
  'ProjectSuspension reason': 'Fraud',
  'ProjectSuspension reinstateAuthority': 'Consumer',
  'ProjectSuspension requestedBy': 'somebody else',
  'ProviderNetwork providerRef': { name: 'deepline-fiber' },
  'ProviderPortalPlugin serviceRef': { name: 'machines-example-com' },
  'RegionPolicy projectRef': { name: 'northwind-fleet' },
  'ResourceRegistration type': 'Allocation',
  'ServiceActivationRequest serviceRef': { name: 'edge-example-com' },
  'ServiceActivationRequest consumerProjectRef': { name: 'aurora-player' },
  'ServiceActivationRequest requestMessage': 'Otherwise.',
  'ServiceAvailability locationRef': { name: 'us-east' },
  'ServiceAvailability serviceRef': { name: 'edge-example-com' },
  'ServiceImport serviceVersionRef': { name: 'buckets-example-com.v1' },
  'ServiceImport targetServiceRef': { name: 'buckets-example-com' },
  'ServiceReservation projectRef': { name: 'northwind-fleet' },
  'ServiceReservation serviceName': 'another.example.com',
  'ServiceUse serviceRef': { name: 'machines-example-com' },
  'ServiceUse targetServiceRef': { name: 'edge-example-com' },
  'ServiceVersion version': 'v9',
  'UnitReservation rackRef': { name: 'fra1-a01' },
  'UserDeactivation userRef': { name: 'project-viewer' },
};

describe('a field that is frozen from creation takes no other value, such as another object of the kind has', () => {
  const always = all.filter(({ since }) => since === 'always');

  test.each(always)('$name', async ({ kind, path, name }) => {
    const manifests = await manifestsOf(kind);
    const field = `spec.${path.join('.')}`;
    const otherThan = (value: unknown): unknown =>
      manifests
        .map(({ spec }) => valueAt(spec, path))
        .find((its) => its !== undefined && JSON.stringify(its) !== JSON.stringify(value)) ?? others[name];
    for (const one of manifests) {
      const value = valueAt(one.spec, path);
      // Some are declared by another object, and no manifest is taken for them.
      if (value === undefined || (await tried(JSON.stringify(one))).length > 0) continue;
      const changed = { ...one, spec: withValue(one.spec, path, otherThan(value)) };
      const refused = await tried(JSON.stringify(changed));
      expect(
        refused.filter((told) => told.startsWith(`IMMUTABLE ${field}`)),
        refused.join('\n'),
      ).toHaveLength(1);
      return;
    }
    throw new Error('the example world has none of them');
  });
});

describe('a field that is frozen once published', () => {
  test('is one that is tried here', () => {
    // What is frozen of an Offer is changed in test/services/refusals, row C3.29.
    expect(all.filter(({ since }) => since === 'published').map(({ name }) => name)).toEqual([
      'Offer chargeTypes',
      'Offer launchStage',
      'Offer servicePricingRefs',
      'Offer servicePricings',
      'ServiceConfiguration serviceRef',
    ]);
  });

  const configuration = (phase: string, service: string): string =>
    JSON.stringify({
      apiVersion: 'services.miloapis.com/v1alpha1',
      kind: 'ServiceConfiguration',
      metadata: { name: `frozen-${phase.toLowerCase()}` },
      spec: { serviceRef: { name: service }, phase },
    });

  test.each([
    ['Draft', []],
    ['Published', ['IMMUTABLE spec.serviceRef.name']],
    ['Deprecated', ['IMMUTABLE spec.serviceRef.name']],
    ['Retired', ['IMMUTABLE spec.serviceRef.name']],
  ])('the service of a configuration that is %s', async (phase, refused) => {
    expect((await app.apply(configuration(phase, 'edge-example-com'))).userErrors).toEqual([]);
    expect(await tried(configuration(phase, 'machines-example-com'))).toEqual(refused);
    expect(await tried(configuration(phase, 'edge-example-com'))).toEqual([]);
  });
});
