import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyAll, binding, doc, SYSTEM, userOf } from '../authz/world.ts';
import { aRack, plant } from '../history/documents.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { binary, openShell, type Shell } from '../kit/command.ts';
import { pace } from '../kit/pace.ts';
import { createPassage } from '../kit/passage.ts';

let app: TestApp;
let shell: Shell;
let token: string;
beforeAll(async () => {
  app = await startApp();
  token = await app.token('test-admin');
  shell = await openShell(app.url, token);
  await app.apply(plant + aRack('a1') + aRack('a2'));
});
afterAll(async () => {
  await app.close();
  await shell.remove();
});

const timeless = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/position \d+/g, 'position N');

test('history says who changed what, from what to what, also of an object that is gone', async () => {
  await app.apply(aRack('told', {}, { tier: 'gold' }));
  await app.apply(aRack('told', { heightU: 20 }));
  expect((await shell.run(['delete', 'rack/told'])).code).toBe(0);
  const { stdout, code } = await shell.run(['history', 'rack/told']);
  expect(code).toBe(0);
  expect(timeless(stdout)).toMatchInlineSnapshot(`
    "TIME  deleted by test-admin  position N
    TIME  changed by test-admin  position N
      - metadata.labels.tier: "gold"
      ~ spec.heightU: 42 → 20
    TIME  created by test-admin  position N
    "
  `);
  expect(timeless((await shell.run(['history', 'rack', 'told', '--limit', '1'])).stdout)).toBe(
    'TIME  deleted by test-admin  position N\n',
  );
  expect((await shell.run(['history', 'rack/told', '--limit', '2'])).stderr).toBe(
    'the newest 2 changes shown; there are more\n',
  );
  expect((await shell.run(['history', 'rack/told', '--limit', '3'])).stderr).toBe('');
  const lines = (await shell.run(['history', 'racks/told', '-o', 'json'])).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).after?.spec.heightU)).toEqual([undefined, 20, 42]);
  expect((await shell.run(['history', 'rack/told', '-o', 'yaml'])).stdout.match(/^kind: Rack$/gm)).toHaveLength(3);
  const [json] = lines.map((line) => JSON.parse(line));
  expect(json.auditRecord).toMatchObject({
    verb: 'delete',
    source: { userAgent: expect.stringMatching(/^milo-catalog-cli\//) },
  });
  const wide = (await shell.run(['history', 'racks/told', '-o', 'wide', '--limit', '2'])).stdout;
  expect(timeless(wide).replaceAll(/(request|with) \S+/g, '$1 …')).toMatchInlineSnapshot(`
    "TIME  deleted by test-admin  position N
      verb delete  with …  request …
    TIME  changed by test-admin  position N
      verb update  with …  request …
      - metadata.labels.tier: "gold"
      ~ spec.heightU: 42 → 20
    "
  `);
  const nothing = await shell.run(['history', 'rack/never']);
  expect([nothing.code, nothing.stderr]).toEqual([1, "error: no history found of rack 'never'\n"]);
  expect((await shell.run(['history', 'racks'])).code).toBe(2);
});

test('a deleted object and an earlier state are brought back from history', async () => {
  await applyAll(app, aRack('back', { heightU: 11 }, { tier: 'gold' }));
  await applyAll(app, aRack('back', { heightU: 12 }));
  const states = (await shell.run(['history', 'rack/back', '-o', 'yaml', '--bare'])).stdout.split(/^---$/m).slice(1);
  expect(await shell.run(['apply', '-f', '-'], { input: states[1] ?? '' })).toMatchObject({ code: 0 });
  const { stdout: present } = await shell.run(['get', 'rack/back', '-o', 'json']);
  expect(JSON.parse(present)).toMatchObject({ metadata: { labels: { tier: 'gold' } }, spec: { heightU: 11 } });
  await shell.run(['delete', 'rack/back']);
  const last = await shell.run(['history', 'rack/back', '-o', 'yaml', '--bare', '--limit', '1']);
  expect(last.stdout).not.toMatch(/uid|resourceVersion|generation/);
  expect((await shell.run(['apply', '-f', '-'], { input: last.stdout })).stdout).toBe('rack/back created\n');
  const { stdout: again } = await shell.run(['get', 'rack/back', '-o', 'json']);
  expect(JSON.parse(again).spec).toEqual(JSON.parse(present).spec);
});

/** Runs a watch of the administrator; `until` waits for text on stdout. */
const watching = (...args: readonly string[]) => watchingAs(token, ...args);

const watchingAs = (caller: string, ...args: readonly string[]) => watchingAt(app.url, caller, ...args);

function watchingAt(server: string, caller: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [binary, 'get', ...args], {
    env: { ...process.env, CATALOG_SERVER: server, CATALOG_TOKEN: caller },
    cwd: shell.folder,
  });
  let text = '';
  let notes = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    notes += chunk.toString();
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    until: async (wanted: RegExp): Promise<string> => {
      for (const end = Date.now() + 20_000; Date.now() < end; await pace(20)) if (wanted.test(text)) return text;
      throw new Error(`never came: ${String(wanted)}\n${text}\n${notes}`);
    },
    text: () => text,
    notes: () => notes,
    end: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

test('history rounds no number', async () => {
  const quota = { group: 'quota.miloapis.com' };
  const claiming = { apiGroup: 'dns.example.com', kind: 'Zone' };
  const registration = {
    consumerType: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project' },
    type: 'Allocation',
    resourceType: 'dns.example.com/zones',
    baseUnit: 'zone',
    displayUnit: 'zone',
    claimingResources: [claiming],
  };
  const manifest = doc('ResourceRegistration', 'zones', { ...registration, unitConversionFactor: 1 }, quota);
  await applyAll(app, manifest.replace('"unitConversionFactor":1', '"unitConversionFactor":9007199254740993'));
  const { stdout } = await shell.run(['history', 'resourceregistration/zones', '-o', 'json']);
  expect(stdout).toContain('"unitConversionFactor":9007199254740993');
});

test('get --watch shows what is there, then every change as it happens', async () => {
  const watch = watching('racks', '-w', '-l', 'seen!=no');
  await watch.until(/^EVENT +NAME .*\nADDED +a1 .*\nADDED +a2 /m);
  await app.apply(aRack('a3', {}, { seen: 'no' }) + aRack('a4') + aRack('a2', { heightU: 9 }));
  const text = await watch.until(/^ADDED +a4 .*^MODIFIED +a2 |^MODIFIED +a2 .*^ADDED +a4 /ms);
  expect(text).not.toContain('a3');
  await shell.run(['delete', 'rack/a4']);
  await watch.until(/^DELETED +a4 /m);
  await watch.end();
});

test.each(['-w', '--watch-only'])(
  'get %s survives that the service goes away and comes back, and misses nothing',
  async (option) => {
    const way = await createPassage(new URL(app.url));
    await way.open();
    await applyAll(app, aRack('again', { heightU: 5 }));
    const watch = watchingAt(`http://127.0.0.1:${way.port}`, token, 'rack', 'again', option, '-o', 'json');
    let heightU = 5;
    const changed = async (): Promise<string> => {
      heightU++;
      await applyAll(app, aRack('again', { heightU }));
      return watch.text();
    };
    await expect.poll(changed).toMatch(/MODIFIED/);
    way.breakOff();
    await expect.poll(watch.notes).toContain('reconnecting');
    const missed = heightU + 1;
    await changed();
    await way.open();
    const text = await watch.until(new RegExp(`"heightU":${missed}\\b`));
    await watch.end();
    way.breakOff();
    const told = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.map(({ object }) => object.spec.heightU)).toEqual([
      ...new Set(told.map(({ object }) => object.spec.heightU)),
    ]);
    expect(told.filter(({ type }) => type === 'ADDED')).toHaveLength(option === '-w' ? 1 : 0);
  },
);

test('get --watch-only of one object as JSON lines', async () => {
  const watch = watching('rack', 'a1', '--watch-only', '-o', 'json');
  // It says nothing when it begins: changes are made until it has told one.
  let heightU = 10;
  const told = async (): Promise<string> => {
    heightU++;
    await app.apply(aRack('a2', { heightU }) + aRack('a1', { heightU }));
    return watch.text();
  };
  await expect.poll(told).toMatch(/\n/);
  for (const line of (await watch.until(/\n/)).trim().split('\n')) {
    const [first = ''] = line.split('\r');
    expect(JSON.parse(first)).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'a1' } } });
  }
  await watch.end();
});

test('get --watch tells what a template says of each object, as it comes', async () => {
  const watch = watching('racks', '-w', '-l', 'seen!=no', '-o', 'jsonpath={.metadata.name}={.spec.heightU};');
  await watch.until(/a1=\d+;/);
  await app.apply(aRack('a2', { heightU: 9 }));
  await watch.until(/a2=9;/);
  await watch.end();
});

test('get --watch shows a caller what they may see, and no name of anything else, whatever changes', async () => {
  const unseen = ['a1', 'hidden', 'hidden-later', 'here'];
  const on = (verb: string): string => `inventory.miloapis.com/racks.${verb}`;
  await applyAll(
    app,
    [
      aRack('hidden') + aRack('shown') + doc('User', 'lim', { email: 'lim@example.com' }),
      doc('Role', 'one-rack', { launchStage: 'Stable', includedPermissions: ['get', 'list', 'watch'].map(on) }, SYSTEM),
      binding('lim', 'Rack/shown', 'one-rack', userOf('lim')),
    ].join(''),
  );
  const limited = await app.token('lim');
  const forms = ['table', 'wide', 'name', 'json', 'yaml'];
  const watches = [
    ...forms.map((form) => watchingAs(limited, 'racks,sites,regions', '-w', '-o', form)),
    watchingAs(limited, 'racks', '-w', '-o', 'yaml', '--show-labels'),
  ];
  await Promise.all(watches.map(async (watch) => watch.until(/shown/)));
  await applyAll(app, aRack('hidden', { heightU: 9 }) + aRack('hidden-later', {}, { tier: 'gold' }));
  expect((await shell.run(['delete', 'rack/hidden', 'rack/hidden-later'])).code).toBe(0);
  await applyAll(app, aRack('shown', { heightU: 9 }));
  const texts = await Promise.all(watches.map(async (watch) => watch.until(/shown.*modified|MODIFIED.*shown/is)));
  await Promise.all(watches.map(async (watch) => watch.end()));
  for (const [index, text] of texts.entries()) {
    const told = text + (watches[index]?.notes() ?? '');
    expect(
      unseen.filter((name) => new RegExp(`(^|[^\\w-])${name}($|[^\\w-])`, 'm').test(told)),
      told,
    ).toEqual([]);
  }
});

test('what cannot be watched ends at once and says why', async () => {
  const refused = await shell.run(['get', 'racks', '-w', '-l', 'topology.inventory.miloapis.com/site=here']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('use scope');
});
