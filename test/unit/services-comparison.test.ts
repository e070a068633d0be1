import { describe, expect, test } from 'vitest';
import {
  type Comparison,
  compareRevisions,
  type Revision,
  refusalsOf,
} from '../../src/domains/services/comparison/compare.ts';
import { changesInParts } from '../../src/domains/services/comparison/document-changes.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';
import type { Meanings } from '../../src/domains/services/published-names.ts';
import { statedMeters, statedTypes } from '../../src/domains/services/stated-names.ts';
import { slicesOfTen, turnsDuring } from '../kit/turns.ts';

type Members = Readonly<Record<string, unknown>>;

const type = { type: 'c.t/VM', gvk: { group: 'c.t', kind: 'VM' }, labels: [{ name: 'zone' }] };
const cpu = { name: 'c.t/cpu', kind: 'Delta', unit: 's', dimensions: ['region', 'zone'] };
const ram = { name: 'c.t/ram', kind: 'Gauge', unit: 'By', dimensions: [] };
const base = {
  phase: 'Published',
  version: '1',
  publishedAt: '2026-01-01T00:00:00Z',
  monitoredResourceTypes: [type],
  metrics: [cpu, ram],
  billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name, ram.name] }] },
  quota: { limits: [{ name: 'cpus', metric: cpu.name, unit: '1/{project}', defaultLimit: 4 }], metricRules: [] },
  charges: [
    {
      name: 'c.t/cpu-fee',
      chargeType: 'Usage',
      usage: { metricRef: cpu.name, pricingUnit: 'h', rates: [{ flat: '1' }] },
    },
  ],
};
const draft = (changed: Members): Members => ({ ...base, phase: 'Draft', publishedAt: null, ...changed });

/** What names mean once a document has been published. */
const meaningsOf = (document: Members): Meanings => {
  const spec = readConfiguration(document);
  return {
    meters: new Map(statedMeters(spec).map(({ name, meaning }) => [name, meaning])),
    types: new Map(statedTypes(spec).map(({ name, meaning }) => [name, meaning])),
  };
};
const compared = (changed: Members, meanings = meaningsOf(base)): Promise<Comparison> =>
  judged({ id: '1', name: 'c-1', document: base }, { id: '2', name: 'c-2', document: draft(changed) }, meanings);
const judged = (from: Revision, to: Revision, meanings: Meanings): Promise<Comparison> =>
  compareRevisions(from, to, refusalsOf(to, meanings), slicesOfTen());
/** `- path`, `+ path`, `~ path`, each with the rule that refuses it; the scalars that differ in every case left out. */
const lines = ({ changes }: Comparison): string[] =>
  changes
    .filter(({ path }) => path !== 'phase' && path !== 'publishedAt')
    .map(
      ({ kind, path, rule }) =>
        `${{ Removed: '-', Added: '+', Modified: '~' }[kind]} ${path}${rule === null ? '' : ` ${rule}`}`,
    );

describe('a change is reported at its path, with the rule that refuses it', () => {
  const cases: readonly (readonly [what: string, changed: Members, expected: readonly string[]])[] = [
    ['unit', { metrics: [{ ...cpu, unit: 'min' }, ram] }, ['~ metrics["c.t/cpu"].unit FROZEN']],
    ['kind', { metrics: [cpu, { ...ram, kind: 'Delta' }] }, ['~ metrics["c.t/ram"].kind FROZEN']],
    [
      'dimension removed, another added',
      { metrics: [{ ...cpu, dimensions: ['zone', 'size'] }, ram] },
      ['- metrics["c.t/cpu"].dimensions["region"] DIMENSIONS_ADDITIVE', '+ metrics["c.t/cpu"].dimensions["size"]'],
    ],
    ['order alone', { metrics: [ram, { ...cpu, dimensions: ['zone', 'region'] }] }, []],
    [
      'Kind and label of a type',
      { monitoredResourceTypes: [{ ...type, gvk: { group: 'c.t', kind: 'Host' }, labels: [] }] },
      [
        '- monitoredResourceTypes["c.t/VM"].labels["zone"] LABELS_ADDITIVE',
        '~ monitoredResourceTypes["c.t/VM"].gvk.kind FROZEN',
      ],
    ],
    [
      'a metric that only counts for quota from now on',
      { billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [ram.name] }] } },
      ['- billing.consumerDestinations["c.t/VM"].metrics["c.t/cpu"] FROZEN'],
    ],
    [
      'a metric that is left out',
      {
        metrics: [cpu],
        billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }] },
      },
      ['- metrics["c.t/ram"]', '- billing.consumerDestinations["c.t/VM"].metrics["c.t/ram"]'],
    ],
    [
      'a metric that is left out, beside one that only counts for quota from now on',
      {
        metrics: [cpu],
        billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [] }] },
      },
      [
        '- metrics["c.t/ram"]',
        '- billing.consumerDestinations["c.t/VM"].metrics["c.t/cpu"] FROZEN',
        '- billing.consumerDestinations["c.t/VM"].metrics["c.t/ram"]',
      ],
    ],
    [
      'the other notation with another unit',
      {
        metrics: [ram],
        meters: [
          {
            name: cpu.name,
            measurement: { aggregation: 'Sum', unit: 'min' },
            billing: { consumedUnit: 's', pricingUnit: 's' },
            monitoredResourceTypes: [type.type],
          },
        ],
      },
      ['- metrics["c.t/cpu"]', '+ meters["c.t/cpu"] FROZEN'],
    ],
    [
      'limits, charges, texts and offers',
      {
        version: '2',
        quota: { limits: [{ name: 'cpus', metric: cpu.name, unit: '1/{project}', defaultLimit: 8 }], metricRules: [] },
        charges: [],
        defaultOffer: 'basic',
      },
      ['- charges["c.t/cpu-fee"]', '+ defaultOffer', '~ version', '~ quota.limits["cpus"].defaultLimit'],
    ],
  ];
  test.each(cases)('%s', async (_what, changed, expected) => {
    const report = await compared(changed);
    expect(lines(report)).toEqual(expected);
    expect(report.isAllowed).toBe(!expected.some((line) => / [A-Z_]+$/.test(line)));
    expect(report.refusals).toEqual([]);
  });

  test('it says what is touched, what follows and what to do instead', async () => {
    const { changes } = await compared({
      metrics: [{ ...cpu, unit: 'min' }],
      billing: { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [cpu.name] }] },
    });
    expect(changes.find(({ path }) => path === 'metrics["c.t/cpu"].unit')).toEqual({
      path: 'metrics["c.t/cpu"].unit',
      field: 'spec.metrics[0].unit',
      section: 'metrics',
      key: 'c.t/cpu',
      kind: 'Modified',
      before: '"s"',
      after: '"min"',
      isAllowed: false,
      rule: 'FROZEN',
      message: 'c.t/cpu was published with the unit s and keeps it; with min it needs a new name, such as c.t/cpu/v2.',
      advice: 'Leave c.t/cpu as it was published, and add c.t/cpu/v2 for what is new.',
      meters: ['c.t/cpu'],
      meterCount: 1,
      quotaLimits: ['cpus'],
      quotaLimitCount: 1,
      charges: ['c.t/cpu-fee'],
      chargeCount: 1,
    });
    expect(changes.find(({ path }) => path === 'metrics["c.t/ram"]')?.advice).toBe(
      'It is not gone: it becomes Deprecated, and counts until c-1 is retired.',
    );
  });

  test('what is said of a metric goes on with it when that is left out, and else is gone', async () => {
    const none = { charges: [], quota: { limits: [], metricRules: [] } };
    const advice = async (more: Members): Promise<unknown> => {
      const { changes } = await compared({ ...none, ...more });
      return ['charges["c.t/cpu-fee"]', 'quota.limits["cpus"]'].map(
        (at) => changes.find(({ path }) => path === at)?.advice,
      );
    };
    const goesOn = 'It is not gone: it becomes Deprecated, and counts until c-1 is retired.';
    const billing = { consumerDestinations: [{ monitoredResourceType: type.type, metrics: [ram.name] }] };
    expect(await advice({ metrics: [ram], billing })).toEqual([goesOn, goesOn]);
    expect(await advice({})).toEqual([null, null]);
  });

  test('what other revisions have published is told apart from the differences', async () => {
    const meanings = meaningsOf({ ...base, metrics: [{ ...cpu, dimensions: ['region', 'zone', 'rack'] }, ram] });
    const report = await compared({}, meanings);
    expect(lines(report)).toEqual([]);
    expect(report.isAllowed).toBe(false);
    expect(report.refusals.map(({ rule, field }) => [rule, field])).toEqual([
      ['DIMENSIONS_ADDITIVE', 'spec.metrics[0].dimensions'],
    ]);
  });

  test('a revision that is Deprecated is not published again', async () => {
    const { changes } = await compared({ phase: 'Deprecated', publishedAt: base.publishedAt });
    expect(changes.map(({ path, rule }) => [path, rule])).toEqual([['phase', 'PHASE_STEP']]);
  });
});

test('however many changes there are, the report is bounded, and the refused ones are in it', async () => {
  const many = (unit: string, kept: number) =>
    Array.from({ length: 1_500 }, (_, index) => ({
      name: `c.t/m${index}`,
      kind: 'Gauge',
      unit: index >= kept ? unit : 'By',
      description: unit.repeat(3_000),
    }));
  const before = { phase: 'Published', metrics: many('By', 0) };
  const after = { phase: 'Draft', metrics: many('s', 1_490) };
  const { changes, changeCount, refusedCount } = await judged(
    { id: '1', name: 'c-1', document: before },
    { id: '2', name: 'c-2', document: after },
    meaningsOf(before),
  );
  expect([changeCount, refusedCount, changes.length]).toEqual([1_510, 10, 1_000]);
  expect(changes.filter(({ isAllowed }) => !isAllowed)).toHaveLength(10);
  expect(Math.max(...changes.map(({ before: was }) => was?.length ?? 0))).toBe(2_000);
});

test('each violation is told once: what is wrong twice with one change is told beside it', async () => {
  const without = { ...base, metrics: [ram], billing: {}, quota: {}, charges: [] };
  const again = { ...without, phase: 'Draft', metrics: [{ ...cpu, kind: 'Gauge', unit: 'min' }, ram] };
  const { changes, refusals, refusedCount, isAllowed } = await judged(
    { id: '1', name: 'c-1', document: without },
    { id: '2', name: 'c-2', document: again },
    meaningsOf({ ...base, billing: {} }),
  );
  expect(changes.flatMap(({ path, field }) => (field === null ? [] : [[path, field]]))).toEqual([
    ['metrics["c.t/cpu"]', 'spec.metrics[0].unit'],
  ]);
  expect(refusals.map(({ field }) => field)).toEqual(['spec.metrics[0].kind']);
  expect([refusedCount, isAllowed]).toEqual([1, false]);
});

test('others have their turn while the largest configuration is compared with one that differs in everything', async () => {
  const entries = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const largest = (word: string, phase: string): Members => ({
    phase,
    monitoredResourceTypes: entries(128, (index) => ({
      type: `c.t/T${index}`,
      gvk: { group: 'c.t', kind: `T${index}` },
      displayName: word,
      labels: entries(64, (label) => ({ name: `${word}${label}` })),
    })),
    metrics: entries(256, (index) => ({
      name: `c.t/m${index}`,
      kind: 'Delta',
      unit: 's',
      displayName: word,
      dimensions: entries(32, (dimension) => `${word}${dimension}`),
    })),
  });
  const before = largest('a', 'Published');
  const [from, to] = [
    { id: '1', name: 'c-1', document: before },
    { id: '2', name: 'c-2', document: largest('b', 'Draft') },
  ];
  const { turns, result } = await turnsDuring(() => judged(from, to, meaningsOf(before)));
  expect([result.changeCount, result.refusedCount, result.changes.length]).toEqual([33_152, 16_384, 1_000]);
  expect(turns).toBeGreaterThan(100);
});

describe('changes lead from one configuration to the other', () => {
  const keys: Readonly<Record<string, string>> = {
    monitoredResourceTypes: 'type',
    consumerDestinations: 'monitoredResourceType',
  };

  /** Carries out a change in a copy of a document: an independent reading of its path. */
  function carryOut(document: Record<string, unknown>, path: string, after: unknown): void {
    const steps = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|[^.[\]]+/g)].map(
      ([whole, quoted]) =>
        [quoted === undefined ? whole : String(JSON.parse(`"${quoted}"`)), quoted !== undefined] as const,
    );
    let at: unknown = document;
    let list = '';
    for (const [index, [step, isKey]] of steps.entries()) {
      const isLast = index === steps.length - 1;
      if (!isKey) {
        list = step;
        const members = at as Record<string, unknown>;
        if (isLast) members[step] = after;
        else members[step] ??= steps[index + 1]?.[1] === true ? [] : {};
        at = members[step];
        continue;
      }
      const entries = at as unknown[];
      const nameOf = (entry: unknown) => (typeof entry === 'string' ? entry : (entry as Members)[keys[list] ?? 'name']);
      const place = entries.findIndex((entry) => nameOf(entry) === step);
      if (!isLast) at = entries[place];
      else if (place === -1) entries.push(after);
      else entries.splice(place, 1);
    }
  }

  /** Without what is absent, and with lists of names in one order. */
  function settled(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(settled).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value)
      .map(([name, member]) => [name, settled(member)] as const)
      .filter(([, member]) => member !== null && member !== undefined && JSON.stringify(member) !== '[]')
      .filter(([, member]) => JSON.stringify(member) !== '{}')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members);
  }

  function randomOf(seed: number) {
    let state = seed;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const some = <T>(values: readonly T[]): T[] => values.filter(() => below(2) === 0);
    const one = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];
    return { below, some, one };
  }

  function randomDocument(seed: number): Members {
    const { some, one } = randomOf(seed);
    const names = some(['c.t/a', 'c.t/b"q', 'c.t/c[0].x', 'c.t/d']);
    return {
      phase: one(['Draft', 'Published']),
      version: one([undefined, '1', '2']),
      monitoredResourceTypes: some(['c.t/X', 'c.t/Y']).map((name) => ({
        type: name,
        gvk: { group: 'g', kind: one(['K', 'L']) },
        labels: some(['p', 'q']).map((label) => ({ name: label, description: one([undefined, 'text']) })),
      })),
      metrics: names.map((name) => ({
        name,
        kind: one(['Delta', 'Gauge']),
        unit: one(['s', 'By']),
        dimensions: some(['r', 's', 't']),
      })),
      billing: {
        consumerDestinations: some(['c.t/X', 'c.t/Y']).map((name) => ({
          monitoredResourceType: name,
          metrics: some(names),
        })),
        quotaGating: one([undefined, 'BillingEntitlement']),
      },
      quota: {
        limits: some(['l', 'm']).map((name) => ({ name, metric: one(['c.t/a', 'c.t/d']), defaultLimit: one([1, 2]) })),
      },
      charges: some(['c.t/e', 'c.t/f']).map((name) => ({
        name,
        usage: { pricingUnit: one(['h', 's']), rates: some([{ flat: '1' }, { flat: '2' }]) },
      })),
      defaultOffer: one([undefined, 'basic']),
    };
  }

  test('500 random pairs', () => {
    let changed = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const [before, after] = [randomDocument(seed), randomDocument(seed + 10_000)];
      const changes = [...changesInParts(before, after)].flat();
      changed += changes.length;
      const copy = structuredClone(before) as Record<string, unknown>;
      for (const { path, after: value } of changes) carryOut(copy, path, structuredClone(value));
      expect({ seed, document: settled(copy) }).toEqual({ seed, document: settled(after) });
    }
    expect(changed).toBeGreaterThan(2_000);
  });
});
