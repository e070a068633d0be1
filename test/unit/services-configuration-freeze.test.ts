import { describe, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import { manifestMembers } from '../../src/catalog/manifests/members.ts';
import { changedMeanings, frozenChanges } from '../../src/domains/services/configuration-freeze.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';

const type = { type: 'c.example.com/Instance', gvk: { group: 'c.example.com', kind: 'Instance' } };
const cpu = { name: 'c.example.com/cpu', kind: 'Cumulative', unit: 's' };
const ram = { name: 'c.example.com/ram', kind: 'Gauge', unit: 'By' };
const limit = {
  name: 'instances',
  metric: ram.name,
  unit: 'instance',
  consumerType: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' },
  defaultLimit: 10,
};
const charge = {
  name: 'c.example.com/fee',
  chargeType: 'Recurring',
  currency: 'USD',
  recurring: { amount: '5', interval: 'monthly' },
};
const published = {
  phase: 'Published',
  monitoredResourceTypes: [type],
  metrics: [cpu, ram],
  billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name, ram.name] }] },
  quota: { limits: [limit] },
  charges: [charge],
  provisioning: {
    resources: [{ name: 'classes', projection: { kind: { group: 'g', kind: 'K' }, sourceProject: 'p', selector: {} } }],
  },
  defaultOffer: 'basic',
};
const meterOf = (aggregation: string, pricingUnit = 's') => ({
  phase: 'Published',
  monitoredResourceTypes: [type],
  meters: [
    {
      name: cpu.name,
      measurement: { aggregation, unit: 's' },
      billing: { consumedUnit: 's', pricingUnit },
      monitoredResourceTypes: [type.type],
    },
  ],
});
const about = { kind: 'ServiceConfiguration', name: 'c', id: '' };
const pathsOf = (before: object, after: object): (string | undefined)[] => {
  const [was, is] = [readConfiguration({ ...before }), readConfiguration({ ...after })];
  return [...frozenChanges(was, is), ...changedMeanings(about, was, is)].map(({ path }) => path);
};

describe('C2.2d, C3.14: what publication freezes', () => {
  test('nothing is frozen in a draft', () => {
    expect(pathsOf({ ...published, phase: 'Draft' }, { phase: 'Draft' })).toEqual([]);
  });

  test.each(['Published', 'Deprecated', 'Retired'])('entries cannot leave a configuration that is %s', (phase) => {
    expect(pathsOf({ ...published, phase }, { phase, defaultOffer: 'basic' })).toEqual([
      'spec.monitoredResourceTypes',
      'spec.metrics',
      'spec.metrics',
      'spec.billing.consumerDestinations',
      'spec.quota.limits',
      'spec.charges',
    ]);
  });

  test('texts, defaults, selectors and further entries stay free', () => {
    const after = {
      ...published,
      version: 'v2',
      monitoredResourceTypes: [{ ...type, displayName: 'Instance', labels: [{ name: 'region' }] }],
      metrics: [{ name: 'c.example.com/new', kind: 'Delta', unit: '1' }, { ...cpu, dimensions: ['zone'] }, ram],
      quota: { limits: [{ ...limit, defaultLimit: 20, maxLimit: 30 }] },
      charges: [{ ...charge, currency: undefined }],
      provisioning: {
        resources: [
          {
            name: 'classes',
            projection: { kind: { group: 'g', kind: 'K' }, sourceProject: 'p', selector: { matchLabels: { a: 'b' } } },
          },
        ],
      },
    };
    expect(pathsOf(published, after)).toEqual([]);
    expect(pathsOf(published, { ...published, provisioning: undefined })).toEqual([]);
  });

  test('each member that identifies an entry is named by its place in the new document', () => {
    const after = {
      ...published,
      monitoredResourceTypes: [{ ...type, gvk: { group: 'other', kind: 'Machine' } }],
      metrics: [ram, { ...cpu, kind: 'Delta', unit: 'ms' }],
      billing: {
        consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }],
        quotaGating: 'BillingEntitlement',
      },
      quota: { limits: [{ ...limit, unit: 'piece', metric: cpu.name, consumerType: { apiGroup: 'x', kind: 'Y' } }] },
      charges: [{ ...charge, recurring: { amount: '6', interval: 'monthly' } }],
      provisioning: {
        resources: [
          { name: 'classes', projection: { kind: { group: 'g', kind: 'L' }, sourceProject: 'q', selector: {} } },
        ],
      },
      defaultOffer: undefined,
    };
    expect(pathsOf(published, after)).toEqual([
      'spec.quota.limits[0].metric',
      'spec.quota.limits[0].unit',
      'spec.quota.limits[0].consumerType.apiGroup',
      'spec.quota.limits[0].consumerType.kind',
      'spec.charges[0]',
      'spec.provisioning.resources[0].projection.kind',
      'spec.provisioning.resources[0].projection.sourceProject',
      'spec.billing.consumerDestinations[0].metrics',
      'spec.billing.quotaGating',
      'spec.defaultOffer',
      'spec.monitoredResourceTypes[0].gvk.group',
      'spec.monitoredResourceTypes[0].gvk.kind',
      'spec.metrics[1].unit',
      'spec.metrics[1].kind',
    ]);
  });

  test('an omitted quotaGating equals the default it stands for', () => {
    const billing = { ...published.billing, quotaGating: 'OrganizationDefault' };
    expect(pathsOf(published, { ...published, billing })).toEqual([]);
  });

  test('a meter may move to the later authoring shape only as the same billed meter', () => {
    const metrics = {
      ...published,
      metrics: [cpu],
      billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }] },
      defaultOffer: undefined,
    };
    expect(pathsOf(meterOf('Sum'), metrics)).toEqual([]);
    expect(pathsOf(meterOf('Max'), metrics)).toEqual(['spec.metrics[0].kind']);
    expect(pathsOf(meterOf('Sum', 'h'), metrics)).toEqual(['spec.metrics[0].unit']);
    expect(pathsOf(meterOf('Sum'), { ...metrics, billing: undefined })).toEqual(['spec.billing.consumerDestinations']);
  });

  test('explain tells of exactly the values that publication freezes', () => {
    const texts = { displayName: 'a', description: 'a' };
    const resource = { ...type, ...texts, labels: [{ name: 'zone', description: 'a' }] };
    const rates = [{ match: { dimension: 'zone', value: 'a' }, tiered: [{ upTo: '1', rate: '2' }, { rate: '1' }] }];
    const full = {
      ...published,
      version: 'v1',
      monitoredResourceTypes: [resource],
      metrics: [
        { ...cpu, ...texts },
        { ...ram, ...texts },
      ],
      billing: { ...published.billing, quotaGating: 'BillingEntitlement' },
      quota: {
        limits: [{ ...limit, ...texts, maxLimit: 20 }],
        metricRules: [{ selector: { apiGroup: 'g', kind: 'K' }, metricCosts: {} }],
      },
      charges: [
        { ...charge, displayName: 'a' },
        { name: 'use', chargeType: 'Usage', usage: { metricRef: cpu.name, pricingUnit: 's', rates } },
        { name: 'once', chargeType: 'OneTime', oneTime: { amount: '1', trigger: 'BillingAccountActivation' } },
      ],
    };
    const earlier = { ...meterOf('Sum'), monitoredResourceTypes: [resource] };
    const members = manifestMembers(makeCatalog().get('ServiceConfiguration'));
    const told = (path: string) => members.find((member) => member.path === path)?.immutable;
    const compared = [full, earlier].flatMap((document) =>
      valuesIn(document).map(({ path, changed }) => ({ path, told: told(path), refused: pathsOf(document, changed) })),
    );
    const wrong = compared.filter((one) => (one.told === 'published') !== one.refused.length > 0);
    expect(wrong).toEqual([]);
    expect(new Set(compared.map(({ path }) => path)).size).toBeGreaterThan(40);
  });
});

/** Each text and number of a document but the phase, with a copy in which it is another one. */
function valuesIn(document: object): { readonly path: string; readonly changed: object }[] {
  const found: { path: string; changed: object }[] = [];
  const walk = (value: unknown, steps: readonly string[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, [...steps, name]);
      return;
    }
    const path = ['spec', ...steps.filter((step) => !/^\d+$/.test(step))].join('.');
    // Lists of texts can grow; what is in them is told by its place.
    if (path === 'spec.phase' || /^\d+$/.test(steps.at(-1) ?? '')) return;
    const changed = structuredClone(document);
    const parent = steps
      .slice(0, -1)
      .reduce<Record<string, unknown>>((at, step) => at[step] as never, changed as never);
    parent[steps.at(-1) ?? ''] = typeof value === 'number' ? value + 1 : `${String(value)}x`;
    found.push({ path, changed });
  };
  walk(document, []);
  return found;
}
