import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import {
  type Answer,
  at,
  batch,
  deploymentOf,
  importOf,
  type Operations,
  platform,
  regionOf,
  serviceOf,
  usageOf,
  versionOf,
} from './world.ts';

/*
 * The 17 worked cases of the reference (2.4). Regions eu, us, ap are open. b v1, v2 is in eu at v2 and in us at v1.
 * a v1 imports b v1, a v2 imports b v2. Each case has services of its own: a1, b1, c1 …
 */
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply([platform, ...['eu', 'us', 'ap'].map((name) => regionOf(name))].join('---\n'));
  expect(userErrors).toEqual([]);
});
afterAll(() => app.close());

const CUT = /\b([abc])\d+\b/g;

const namesOf = (number: number): Names => ({ a: `a${number}`, b: `b${number}`, c: `c${number}` });

const start = ({ a, b, c }: Names): string[] => [
  serviceOf(b, { primary: 'eu' }),
  versionOf(b, 'v1'),
  versionOf(b, 'v2'),
  deploymentOf(b, 'eu', 'v2'),
  deploymentOf(b, 'us', 'v1'),
  serviceOf(a, { primary: 'eu' }),
  versionOf(a, 'v1'),
  versionOf(a, 'v2'),
  importOf(`${a}.v1`, `${b}.v1`),
  importOf(`${a}.v2`, `${b}.v2`),
  serviceOf(c, { primary: 'eu' }),
  versionOf(c, 'v1'),
  deploymentOf(c, 'eu', 'v1'),
];

/** A world of its own, and what its batches are answered: without the number of the case. */
async function given(number: number, prior: (names: Names) => readonly string[] = () => []) {
  const names = namesOf(number);
  expect((await batch(app, { apply: [...start(names), ...prior(names)] })).refused).toEqual([]);
  return async (operations: (names: Names) => Operations, isDeletionFirst = false) => {
    const { refused, warned } = await batch(app, operations(names), isDeletionFirst);
    const short = (text: string): string => text.replace(CUT, '$1');
    return {
      refused: refused.map(short),
      warned: warned
        // None of the cases is about hosts.
        .filter(({ code }) => code !== 'V4_VERSION_SKEW' && !code.startsWith('P2_'))
        .map(({ code, message }) => short(`${code} ${message}`)),
    };
  };
}

interface Names {
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

const accepted = { refused: [], warned: [] };
const refused = (...texts: readonly string[]) => ({ refused: texts, warned: [] });
const inBoth = ({ a }: Names) => [deploymentOf(a, 'eu', 'v1'), deploymentOf(a, 'us', 'v1')];

test('1: a comes to where what it imports is served', async () => {
  const write = await given(1);
  expect(await write(({ a }) => ({ apply: [deploymentOf(a, 'eu', 'v1')] }))).toEqual(accepted);
});

test('2: a does not come to a region without b', async () => {
  const write = await given(2, ({ a }) => [deploymentOf(a, 'eu', 'v1')]);
  expect(await write(({ a }) => ({ apply: [deploymentOf(a, 'ap', 'v1')] }))).toEqual(
    refused('I5_IMPORT_REGION_MISSING Deployment/a.ap spec.regionRef, missing Deployment/b.ap (b.v1 or higher)'),
  );
});

test('3: a does not come to us at v2, since b is at v1 there', async () => {
  const write = await given(3, ({ a }) => [deploymentOf(a, 'eu', 'v1')]);
  expect(await write(({ a }) => ({ apply: [deploymentOf(a, 'us', 'v2')] }))).toEqual(
    refused(
      'I6_IMPORT_VERSION_TOO_LOW Deployment/a.us spec.currentVersionRef, missing Deployment/b.us (b.v2 or higher)',
    ),
  );
});

test('4: a comes to us at v1', async () => {
  const write = await given(4, ({ a }) => [deploymentOf(a, 'eu', 'v1')]);
  expect(await write(({ a }) => ({ apply: [deploymentOf(a, 'us', 'v1')] }))).toEqual(accepted);
});

test('5: b does not leave us while a is there', async () => {
  const write = await given(5, inBoth);
  expect(await write(({ b }) => ({ remove: [`Deployment/${b}.us`] }))).toEqual(
    refused('I5_IMPORT_REGION_MISSING Deployment/b.us metadata.name, missing Deployment/a.us (absent)'),
  );
});

test('6: b is disabled in us with a warning, and a tells that what it depends on is not available', async () => {
  const write = await given(6, inBoth);
  expect(await write(({ b }) => ({ apply: [deploymentOf(b, 'us', 'v1', { disabled: true })] }))).toEqual({
    refused: [],
    warned: ['DEPENDENCIES_UNAVAILABLE b.us is disabled, and a.us, which imports b.v1, depends on it.'],
  });
});

test.each([true, false])(
  '7: a and b come to ap together, whichever is written first (a: %s)',
  async (isImporterFirst) => {
    const write = await given(isImporterFirst ? 71 : 72, ({ a }) => [deploymentOf(a, 'eu', 'v1')]);
    expect(
      await write(({ a, b }) => {
        const apply = [deploymentOf(a, 'ap', 'v1'), deploymentOf(b, 'ap', 'v2')];
        return { apply: isImporterFirst ? apply : apply.toReversed() };
      }),
    ).toEqual(accepted);
  },
);

test.each([true, false])(
  '8: a and b leave us together, whichever is written first (a: %s)',
  async (isImporterFirst) => {
    const write = await given(isImporterFirst ? 81 : 82, inBoth);
    expect(
      await write(({ a, b }) => {
        const remove = [`Deployment/${a}.us`, `Deployment/${b}.us`];
        return { remove: isImporterFirst ? remove : remove.toReversed() };
      }),
    ).toEqual(accepted);
  },
);

test('9: a does not import what is not where it is', async () => {
  const write = await given(9, inBoth);
  expect(await write(({ a, c }) => ({ apply: [importOf(`${a}.v1`, `${c}.v1`)] }))).toEqual(
    refused(
      'I5_IMPORT_REGION_MISSING ServiceImport/a.v1.c spec.targetServiceRef, missing Deployment/c.us (c.v1 or higher)',
    ),
  );
});

test('10: a draft may, with a warning, and is not published with it', async () => {
  const write = await given(10, inBoth);
  const clause = 'c is not deployed in us, where a is: a.v3 cannot be published as long as it imports it.';
  expect(await write(({ a, c }) => ({ apply: [versionOf(a, 'v3', 'Draft'), importOf(`${a}.v3`, `${c}.v1`)] }))).toEqual(
    { refused: [], warned: [`I5_IMPORT_REGION_MISSING ${clause}`] },
  );
  expect(await write(({ a }) => ({ apply: [versionOf(a, 'v3')] }))).toEqual(
    refused('I5_IMPORT_REGION_MISSING ServiceVersion/a.v3 spec.phase, missing Deployment/c.us (c.v1 or higher)'),
  );
});

test('11: a is raised in eu, and in us once b is', async () => {
  const write = await given(11, inBoth);
  expect(await write(({ a }) => ({ apply: [deploymentOf(a, 'eu', 'v2')] }))).toEqual(accepted);
  const raise = ({ a }: Names): Operations => ({ apply: [deploymentOf(a, 'us', 'v2')] });
  expect(await write(raise)).toEqual(
    refused(
      'I6_IMPORT_VERSION_TOO_LOW Deployment/a.us spec.currentVersionRef, missing Deployment/b.us (b.v2 or higher)',
    ),
  );
  expect(await write(({ b }) => ({ apply: [deploymentOf(b, 'us', 'v2')] }))).toEqual(accepted);
  expect(await write(raise)).toEqual(accepted);
});

test('12: b is not lowered below what a needs', async () => {
  const write = await given(12, ({ a }) => [deploymentOf(a, 'eu', 'v2')]);
  expect(await write(({ b }) => ({ apply: [deploymentOf(b, 'eu', 'v1')] }))).toEqual(
    refused('V7_VERSION_LOWERED Deployment/b.eu spec.currentVersionRef, missing Deployment/a.eu (a.v1 or lower)'),
  );
});

test('13: b v1 is not retired while a v1 imports it', async () => {
  const write = await given(13);
  await write(({ b }) => ({ apply: [versionOf(b, 'v1', 'Deprecated'), deploymentOf(b, 'us', 'v2')] }));
  expect(await write(({ b }) => ({ apply: [versionOf(b, 'v1', 'Retired')] }))).toEqual(
    refused('V5_VERSION_IN_USE ServiceVersion/b.v1 spec.phase, missing ServiceImport of b by a.v1 (absent)'),
  );
});

test('14: imports go round in no circle', async () => {
  const write = await given(14);
  const { refused: found } = await write(({ a, b }) => ({ apply: [importOf(`${b}.v2`, `${a}.v1`)] }));
  expect(found).toContain(
    'I7_IMPORT_CYCLE ServiceImport/b.v2.a spec.targetServiceRef, missing ServiceImport of a by b.v2 (absent)',
  );
});

test('15: b does not leave its primary region, where a is, while it stays elsewhere', async () => {
  const write = await given(15, inBoth);
  expect(await write(({ b }) => ({ remove: [`Deployment/${b}.eu`] }))).toEqual(
    refused(
      'G2_PRIMARY_REGION_NOT_DEPLOYED Deployment/b.eu metadata.name, missing ServiceRuntime of b (us)',
      'I5_IMPORT_REGION_MISSING Deployment/b.eu metadata.name, missing Deployment/a.eu (absent)',
    ),
  );
});

test('16: a uses what is not where it is, with a warning', async () => {
  const write = await given(16, inBoth);
  expect(await write(({ a, c }) => ({ apply: [usageOf(a, c)] }))).toEqual({
    refused: [],
    warned: ['U2_USED_SERVICE_ABSENT a uses c, which has no enabled deployment in us.'],
  });
});

test('17: of a coming to us and b leaving it at the same time, one commits, every time', async () => {
  const replica = await app.replica();
  try {
    const there = at(app, replica);
    const outcomes = new Set<string>();
    const worlds = Array.from({ length: 20 }, (_, turn) => namesOf(1_700 + turn));
    const apply = worlds.flatMap((names) => [...start(names), deploymentOf(names.a, 'eu', 'v1')]);
    expect((await batch(app, { apply })).refused).toEqual([]);
    for (const [turn, { a, b }] of worlds.entries()) {
      const coming = (): Promise<Answer> =>
        batch(turn % 2 === 0 ? app : there, { apply: [deploymentOf(a, 'us', 'v1')] });
      const leaving = (): Promise<Answer> => batch(turn % 2 === 0 ? there : app, { remove: [`Deployment/${b}.us`] });
      const [first, second] = turn % 3 === 0 ? [coming, leaving] : [leaving, coming];
      const answers = await Promise.all([first(), second()]);
      const codes = answers.flatMap(({ errors }) =>
        errors.map(({ code, subject }) => `${code} ${subject.replace(CUT, '$1')}`),
      );
      expect(codes).toHaveLength(1);
      outcomes.add(codes.join());
    }
    for (const outcome of outcomes) {
      expect(['I5_IMPORT_REGION_MISSING Deployment/a.us', 'I5_IMPORT_REGION_MISSING Deployment/b.us']).toContain(
        outcome,
      );
    }
    expect(outcomes.size).toBe(2);
  } finally {
    await replica.close();
  }
});
