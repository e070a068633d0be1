import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';
import { openShell, type Shell } from '../kit/command.ts';

let app: TestApp;
let shell: Shell;
const write = (name: string, content: string): Promise<void> => writeFile(join(shell.folder, name), content);
const rack = (name: string, spec = 'siteRef: {name: fra1}, heightU: 42', metadata = ''): string =>
  `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Rack\nmetadata: {name: ${name}${metadata}}\nspec: {${spec}}\n`;

beforeAll(async () => {
  app = await startApp();
  shell = await openShell(app.url, await app.token('test-admin'));
  await write('world.yaml', await exampleWorld());
  const { code, stdout, stderr } = await shell.run(['apply', '-f', 'world.yaml']);
  expect(stderr).toMatch(/^\d+ created\n$/);
  expect(stdout).toContain('rack/fra1-a01 created\n');
  expect(code).toBe(0);
});
afterAll(async () => {
  await app.close();
  await shell.remove();
});

test('a second apply changes nothing and says so', async () => {
  const { code, stderr, stdout } = await shell.run(['apply', '-f', 'world.yaml']);
  expect(stderr).toMatch(/^\d+ unchanged\n$/);
  expect(stdout).toContain('rack/fra1-a01 unchanged\n');
  expect(code).toBe(0);
  expect(await shell.run(['apply', '-q', '-f', 'world.yaml'])).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('create, look at the difference, update, delete', async () => {
  const labelled = rack('life', 'siteRef: {name: fra1}, heightU: 42, name: L1', ', labels: {tier: gold}');
  expect(await shell.run(['diff', '-f', '-'], { input: labelled })).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "rack/life would be new (stdin:1)
      + metadata.labels.tier: "gold"
      + spec.siteRef.name: "fra1"
      + spec.heightU: 42
      + spec.name: "L1"
    ",
    }
  `);
  expect(await shell.run(['apply', '-f', '-', '--validate-only'], { input: labelled })).toEqual({
    code: 0,
    stdout: 'rack/life would be created\n',
    stderr: '1 created; only validated, nothing was written\n',
  });
  expect((await shell.run(['get', 'rack/life'])).code).toBe(1);
  expect(await shell.run(['apply', '-f', '-'], { input: labelled })).toEqual({
    code: 0,
    stdout: 'rack/life created\n',
    stderr: '1 created\n',
  });
  expect(await shell.run(['diff', '-f', '-'], { input: labelled })).toEqual({ code: 0, stdout: '', stderr: '' });
  const changed = rack('life', 'siteRef: {name: fra1}, heightU: 47', ', labels: {tier: silver}');
  expect(await shell.run(['diff', '-f', '-'], { input: changed })).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "",
      "stdout": "rack/life (stdin:1)
      ~ metadata.labels.tier: "gold" → "silver"
      - spec.name: "L1"
      ~ spec.heightU: 42 → 47
    ",
    }
  `);
  expect((await shell.run(['apply', '-f', '-'], { input: changed })).stdout).toBe(
    'rack/life updated (metadata.labels.tier, spec.name, spec.heightU)\n',
  );
  expect(await shell.run(['delete', '--validate-only', 'rack', 'life'])).toMatchObject({
    code: 0,
    stdout: 'rack/life would be deleted\n',
  });
  expect(await shell.run(['delete', '-f', '-'], { input: changed })).toEqual({
    code: 0,
    stdout: 'rack/life deleted\n',
    stderr: '',
  });
  expect(await shell.run(['delete', 'rack/life'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "Rack/life refused: NOT_FOUND: there is no Rack life
    nothing was deleted: 1 refusal
    ",
      "stdout": "",
    }
  `);
  expect(await shell.run(['delete', 'rack/life', '--ignore-not-found'])).toEqual({
    code: 0,
    stdout: 'rack/life was not there\n',
    stderr: '',
  });
});

test('create refuses what exists, names what asks for a name, and tries as kubectl does', async () => {
  const region = (metadata: string) =>
    `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Region\nmetadata: {${metadata}}\nspec: {displayName: R}\n`;
  const create = (metadata: string, ...words: string[]) =>
    shell.run(['create', '-f', '-', ...words], { input: region(metadata) });
  for (const trial of ['--dry-run', '--dry-run=server', '--dry-run=client', '--validate-only'])
    expect(await create('name: only-new', trial)).toEqual({
      code: 0,
      stdout: 'region/only-new would be created\n',
      stderr: '1 created; only validated, nothing was written\n',
    });
  expect(await create('name: only-new', '--dry-run=none')).toMatchObject({ stdout: 'region/only-new created\n' });
  expect(await create('name: only-new')).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'stdin:3:12: Region/only-new refused: NAME_TAKEN metadata.name: there is a Region only-new already (accepted: a name that is free)\nnothing was written: 1 refusal\n',
  });
  const { stdout } = await create('generateName: only-new-');
  const [name = ''] = /^region\/only-new-[a-z0-9]{5}(?= created\n$)/.exec(stdout) ?? [];
  const applied = await shell.run(['apply', '-f', '-'], { input: region('generateName: only-new-') });
  expect(applied.stderr).toContain('names are generated for objects that are only created (`catalog create`');
  expect(await shell.run(['delete', name, 'region/only-new', '--dry-run'])).toMatchObject({ code: 0 });
  expect(await shell.run(['delete', name, 'region/only-new'])).toMatchObject({ code: 0 });
});

test('what an object owns goes with it where the delete says so', async () => {
  const refused = await shell.run(['delete', 'node/fra1-a01-node1', '--validate-only']);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is referred to by')]);
  const cascading = await shell.run(['delete', 'rack/cascade-1', '--cascade', '--ignore-not-found']);
  expect(cascading).toMatchObject({ code: 0, stdout: 'rack/cascade-1 was not there\n' });
  const port = `apiVersion: inventory.miloapis.com/v1alpha1
kind: NetworkDevice
metadata: {name: cascade-2}
spec: {clusterRef: {name: fra1-compute}, siteRef: {name: fra1}, role: Leaf}
---
apiVersion: inventory.miloapis.com/v1alpha1
kind: Port
metadata: {name: cascade-2-p1}
spec: {deviceRef: {kind: NetworkDevice, name: cascade-2}, type: Optical, name: p1}
`;
  expect((await shell.run(['apply', '-f', '-'], { input: port })).code).toBe(0);
  expect((await shell.run(['delete', 'networkdevice/cascade-2'])).code).toBe(1);
  expect(await shell.run(['delete', 'networkdevice/cascade-2', '--cascade'])).toMatchObject({ code: 0 });
  expect((await shell.run(['get', 'port/cascade-2-p1'])).code).toBe(1);
});

test('refusals come all at once with file, line, column, rule and path; nothing is written', async () => {
  await mkdir(join(shell.folder, 'bad'));
  await write('bad/1.yaml', `${rack('good')}---\n${rack('b1', '\n  siteRef: {name: fra9},\n  heigthU: 42')}`);
  await write('bad/2.yml', 'kind: Rack\nspec: [\n');
  const { code, stdout, stderr } = await shell.run(['apply', '-f', 'bad']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatchInlineSnapshot(`
    "bad/1.yaml:9:1: Rack/b1 refused: REQUIRED spec.heightU: heightU is missing
    bad/1.yaml:10:3: Rack/b1 refused: REFERENCE_NOT_FOUND spec.siteRef: there is no Site fra9; did you mean 'fra1'?
    bad/1.yaml:11:3: Rack/b1 refused: UNKNOWN_FIELD spec.heigthU: unknown field 'heigthU'; did you mean 'heightU'?
    bad/2.yml:3:1: refused: MALFORMED_YAML: Flow sequence in block collection must be sufficiently indented and end with a ]
    nothing was written: 4 refusals; the others would be 1 created
    "
  `);
  const trial = await shell.run(['validate', '-f', 'bad']);
  expect(trial).toEqual({ code: 1, stdout: '', stderr });
  expect(await shell.run(['diff', '-f', 'bad'])).toEqual({ code: 2, stdout: '', stderr });
  expect((await shell.run(['get', 'rack/good'])).code).toBe(1);
});

test('validate counts what is valid; --verbose says what would become of each', async () => {
  const input = rack('fresh');
  expect(await shell.run(['validate', '-f', '-'], { input })).toEqual({
    code: 0,
    stdout: '1 valid document: 1 created\n',
    stderr: '',
  });
  expect((await shell.run(['validate', '-v', '-f', '-'], { input })).stderr).toContain('rack/fresh would be created\n');
});

test('a folder is read in name order, deeper ones with -R; kustomizations are skipped', async () => {
  await mkdir(join(shell.folder, 'tree/deep'), { recursive: true });
  await write('tree/b.yaml', rack('t-b'));
  await write(
    'tree/a.json',
    JSON.stringify({
      apiVersion: 'inventory.miloapis.com/v1alpha1',
      kind: 'Rack',
      metadata: { name: 't-a' },
      spec: { siteRef: { name: 'fra1' }, heightU: 42 },
    }),
  );
  await write('tree/deep/c.yml', rack('t-c'));
  await write('tree/kustomization.yaml', 'resources: [b.yaml]\n');
  await write('tree/notes.txt', 'not a manifest');
  const flat = await shell.run(['apply', '--validate-only', '-f', 'tree', '-v']);
  expect(flat.stdout).toBe('rack/t-a would be created\nrack/t-b would be created\n');
  expect(flat.stderr).toContain('skipped tree/kustomization.yaml');
  const deep = await shell.run(['apply', '--validate-only', '-R', '-f', 'tree']);
  expect(deep.stdout).toBe('rack/t-a would be created\nrack/t-b would be created\nrack/t-c would be created\n');
  const several = await shell.run(['apply', '--validate-only', '-f', 'tree/b.yaml', 'tree/a.json', '-f', 'tree/deep']);
  expect(several.stdout).toBe('rack/t-b would be created\nrack/t-a would be created\nrack/t-c would be created\n');
});

test('the lock of an editor is no manifest; any other link has to lead somewhere', async () => {
  await mkdir(join(shell.folder, 'linked'));
  await write('linked/a.yaml', rack('l-a'));
  await symlink('somebody@host.1234', join(shell.folder, 'linked/.#a.yaml'));
  const locked = await shell.run(['validate', '-f', 'linked', '-v']);
  expect(locked).toMatchObject({ code: 0, stdout: '1 valid document: 1 created\n' });
  expect(locked.stderr).toContain('skipped linked/.#a.yaml: it is the lock of an editor');
  await symlink('gone.yaml', join(shell.folder, 'linked/b.yaml'));
  expect(await shell.run(['validate', '-f', 'linked'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: linked/b.yaml is a link that leads nowhere\n',
  });
});

test('what a kustomization names beside its resources is no manifest', async () => {
  await mkdir(join(shell.folder, 'kustomize/patches'), { recursive: true });
  await write('kustomize/rack.yaml', rack('k-a'));
  await write('kustomize/kustomizeconfig.yaml', 'nameReference: []\n');
  await write('kustomize/patches/rack.yaml', rack('k-a').replace('heightU: 42', 'heightU: 10'));
  await write('kustomize/names.yaml', '- source: {kind: Rack}\n');
  const own =
    'configurations: [kustomizeconfig.yaml]\npatches: [{path: patches/rack.yaml}]\nreplacements: [{path: names.yaml}]\n';
  await write('kustomize/kustomization.yaml', `resources: [rack.yaml]\n${own}`);
  const { code, stdout, stderr } = await shell.run(['validate', '-R', '-f', 'kustomize', '-v']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1 valid document: 1 created\n' });
  expect(stderr).toContain("skipped kustomize/kustomizeconfig.yaml: it is kustomize's, not a manifest of the catalog");
});

test('what cannot be read is told together, before anything is sent', async () => {
  await mkdir(join(shell.folder, 'empty'));
  await write('latin.yaml', '');
  await writeFile(join(shell.folder, 'latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xff]));
  expect(
    await shell.run(['apply', '-f', 'absent.yaml', 'empty', 'latin.yaml', 'http://example.com/a.yaml'], {
      server: 'localhost:1',
    }),
  ).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: absent.yaml does not exist
    empty has no *.yaml, *.yml or *.json files (-R includes subfolders)
    http://example.com/a.yaml is an address; -f reads files: curl -s http://example.com/a.yaml | catalog apply -f -
    latin.yaml is not UTF-8 text
    ",
      "stdout": "",
    }
  `);
  expect(await shell.run(['apply', '-f', '-'], { input: '# nothing\n---\n' })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: no manifest found in stdin\n',
  });
});

test('delete refuses what is referred to, and says by what', async () => {
  const { code, stderr, stdout } = await shell.run(['delete', 'site/sin1', 'link/fra1-inside']);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^Site\/sin1 refused: REFERENCED: .*1 rack \(sin1-a01\)/);
  expect(stderr).toMatch(/ \(accepted: delete .*Rack\/sin1-a01 as well/);
  expect(stderr).toMatch(/\nnothing was deleted: 1 refusal\n$/);
  expect(await shell.run(['delete', 'link/fra1-inside'])).toEqual({
    code: 0,
    stdout: 'link/fra1-inside deleted\n',
    stderr: '',
  });
});

test('kinds that live in a project take it from --project', async () => {
  const input =
    'apiVersion: iam.miloapis.com/v1alpha1\nkind: ServiceAccount\nmetadata: {name: robot}\nspec: {state: Active}\n';
  expect((await shell.run(['apply', '-f', '-'], { input })).stderr).toContain('refused: PROJECT_REQUIRED');
  const project = ['--project', 'northwind-web'];
  expect((await shell.run(['apply', '-f', '-', ...project], { input })).stdout).toBe('serviceaccount/robot created\n');
  expect((await shell.run(['get', 'sa', ...project])).stdout).toMatch(/^NAME +STATE +AGE\nrobot +Active/);
  expect((await shell.run(['get', 'sa', 'robot'])).stdout).toMatch(/^PROJECT +NAME .*\nnorthwind-web +robot/);
  expect((await shell.run(['delete', 'sa/robot', ...project])).stdout).toBe('serviceaccount/robot deleted\n');
});

test('a batch that is larger than the service takes is refused with both sizes and what to do', async () => {
  const small = await startApp({ maxBodyBytes: 2 ** 20, maxWriteBodyBytes: 2 ** 21 });
  try {
    await write('large.yaml', `${rack('large')}# ${'x'.repeat(2 ** 23)}\n`);
    const ran = await shell.run(['apply', '-f', 'large.yaml'], { server: small.url });
    expect({ ...ran, stderr: ran.stderr.replaceAll(small.url, 'SERVER') }).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "error: the request is too large: 8.0 MiB, and SERVER takes at most 2.0 MiB
      nothing was written
      send less than 2.0 MiB per request, referenced objects first: catalog apply --batch 1000 -f first/ -f second/
      or start the service with a larger CATALOG_MAX_WRITE_BODY_BYTES
      ",
        "stdout": "",
      }
    `);
  } finally {
    await small.close();
  }
});

test('with --batch files go over in pieces, and refusals keep their lines; what came before stays', async () => {
  await mkdir(join(shell.folder, 'pieces'));
  const racks = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => rack(`piece-${from + index}`)).join('---\n');
  await write('pieces/1.yaml', `# the first file\n---\n${racks(0, 3)}`);
  await write('pieces/2.yaml', racks(3, 8));
  expect(await shell.run(['apply', '-f', 'pieces', '--batch', '2'])).toEqual({
    code: 0,
    stdout: Array.from({ length: 8 }, (_, index) => `rack/piece-${index} created\n`).join(''),
    stderr: 'total: 8 created\n',
  });
  await write('pieces/3.yaml', `${racks(8, 10)}---\n${rack('piece-10', 'heigthU: 1')}---\n${rack('piece-11')}`);
  expect(await shell.run(['apply', '-q', '-f', 'pieces', '--batch', '5'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "pieces/3.yaml:14:1: Rack/piece-10 refused: REQUIRED spec.siteRef: siteRef is missing
    pieces/3.yaml:14:1: Rack/piece-10 refused: REQUIRED spec.heightU: heightU is missing
    pieces/3.yaml:14:8: Rack/piece-10 refused: UNKNOWN_FIELD spec.heigthU: unknown field 'heigthU'; did you mean 'heightU'?
    nothing of this batch was written: 3 refusals; the others would be 2 created
    total: 1 created, 8 unchanged
    ",
      "stdout": "",
    }
  `);
  expect((await shell.run(['get', 'racks', '-o', 'name'])).stdout.match(/piece-\d+/g)).toHaveLength(9);
  expect((await shell.run(['apply', '-f', 'pieces', '--batch', '5', '--validate-only'])).code).toBe(2);
});

test('a named manager owns what it applies; another one is refused, or takes over by force', async () => {
  const owned = rack('owned', 'siteRef: {name: fra1}, heightU: 42');
  const part = rack('owned', 'heightU: 45');
  const apply = (content: string, ...more: string[]) => shell.run(['apply', '-f', '-', ...more], { input: content });
  expect((await apply(owned, '--manager', 'gitops')).stdout).toBe('rack/owned created\n');
  const refused = await apply(part, '--manager', 'hands');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('spec.heightU is managed by gitops, for whom it is 42');
  expect((await apply(part, '--manager', 'hands', '--force')).stdout).toBe('rack/owned updated (spec.heightU)\n');
  expect((await shell.run(['diff', '-f', '-', '--manager', 'gitops'], { input: owned })).code).toBe(2);
  expect((await apply(part, '--force')).stderr).toContain('only a named manager can take over by force');
});

test('of two namesakes the one that breaks a rule is told, at its line and column', async () => {
  const role = (organization: string, permission: string): string =>
    [
      'apiVersion: iam.miloapis.com/v1alpha1',
      'kind: Role',
      `metadata: {name: twin, namespace: organization-${organization}}`,
      `spec: {launchStage: Beta, includedPermissions: [inventory.miloapis.com/${permission}]}`,
      '',
    ].join('\n');
  await write('roles.yaml', `${role('northwind', 'racks.get')}---\n${role('aurora', 'racks.gett')}`);
  const { code, stderr } = await shell.run(['validate', '-f', 'roles.yaml']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^roles\.yaml:9:49: Role\/twin refused: UNKNOWN_PERMISSION spec\.includedPermissions\[0\]/m);
});

test('warnings about units and costs are printed by apply, by its trial and by validate, and change no exit code', async () => {
  const name = 'machines.example.com/warned';
  const group = 'machines.example.com';
  const configuration = JSON.stringify({
    apiVersion: 'services.miloapis.com/v1alpha1',
    kind: 'ServiceConfiguration',
    metadata: { name: 'warned' },
    spec: {
      serviceRef: { name: 'machines-example-com' },
      phase: 'Draft',
      metrics: [{ name, kind: 'Delta', unit: 'MiB' }],
      quota: { metricRules: [{ selector: { apiGroup: group, kind: 'Machine' }, metricCosts: { [name]: 0 } }] },
    },
  });
  await write('warned.yaml', configuration);
  const units = '  warning: UNIT_SPELLING: MiB is not UCUM: write MiBy\n';
  const costs = `  warning: COST_IS_ZERO: the creation of a Machine uses up no quota of ${name}\n`;
  expect(await shell.run(['validate', '-f', 'warned.yaml'])).toEqual({
    code: 0,
    stdout: '1 valid document: 1 created\n',
    stderr: units + costs,
  });
  expect(await shell.run(['apply', '--validate-only', '-f', 'warned.yaml'])).toEqual({
    code: 0,
    stdout: `serviceconfiguration/warned would be created\n${units}${costs}`,
    stderr: '1 created; only validated, nothing was written\n',
  });
  expect(await shell.run(['apply', '-f', 'warned.yaml'])).toEqual({
    code: 0,
    stdout: `serviceconfiguration/warned created\n${units}${costs}`,
    stderr: '1 created\n',
  });
});
