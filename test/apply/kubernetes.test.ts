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
