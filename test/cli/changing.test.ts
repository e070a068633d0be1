import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { aRack, plant } from '../history/documents.ts';
import { startTestShell } from '../kit/command.ts';
import { at, doc, named } from '../plant/documents.ts';
import { deploymentOf, platform, policyOf, regionOf, serviceOf, versionOf } from '../registry/world.ts';

/** Commands that change parts of objects, and the one that waits until others have. */
const { app, shell } = await startTestShell();
beforeAll(async () => {
  await app.apply(plant + aRack('a1') + aRack('a2', {}, { tier: 'core' }));
});

const run = (...words: string[]) => shell.run(words);
const rack = async (name: string) => JSON.parse((await run('get', 'rack', name, '-o', 'json')).stdout);

test('labels are set and taken away, of all objects or of none', async () => {
  const set = await run('label', 'rack', 'a1', 'a2', 'row=b', 'legacy=');
  expect(set.stdout.split('\n').sort()).toEqual([
    '',
    'rack/a1 updated (metadata.labels.row, metadata.labels.legacy)',
    'rack/a2 updated (metadata.labels.row, metadata.labels.legacy)',
  ]);
  const taken = await run('label', 'rack', 'a1', 'a2', 'tier=gold');
  expect([taken.code, taken.stderr]).toEqual([
    1,
    'error: a2 has tier=core in its labels already; nothing was written\n--overwrite replaces it\n',
  ]);
  expect((await rack('a1')).metadata.labels.tier).toBeUndefined();
  const over = await run('label', 'racks', '-l', 'row=b', 'tier=gold', 'legacy-', '--overwrite', '--validate-only');
  expect(over.stderr).toBe('2 updated; only validated, nothing was written\n');
  expect((await run('label', 'racks', '-l', 'row=b', 'tier=gold', 'legacy-', '--overwrite')).code).toBe(0);
  expect((await rack('a2')).metadata.labels).toMatchObject({ tier: 'gold', row: 'b' });
  expect((await rack('a2')).metadata.labels.legacy).toBeUndefined();
  expect((await run('annotate', 'rack/a1', 'example.com/ticket=OPS-7=b')).code).toBe(0);
  expect((await rack('a1')).metadata.annotations).toEqual({ 'example.com/ticket': 'OPS-7=b' });
});

test.each([
  ['label racks tier=gold', 2, 'say which racks: by name, by -l, or --all'],
  ['label rack/a1', 2, 'say what to set (KEY=VALUE) or to take away (KEY-)'],
  ['label rack a1 ghost tier=gold', 1, "rack 'ghost' not found"],
  ['label rack/a1 not/a/key=x', 1, 'Rack/a1 refused: LABEL_KEY metadata.labels.not/a/key'],
  ['patch rack/a1', 2, 'give the patch as -p TEXT or as --patch-file FILE'],
  ['patch rack/a1 -p {a', 2, 'the patch is neither JSON nor YAML'],
  ['patch rack/a1 --patch-file nowhere.json', 1, 'the patch cannot be read: ENOENT'],
  ['patch rack/a1 -p {} --type json', 2, 'a JSON patch is a list of operations'],
  ['patch rack/a1 -p [null] --type json', 2, 'operation 1 of the patch is none'],
  ['patch rack/a1 -p [{op:\u00a0remove,path:\u00a0spec}] --type json', 2, 'operation 1 of the patch is none'],
  ['patch rack/a1 -p heightU', 2, 'a merge patch is a mapping'],
  ['patch rack/a1 -p spec:\u00a0{heightU:\u00a0-2}', 1, 'TOO_SMALL spec.heightU'],
  ['edit rack/a1', 2, 'no editor is known'],
  ['edit racks', 2, 'say which one'],
  ['wait rack/a1 --for gone', 2, "'gone' cannot be waited for"],
  ['wait racks --for delete', 2, 'say which racks are waited for, by name'],
  ['wait rack/ghost --for condition=Ready', 1, 'rack/ghost not found'],
])('%s: %i, %s', async (line, code, told) => {
  const ran = await run(...line.split(' ').map((word) => word.replaceAll('\u00a0', ' ')));
  expect(ran.stderr).toContain(told);
  expect(ran.code).toBe(code);
});

test('a patch changes what it names and nothing else', async () => {
  const before = await rack('a1');
  expect((await run('patch', 'rack/a1', '-p', 'spec: {cage: C9, powerFeeds: [{name: A}]}')).code).toBe(0);
  const merged = await rack('a1');
  expect(merged.spec).toEqual({ ...before.spec, cage: 'C9', powerFeeds: [{ name: 'A' }] });
  expect((await run('patch', 'rack/a1', '-p', '{"spec": {"cage": null}}')).stdout).toBe(
    'rack/a1 updated (spec.cage)\n',
  );
  const operations = [
    { op: 'test', path: '/spec/powerFeeds/0/name', value: 'A' },
    { op: 'test', path: '/spec/heightU', value: before.spec.heightU },
    { op: 'add', path: '/spec/powerFeeds/-', value: { name: 'B' } },
  ];
  expect((await run('patch', 'rack/a1', '--type', 'json', '-p', JSON.stringify(operations))).code).toBe(0);
  expect((await rack('a1')).spec.powerFeeds).toEqual([{ name: 'A' }, { name: 'B' }]);
  const wrong = JSON.stringify([{ op: 'test', path: '/spec/powerFeeds/0/name', value: 'C' }]);
  const refused = await run('patch', 'rack/a1', '--type', 'json', '-p', wrong);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    'error: the patch does not fit a1: operation 1: Test failed: A != C\n',
  ]);
});

test('what is saved in the editor is applied; what is refused is shown again, and kept when one gives up', async () => {
  const edit = (editor: string) => shell.run(['edit', 'rack/a2'], { editor });
  expect(await edit('true')).toEqual({ code: 0, stdout: '', stderr: 'nothing was changed\n' });
  expect((await edit('sed -i "s/heightU: .*/heightU: 44/"')).stdout).toBe('rack/a2 updated (spec.heightU)\n');
  expect(await edit('false')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the editor (false) ended with 1'),
  });
  const refused = await edit('sed -i "s/heightU: .*/heightU: -1/"');
  expect(refused.code).toBe(1);
  const [first, last = ''] = refused.stderr.trimEnd().split('\n');
  expect(first).toMatch(/^Rack\/a2 refused: TOO_SMALL spec\.heightU/);
  const path = last.replace('nothing was written; what you saved is in ', '');
  expect(await readFile(path, 'utf8')).toMatch(/^# This was refused\..*\n# TOO_SMALL spec\.heightU: .*\n#\napiVersion/);
  await rm(dirname(path), { recursive: true });
  // What the service cannot even be sent is kept as well.
  const large = await edit('head -c 40000000 /dev/zero | tr "\\0" "#" >>');
  expect(large.code).toBe(1);
  expect(large.stderr).toContain('the request is too large');
  const [, kept = ''] = /^what you saved is in (.*)$/m.exec(large.stderr) ?? [];
  await rm(dirname(kept), { recursive: true });
  // Refused at first, mended then.
  const mended = await edit('sed -i -e "s/heightU: -.*/heightU: 45/" -e "s/heightU: 44/heightU: -1/"');
  expect([mended.code, mended.stdout]).toEqual([0, 'rack/a2 updated (spec.heightU)\n']);
  expect((await rack('a2')).spec.heightU).toBe(45);
});

test('nobody else’s change is lost by an edit', async () => {
  const other = `${process.execPath} ${new URL('../../bin/catalog.js', import.meta.url).pathname} -q label rack/a2 row=z --overwrite`;
  const { code, stderr } = await shell.run(['edit', 'rack/a2'], {
    editor: `${other} && sed -i "s/heightU: .*/heightU: 30/"`,
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Rack\/a2 refused: CONFLICT/);
  expect(await rack('a2')).toMatchObject({ metadata: { labels: { row: 'z' } }, spec: { heightU: 45 } });
});

test('wait is for all that are called so, in whatever namespace, or for the one of a namespace', async () => {
  const group = (namespace: string, labels: object = {}): string =>
    `---\n${JSON.stringify({ apiVersion: 'iam.miloapis.com/v1alpha1', kind: 'Group', metadata: { name: 'twins', namespace, labels }, spec: {} })}\n`;
  const organization = (name: string): string =>
    `---\n${JSON.stringify({ apiVersion: 'resourcemanager.miloapis.com/v1alpha1', kind: 'Organization', metadata: { name }, spec: { type: 'Standard' } })}\n`;
  const [one, other] = ['organization-here', 'organization-there'];
  const made = [organization('here'), organization('there'), group(one), group(other)];
  expect((await app.apply(made.join(''))).userErrors).toEqual([]);
  const ready = `jsonpath={.metadata.labels.ready}=yes`;
  const [all, here] = [[], ['-n', one]].map((more) => shell.start(['wait', 'group/twins', '--for', ready, ...more]));
  await app.apply(group(one, { ready: 'yes' }));
  expect(await here?.ended).toMatchObject({ code: 0, stdout: 'group/twins condition met\n' });
  const early = await run('wait', 'group/twins', '--for', ready, '--timeout', '500ms');
  expect([early.code, early.stdout]).toEqual([1, '']);
  await app.apply(group(other, { ready: 'yes' }));
  expect(await all?.ended).toMatchObject({ code: 0, stdout: 'group/twins condition met\n' });
  const gone = shell.start(['wait', 'group/twins', '--for', 'delete']);
  expect((await run('delete', 'group/twins', '-n', one)).code).toBe(0);
  expect((await run('wait', 'group/twins', '--for', 'delete', '-n', one)).stdout).toBe('group/twins deleted\n');
  const left = await run('wait', 'group/twins', '--for', 'delete', '--timeout', '500ms');
  expect([left.code, left.stdout]).toEqual([1, '']);
  expect((await run('delete', 'group/twins', '-n', other)).code).toBe(0);
  expect(await gone.ended).toMatchObject({ code: 0, stdout: 'group/twins deleted\n' });
});

test('wait ends when what is waited for is so', async () => {
  expect((await run('wait', 'rack/a1', 'rack/a2', '--for', 'create')).stdout.split('\n').sort()).toEqual([
    '',
    'rack/a1 created',
    'rack/a2 created',
  ]);
  expect((await run('wait', 'rack/ghost', '--for', 'delete')).stdout).toBe('rack/ghost deleted\n');
  const height = shell.start(['wait', 'rack/late', '--for', 'create']);
  const gone = shell.start(['wait', 'rack/a1', '--for', 'jsonpath={.spec.heightU}=12']);
  await app.apply(aRack('late'));
  expect(await height.ended).toMatchObject({ code: 0, stdout: 'rack/late created\n' });
  await app.apply(aRack('a1', { heightU: 12 }));
  expect(await gone.ended).toMatchObject({ code: 0, stdout: 'rack/a1 condition met\n' });
  const late = await run('wait', 'rack/a1', '--for', 'delete', '--timeout', '500ms');
  expect([late.code, late.stderr]).toEqual([
    1,
    'error: rack/a1: not so within 0.5 s\n--timeout 0 waits for as long as it takes\n',
  ]);
});

/** A type of which a device has been made: its one bay is where a manager has said it is, which the type says no more. */
const bayOf = (position: string): string =>
  doc('DeviceType/shelf', { manufacturer: 'Example', model: 'Shelf', moduleBays: [{ name: 'psu', position }] });

test('whatever a command changes, it prints the warnings of that, and ends as it would without them', async () => {
  const world = [
    platform,
    ...['near', 'far'].map((name) => regionOf(name)),
    serviceOf('mail', { primary: 'near' }),
    versionOf('mail', 'v1'),
    deploymentOf('mail', 'near', 'v1'),
    policyOf('wide', 'users', ['near', 'far']),
    bayOf('1'),
    doc('Equipment/shelf-1', { siteRef: named('here'), type: 'Other' }),
    doc('Asset/shelf-1', { deviceRef: at('Equipment/shelf-1'), typeRef: named('shelf') }),
  ];
  expect((await app.apply(world.join('---\n'))).userErrors).toEqual([]);
  const { stdout: bay } = await run('get', 'modulebay/shelf-1-psu', '-o', 'json');
  const managed = await shell.run(['apply', '--manager', 'gitops', '-f', '-'], { input: bay });
  expect(managed, managed.stderr).toMatchObject({ code: 0 });
  expect((await app.apply(bayOf('7'))).userErrors).toEqual([]);
  const sheet = [
    'Kind,Device,Port,Type,label:resourcemanager.miloapis.com/organization-name',
    'Equipment,shelf-1,p1,Optical,moon',
  ];
  await writeFile(join(shell.folder, 'ports.csv'), sheet.join('\n'));
  const taken = 'spec.position was managed by gitops, whose next apply will be in conflict with it';
  const label = 'the platform gives the label resourcemanager.miloapis.com/organization-name, and none to ports';
  const told = {
    'enable mail --project users':
      'warning: G5_SERVICE_NOT_IN_REGION: The project of wide uses mail, which is not deployed in far.\n',
    'apply-type shelf': `warning: FIELD_TAKEN: ${taken}\n1 device: 1 part brought to the type, 0 kept\n`,
    'import csv ports ports.csv': `ports.csv:2: warning: LABEL_DERIVED: ${label}; the text "moon" is ignored\n1 created\n`,
  };
  for (const [line, stderr] of Object.entries(told)) {
    expect(await run(...line.split(' ')), line).toMatchObject({ code: 0, stderr });
  }
});
