import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';

/** What people bring along from Kubernetes has to mean the same here. */
let app: TestApp;
const inventory = 'apiVersion: inventory.miloapis.com/v1alpha1\n';
const rack = (name: string, metadata = ''): string =>
  `---\n${inventory}kind: Rack\nmetadata: {name: "${name}"${metadata}}\nspec: {siteRef: {name: fra1}, heightU: 42}\n`;
const role = (name: string, spec: string): string =>
  `---\napiVersion: iam.miloapis.com/v1alpha1\nkind: Role\nmetadata: {name: ${name}, namespace: milo-system}\nspec: {launchStage: Beta, ${spec}}\n`;

beforeAll(async () => {
  app = await startApp();
  const region = `${inventory}kind: Region\nmetadata: {name: eu}\nspec: {displayName: Europe}\n`;
  const site = `---\n${inventory}kind: Site\nmetadata: {name: fra1}\nspec: {displayName: Frankfurt, regionRef: {name: eu}, type: Datacenter}\n`;
  const roles = role('plant-viewer', 'includedPermissions: [inventory.miloapis.com/racks.get]');
  expect((await app.apply(region + site + roles)).userErrors).toEqual([]);
});
afterAll(() => app.close());

test('F04: the namespace on a kind that lives in none is cleared, and said so', async () => {
  const { userErrors, results } = await app.apply(rack('kustomized', ', namespace: shop'));
  const message = 'a Rack lives in no namespace; the text "shop" is ignored';
  expect({ userErrors, results }).toMatchObject({
    userErrors: [],
    results: [{ outcome: 'CREATED', warnings: [{ code: 'NAMESPACE_IGNORED', message }] }],
  });
  expect((await app.apply(rack('kustomized'))).results[0]?.outcome).toBe('UNCHANGED');
});

test('F15: a name has as many characters as in Kubernetes, whatever stands between its dots', async () => {
  const accepted = ['a'.repeat(64), 'a'.repeat(253), `${'a'.repeat(100)}.${'b'.repeat(100)}`];
  for (const name of accepted) {
    expect((await app.apply(rack(name))).userErrors, name).toEqual([]);
    expect((await app.execute('query($name: String!) { rack(name: $name) { name } }', { name })).data.rack).toEqual({
      name,
    });
  }
  for (const [name, code] of [
    ['a'.repeat(254), 'TOO_LONG'],
    ['a..b', 'NAME_INVALID'],
    ['a.-b', 'NAME_INVALID'],
  ] as const)
    expect((await app.apply(rack(name))).userErrors, name).toMatchObject([{ code }]);
});

test('F18: a hint names the namespace in which the name is right', async () => {
  const inherits = (namespace: string, name = 'plant-viewer') =>
    role('f18', `includedPermissions: [], inheritedRoles: [{name: ${name}, namespace: ${namespace}}]`);
  expect((await app.apply(inherits('datum-cloud'))).userErrors).toMatchObject([
    { message: "there is no Role datum-cloud/plant-viewer; did you mean 'milo-system/plant-viewer'?" },
  ]);
  expect((await app.apply(inherits('milo-system', 'plnat-viewer'))).userErrors).toMatchObject([
    { message: "there is no Role milo-system/plnat-viewer; did you mean 'milo-system/plant-viewer'?" },
  ]);
  expect((await app.apply(inherits('milo-system'))).userErrors).toEqual([]);
});

test('uid and resourceVersion of a manifest say which object is meant, and in which state: nobody’s change is lost', async () => {
  await app.apply(rack('edited'));
  const read = async () => (await app.execute('{ rack(name: "edited") { uid revision manifest } }')).data.rack;
  const first = await read();
  expect((await app.apply(first.manifest)).results[0]?.outcome).toBe('UNCHANGED');
  await app.apply(rack('edited', ', labels: {by: another}'));
  const second = await read();
  const later = first.manifest.replace('heightU: 42', 'heightU: 40');
  const stale = {
    code: 'CONFLICT',
    subject: 'Rack/edited',
    field: 'metadata.resourceVersion',
    accepted: second.revision,
    message: `Rack/edited was changed in the meantime: it has revision ${second.revision}, not ${first.revision}`,
  };
  for (const manager of [undefined, 'gitops'])
    expect((await app.apply(later, { manager })).userErrors).toMatchObject([stale]);
  expect(await read()).toEqual(second);
  const other = '00000000-0000-7000-8000-000000000000';
  const another = second.manifest.replace(second.uid, other).replace('heightU: 42', 'heightU: 40');
  expect((await app.apply(another)).userErrors).toMatchObject([
    { code: 'CONFLICT', field: 'metadata.uid', accepted: second.uid },
  ]);
  // Where there is no such object, it is made; an empty version expects nothing.
  for (const text of [later.replaceAll('edited', 'copied'), rack('edited', ', resourceVersion: ""')])
    expect((await app.apply(text)).userErrors).toEqual([]);
  expect((await app.apply(rack('edited', ', resourceVersion: a1'))).userErrors).toMatchObject([
    { code: 'WRONG_TYPE', field: 'metadata.resourceVersion' },
  ]);
  expect((await app.apply(rack('edited', ', uid: 7'))).userErrors).toMatchObject([
    { code: 'WRONG_TYPE', field: 'metadata.uid' },
  ]);
});

test('what is only created gets a name that begins as it says, and is refused where it exists', async () => {
  const region = (metadata: string) => `---\n${inventory}kind: Region\nmetadata: ${metadata}\nspec: {displayName: R}\n`;
  const two = region('{generateName: made-}').repeat(2);
  const { results, userErrors } = await app.apply(two, { createOnly: true });
  expect(userErrors).toEqual([]);
  const names = results.map(({ name }) => name ?? '');
  expect(new Set(names).size).toBe(2);
  for (const name of names) {
    expect(name).toMatch(/^made-[a-z0-9]{5}$/);
    expect((await app.execute('query($name: String!) { region(name: $name) { name } }', { name })).data.region).toEqual(
      {
        name,
      },
    );
  }
  // A name that is given counts; Kubernetes ignores the other then.
  const named = region('{name: made, generateName: made-}');
  expect((await app.apply(named, { createOnly: true })).results[0]).toMatchObject({ name: 'made', outcome: 'CREATED' });
  expect((await app.apply(named, { createOnly: true })).userErrors).toMatchObject([
    { code: 'NAME_TAKEN', field: 'metadata.name', message: 'there is a Region made already' },
  ]);
  expect((await app.apply(named)).results[0]?.outcome).toBe('UNCHANGED');
  expect((await app.apply(two)).userErrors).toMatchObject([
    { code: 'REQUIRED', field: 'metadata.generateName' },
    { code: 'REQUIRED', field: 'metadata.generateName' },
  ]);
  for (const [metadata, code, field] of [
    ['{generateName: 5}', 'WRONG_TYPE', 'metadata.generateName'],
    ['{generateName: ""}', 'REQUIRED', 'metadata.name'],
    ['{generateName: null}', 'REQUIRED', 'metadata.name'],
  ] as const)
    expect((await app.apply(region(metadata), { createOnly: true })).userErrors).toMatchObject([{ code, field }]);
  expect((await app.apply(region('{generateName: Made_}'), { createOnly: true })).userErrors).toMatchObject([
    { code: 'NAME_INVALID', field: 'metadata.name' },
  ]);
});

test('what Go prints of an object that is going, and of an empty list, is read', async () => {
  const going =
    '{name: going, creationTimestamp: null, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 0}';
  const lists =
    'apiVersion: v1\nkind: List\nitems: null\n---\napiVersion: inventory.miloapis.com/v1alpha1\nkind: RegionList\nitems: null\n';
  const { results, userErrors } = await app.apply(
    `${lists}---\n${inventory}kind: Region\nmetadata: ${going}\nspec: {displayName: R}\n`,
  );
  expect(userErrors).toEqual([]);
  expect(results).toMatchObject([{ name: 'going', outcome: 'CREATED' }]);
});

test('what Kubernetes and its tools print for several objects is read: lists, lists of one kind, JSON after JSON', async () => {
  const region = (name: string) => ({ metadata: { name }, spec: { displayName: name } });
  const of = { apiVersion: 'inventory.miloapis.com/v1alpha1', kind: 'Region' };
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    metadata: { resourceVersion: '' },
    items: [
      { ...of, kind: 'RegionList', items: [region('l-1'), region('l-2')] },
      { ...of, ...region('l-3') },
    ],
  };
  const lines = `${JSON.stringify({ ...of, ...region('l-4') })}\n${JSON.stringify({ ...of, ...region('l-5') }, null, 2)}\n`;
  const merged = `${inventory}kind: RegionList\nitems:\n- {metadata: {name: l-6}, spec: &spec {displayName: R}}\n- {metadata: {name: l-7}, spec: {<<: *spec}}\n`;
  for (const [content, names] of [
    [JSON.stringify(list), ['l-1', 'l-2', 'l-3']],
    [lines, ['l-4', 'l-5']],
    [merged, ['l-6', 'l-7']],
  ] as const) {
    const { results, userErrors } = await app.apply(content);
    expect(userErrors).toEqual([]);
    expect(results.map(({ name, outcome }) => [name, outcome])).toEqual(names.map((name) => [name, 'CREATED']));
  }
});

test('U21: what breaks a rule of form is judged by all other rules as well, as far as it can be understood', async () => {
  const rules = async (text: string) =>
    (await app.apply(text, { validateOnly: true })).userErrors.map(
      ({ code, subject, field }) => `${code} ${subject} ${field}`,
    );
  const device = (name: string, unit: number) =>
    `---\napiVersion: catalog.miloapis.com/v1alpha1\nkind: Equipment\nmetadata: {name: ${name}}\nspec: {siteRef: {name: fra1}, type: Other, placement: {rackRef: {name: tall}, startUnit: ${unit}, unitHeight: 1}}\n`;
  const whole = (metadata: string, spec: string) =>
    `---\n${inventory}kind: Rack\nmetadata: {name: tall${metadata}}\nspec: {siteRef: {name: fra1}, ${spec}}\n`;
  const { userErrors } = await app.apply(whole('', 'heightU: 42') + device('u40', 40));
  expect(userErrors).toEqual([]);
  // An unknown member counts as what was meant, or as nothing; the rest is judged.
  expect(await rules(whole(', lables: {}', 'heightU: 30, kage: C1') + device('u41', 45))).toEqual([
    'UNKNOWN_FIELD Rack/tall metadata.lables',
    'UNKNOWN_FIELD Rack/tall spec.kage',
    'RACK_TOO_LOW Rack/tall spec.heightU',
    'RACK_TOO_LOW Rack/tall spec.heightU',
    'UNITS_OUTSIDE_RACK Equipment/u41 spec.placement.startUnit',
  ]);
  expect(await rules(whole('', 'heigthU: 30'))).toEqual([
    'REQUIRED Rack/tall spec.heightU',
    'UNKNOWN_FIELD Rack/tall spec.heigthU',
    'RACK_TOO_LOW Rack/tall spec.heightU',
  ]);
  // What has a wrong form counts as absent, and nothing is said of it twice.
  expect(await rules(whole('', 'heightU: 30, powerFeeds: [{name: A, phase: Many}], cage: 7'))).toEqual([
    'WRONG_TYPE Rack/tall spec.cage',
    'INVALID_VALUE Rack/tall spec.powerFeeds[0].phase',
    'RACK_TOO_LOW Rack/tall spec.heightU',
  ]);
});
