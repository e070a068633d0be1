import { afterAll, beforeAll, expect, test } from 'vitest';
import { binding, doc as manifest, role, userOf } from '../authz/world.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { builtInProfiles } from '../kit/built-in-profiles.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const doc = (kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'catalog.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`;

interface Profile {
  readonly name: string;
  readonly aConnectors: number;
  readonly aPositions: number;
  readonly bConnectors: number;
  readonly bPositions: number;
  readonly wiring: readonly { readonly a: string; readonly b: string }[] | null;
}

const profiles = async (as: Pick<TestApp, 'execute'> = app): Promise<Profile[]> => {
  const { data } = await as.execute(
    '{ cableProfiles(first: 100, where: { isBuiltIn: { eq: true } }) { nodes { name aConnectors aPositions bConnectors bPositions wiring { a b } } } }',
  );
  return data.cableProfiles.nodes as Profile[];
};

const numbers = (of: number): number[] => Array.from({ length: of }, (_, index) => index + 1);

/** What cable-trace.md 1.1 says of the ready-made profiles: strand at end A → strand at end B. */
const expected = (): Record<string, string[]> => {
  const straight = (c: number, p: number): string[] =>
    numbers(c).flatMap((i) => numbers(p).map((j) => `${i}.${j}=${i}.${j}`));
  const all: Record<string, string[]> = {};
  for (const p of [1, 2, 4, 6, 8, 12, 16]) all[`single-1c${p}p`] = straight(1, p);
  for (const p of [1, 2, 4, 6, 8, 12]) all[`trunk-2c${p}p`] = straight(2, p);
  for (const p of [1, 2, 4, 6, 8]) all[`trunk-4c${p}p`] = straight(4, p);
  all['trunk-8c4p'] = straight(8, 4);
  for (const legs of [2, 4, 6, 8])
    all[`breakout-1c${legs}p-${legs}c1p`] = numbers(legs).map((leg) => `1.${leg}=${leg}.1`);
  all['trunk-4c4p-shuffle'] = numbers(4).flatMap((i) => numbers(4).map((j) => `${i}.${j}=${j}.${i}`));
  all['trunk-2c4p-shuffle'] = '1.1=1.1 1.2=1.2 1.3=2.1 1.4=2.2 2.1=1.3 2.2=1.4 2.3=2.3 2.4=2.4'.split(' ');
  all['breakout-2c4p-8c1p-shuffle'] = '1.1=1.1 1.2=2.1 1.3=5.1 1.4=6.1 2.1=3.1 2.2=4.1 2.3=7.1 2.4=8.1'.split(' ');
  return all;
};

const strandsOf = ({ aConnectors, aPositions, bConnectors, bPositions, wiring }: Profile): string[] => {
  if (wiring !== null && wiring.length > 0) return wiring.map(({ a, b }) => `${a}=${b}`);
  expect([aConnectors, aPositions]).toEqual([bConnectors, bPositions]);
  return numbers(aConnectors).flatMap((i) => numbers(aPositions).map((j) => `${i}.${j}=${i}.${j}`));
};

test('the common cable profiles are there from the first start, wired as their names say', async () => {
  const found = await profiles();
  expect(Object.fromEntries(found.map((profile) => [profile.name, strandsOf(profile)]))).toEqual(expected());
  expect(found.map(({ name }) => name).sort()).toEqual(builtInProfiles);
  for (const { name, aConnectors, aPositions, bConnectors, bPositions } of found) {
    const [, a, p, b = a, q = p] = /(\d+)c(\d+)p(?:-(\d+)c(\d+)p)?/.exec(name) ?? [];
    expect([aConnectors, aPositions, bConnectors, bPositions], name).toEqual([a, p, b, q].map(Number));
  }
});

test('whoever is signed in sees them, and no other profile', async () => {
  await app.apply(doc('CableProfile', 'own', { aConnectors: 1, aPositions: 3, bConnectors: 1, bPositions: 3 }));
  const { data } = await app.as('anybody').execute('{ cableProfiles(first: 100) { totalCount } }');
  expect(data.cableProfiles.totalCount).toBe(builtInProfiles.length);
  expect(await profiles(app.as('anybody'))).toEqual(await profiles());
});

test('nobody changes or deletes one; a manifest that says the same is unchanged', async () => {
  const shape = { aConnectors: 2, aPositions: 4, bConnectors: 2, bPositions: 4 };
  expect((await app.apply(doc('CableProfile', 'trunk-2c4p', shape))).counts).toEqual({
    created: 0,
    updated: 0,
    unchanged: 1,
    refused: 0,
  });
  const other = doc('CableProfile', 'trunk-2c4p', { ...shape, aPositions: 8, bPositions: 8 });
  // No role on the platform reaches them; one on all profiles does, and still nobody may.
  expect((await app.apply(other)).userErrors.map(({ code }) => code)).toContain('FORBIDDEN');
  const rights = [
    manifest('User', 'una', { email: 'una@example.com' }),
    role(
      'profiles',
      'catalog/cableprofiles.get catalog/cableprofiles.create catalog/cableprofiles.update catalog/cableprofiles.delete',
    ),
    binding('profiles', 'CableProfile/*', 'profiles', [userOf('una')]),
  ];
  expect((await app.apply(rights.join(''))).userErrors).toEqual([]);
  const una = app.as('una');
  const updated = await una.execute(
    'mutation { updateCableProfile(input: { name: "trunk-2c4p", changes: { aPositions: 8, bPositions: 8 } }) { userErrors { code message accepted } } }',
  );
  expect(updated.data.updateCableProfile.userErrors).toEqual([
    {
      code: 'BUILT_IN',
      message: 'the profile is part of the catalog, and stays as it is',
      accepted: 'a profile of another name',
    },
  ]);
  const deleted = await una.execute(
    'mutation { deleteCableProfile(input: { name: "trunk-2c4p" }) { userErrors { code } } }',
  );
  expect(deleted.data.deleteCableProfile.userErrors).toEqual([{ code: 'BUILT_IN' }]);
  expect((await profiles()).length).toBe(builtInProfiles.length);
});

test('they are part of the history from the start, and a cable can have one', async () => {
  const { data } = await app.execute(
    '{ cableProfile(name: "breakout-1c4p-4c1p") { isBuiltIn history(first: 5) { nodes { type } } manifest(bare: true) } }',
  );
  expect(data.cableProfile.isBuiltIn).toBe(true);
  expect(data.cableProfile.history.nodes).toEqual([{ type: 'ADDED' }]);
  expect((await app.apply(data.cableProfile.manifest)).counts.unchanged).toBe(1);
});
