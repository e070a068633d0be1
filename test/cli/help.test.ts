import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startExampleShell } from '../kit/command.ts';

const { app, shell } = await startExampleShell();

test('every command has help with a description and examples that name it', { timeout: 300_000 }, async () => {
  const { stdout, code } = await shell.run(['--help'], { server: null });
  expect(code).toBe(0);
  const commands = [...(stdout.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z-]+) /gm)].flatMap(
    ([, name]) => name ?? [],
  );
  const own = commands.filter((name) => name !== 'help' && name !== 'catalog');
  expect(own).toEqual([
    'apply',
    'create',
    'validate',
    'diff',
    'import',
    'apply-type',
    'get',
    'describe',
    'history',
    'export',
    'delete',
    'label',
    'annotate',
    'patch',
    'edit',
    'wait',
    'enable',
    'disable',
    'requests',
    'approve',
    'deny',
    'publish',
    'roll-back',
    'compare',
    'deploy',
    'upgrade',
    'retire',
    'plan',
    'registry',
    'report',
    'graph',
    'elevation',
    'trace',
    'impact',
    'depends-on',
    'tree',
    'summary',
    'search',
    'kinds',
    'explain',
    'query',
    'whoami',
    'can-i',
    'who-can',
    'authz',
    'login',
    'logout',
    'config',
    'token',
    'completion',
    'version',
  ]);
  for (const name of own) {
    const help = await shell.run([name, '--help'], { server: null });
    expect(help.code).toBe(0);
    const shown = help.stdout.split('Examples:\n')[1] ?? '';
    expect(shown, name).toMatch(new RegExp(`^ .*catalog ${name}\\b`, 'm'));
  }
});

test('kinds lists names, short names and groups', async () => {
  const { stdout } = await shell.run(['kinds']);
  expect(stdout).toMatch(/^NAME +SHORTNAMES +APIVERSION +NAMESPACED +INPROJECT +KIND\n/);
  expect(stdout).toMatch(/^organizations +org +resourcemanager\.miloapis\.com\/v1alpha1 +false +false +Organization$/m);
  const [headings = '', ...rows] = (await shell.run(['kinds', '-o', 'wide'])).stdout.split('\n');
  expect(headings.split(/ +/).slice(-3)).toEqual(['DOMAIN', 'QUERY', 'LISTQUERY']);
  expect(
    rows
      .find((row) => row.startsWith('nodes '))
      ?.split(/ +/)
      .slice(-4),
  ).toEqual(['Node', 'inventory', 'computeNode', 'computeNodes']);
  expect((await shell.run(['kinds', '-o', 'name'])).stdout).toContain('racks.inventory.miloapis.com\n');
  expect(JSON.parse((await shell.run(['kinds', '-o', 'json'])).stdout)[0]).toHaveProperty('kind');
});

test('explain tells what a manifest of a kind may say, level by level', async () => {
  const explain = async (...words: string[]) => {
    const { stdout, stderr, code } = await shell.run(['explain', ...words]);
    return code === 0 ? stdout.replaceAll('\t', ' ') : stderr;
  };
  expect(await explain('serviceconfiguration.spec.meters.measurement')).toMatchInlineSnapshot(`
    "KIND:        ServiceConfiguration
    APIVERSION:  services.miloapis.com/v1alpha1
    FIELD:       spec.meters.measurement <object> -required-

    DESCRIPTION:
      The unit of what is measured, and how its values are aggregated.

    FIELDS:
      aggregation <choice> -required- -immutable once published-
        How the values of a billing period are combined into one.
        accepted: Sum, Max, Min, Count, UniqueCount, Latest, Average
      unit <text> -required- -immutable once published-
        Unit of what is measured, in UCUM notation.
        accepted: 1 to 64 characters
    "
  `);
  const rack = await explain('racks');
  expect(rack).toMatch(/^KIND: +Rack\nAPIVERSION: +inventory\.miloapis\.com\/v1alpha1\n/);
  expect(rack).toContain('\n  siteRef <reference to Site> -required- -immutable-\n');
  expect(rack).toContain(
    '\n  heightU <whole number> -required-\n    Height of the rack in rack units.\n    accepted: 1 to 500\n',
  );
  expect(await explain('cable', '--recursive')).toMatchInlineSnapshot(`
    "KIND:        Cable
    APIVERSION:  inventory.miloapis.com/v1alpha1
                 catalog.miloapis.com/v1alpha1

    DESCRIPTION:
      A cable: one with two ends, or one with several connectors at an end, such as a trunk or a
      breakout cable. A cable with two ends and nothing more to say is written in the group
      inventory.miloapis.com, every other one in catalog.miloapis.com.

    IN OTHER GROUPS:
      inventory.miloapis.com/v1alpha1
        Two ends: \`side\`, \`connector\`, \`profileRef\` and \`status\` are written in catalog.miloapis.com.

    FIELDS:
      metadata <object> -required-
        name <text> -required- -immutable-
        labels <map of texts>
        annotations <map of texts>
      spec <object> -required-
        endpoints <list of references to Port> -required-
          name <text> -required-
          side <choice>
          connector <whole number>
        media <choice> -required-
        profileRef <reference to CableProfile>
          name <text> -required-
        status <choice>
        lengthM <quantity>
        label <text>
    "
  `);
  // The words of `spec` alone will do, and an index is no matter.
  expect(await explain('rack.powerFeeds')).toContain(
    '    Name of the feed: `A`.\n    accepted: at least 1 character\n',
  );
  expect(await explain('rack.powerFeeds[0].phase')).toContain('FIELD:       spec.powerFeeds.phase <choice>');
  expect(await explain('port.spec.type')).toContain('\nVALUES:\n  Power\n    ');
  expect(await explain('service.spec.phase')).toContain('default: "Draft"');
  // What is in something frozen is frozen with it.
  expect(await explain('offer.servicePricingRefs')).toContain(
    '\n  name <text> -required- -immutable once published-\n',
  );
  expect(await explain('meterdefinition')).toContain('\n  billing.miloapis.com/v1alpha1\n    `spec.owner` is left out');
  expect(await explain('rack.hightU')).toBe(
    "error: manifests have no rack.hightU; did you mean 'heightU'?\nspec has: siteRef, cage, row, name, heightU, powerFeeds\ncatalog explain --graphql explains fields of the graph\n",
  );
  expect(await explain('rack.spec.heightU.x')).toContain('spec.heightU has nothing inside');
});

type Tree = Readonly<Record<string, unknown>>;

/** Paths of all members of a value, lists without an index; inside of maps nothing is named. */
const pathsIn = (value: unknown, path: string, maps: ReadonlySet<string>): string[] => {
  if (Array.isArray(value)) return value.flatMap((one) => pathsIn(one, path, maps));
  if (typeof value !== 'object' || value === null || maps.has(path)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const own = path === '' ? name : `${path}.${name}`;
    return [own, ...pathsIn(inner, own, maps)];
  });
};

/** The value without what stands at a path, in the first entry of each list; undefined where there is nothing. */
const without = (value: unknown, [step = '', ...rest]: readonly string[]): unknown => {
  if (Array.isArray(value)) {
    const first = without(value[0], [step, ...rest]);
    return first === undefined ? undefined : [first, ...value.slice(1)];
  }
  if (typeof value !== 'object' || value === null || !(step in value)) return undefined;
  const { [step]: taken, ...others } = value as Tree;
  if (rest.length === 0) return others;
  const inner = without(taken, rest);
  return inner === undefined ? undefined : { ...others, [step]: inner };
};

test('what explain tells is what apply takes: every path in use, every required member of every kind', async () => {
  const { data } = await app.as('test-admin').execute('{ kinds { kind members { path type required default } } }');
  const kinds = new Map<string, { path: string; type: string; required: boolean }[]>(
    data.kinds.map(({ kind, members }: { kind: string; members: [] }) => [kind, members]),
  );
  const { items } = JSON.parse((await shell.run(['export', '-o', 'json'])).stdout) as { items: Tree[] };
  const unknown = new Set<string>();
  const refusals: { kind: string; path: string; document: unknown }[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    const kind = String(item.kind);
    const members = kinds.get(kind) ?? [];
    const maps = new Set(members.filter(({ type }) => type.startsWith('map')).map(({ path }) => path));
    const known = new Set(members.map(({ path }) => path));
    const { apiVersion: _version, kind: _kind, ...rest } = item;
    for (const path of pathsIn(rest, '', maps)) if (!known.has(path)) unknown.add(`${kind} ${path}`);
    for (const { path, required } of members) {
      if (!required || path === 'metadata' || path === 'metadata.name' || seen.has(`${kind} ${path}`)) continue;
      const document = without(item, path.split('.'));
      if (document === undefined) continue;
      seen.add(`${kind} ${path}`);
      refusals.push({ kind, path, document });
    }
  }
  expect([...unknown]).toEqual([]);
  expect(refusals.length).toBeGreaterThan(100);
  const taken: string[] = [];
  const byKind = [...Map.groupBy(refusals, ({ kind }) => kind).values()];
  // One of each kind at a time: a batch has each object once.
  for (let round = 0; byKind.some((own) => own.length > round); round++) {
    const batch = byKind.flatMap((own) => own[round] ?? []);
    const content = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: batch.map(({ document }) => document) });
    const { userErrors } = await app.apply(content, { validateOnly: true });
    for (const { kind, path } of batch) {
      const own = userErrors.filter(({ subject }) => subject?.startsWith(`${kind}/`));
      const plain = own.map(({ code, field }) => `${code} ${field?.replaceAll(/\[\d+\]/g, '')}`);
      // Of a spec that is left out, what it has to say is asked for.
      const isAsked = plain.some(
        (one) => one === `REQUIRED ${path}` || (path === 'spec' && one.startsWith('REQUIRED spec.')),
      );
      if (!isAsked) taken.push(`${kind} ${path}: ${plain.join('; ')}`);
    }
  }
  expect(taken).toEqual([]);
});

test('explain --graphql shows a kind, a field and what it leads to, and the values of a choice', async () => {
  const graph = (word: string) => shell.run(['explain', '--graphql', word]);
  const kind = await graph('racks');
  expect(kind.stdout).toMatch(/^KIND: +Rack\nAPIVERSION: +inventory\.miloapis\.com\/v1alpha1\nQUERY: +rack, racks\n/);
  expect(kind.stdout).toContain('  heightU\tInt!\n');
  const field = await graph('rack.spec.siteRef');
  expect(field.stdout).toContain('FIELD:       siteRef <Site>\n');
  expect((await graph('site.racks.devices')).stdout).toContain('<MountedDeviceConnection!>');
  expect((await graph('port.type')).stdout).toContain('  PATCH_PANEL\n');
  const wrong = await graph('rack.hightU');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/^error: rack \(Rack\) has no field 'hightU'; did you mean 'heightU'\?\nit has: /);
});

test('query runs a document with variables of the declared types', async () => {
  const document =
    'query ($name: String!, $first: Int, $where: RackWhere) { rack(name: $name) { name } racks(first: $first, where: $where) { nodes { name } } }';
  const where = '{"name": {"startsWith": "fra1"}}';
  const vars = ['--var', 'name=fra1-a01', '--var', 'first=1', '--var', `where=${where}`];
  const { stdout, code } = await shell.run(['query', '-', ...vars], { input: document });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ rack: { name: 'fra1-a01' }, racks: { nodes: [{ name: 'fra1-a01' }] } });
  await writeFile(join(shell.folder, 'q.graphql'), document);
  await writeFile(join(shell.folder, 'v.json'), '{"name": "12345", "first": 0}');
  const file = await shell.run(['query', 'q.graphql', '--variables', 'v.json']);
  expect(JSON.parse(file.stdout)).toEqual({ rack: null, racks: { nodes: [] } });
  const explained = await shell.run(['query', '--explain', '--document', '{ racks { totalCount } }']);
  expect(JSON.parse(explained.stderr)).toMatchObject({ explain: { statements: 1 } });
});

test('a document that fails says where and why', async () => {
  const invalid = await shell.run(['query', '--document', '{ rakcs { totalCount } }']);
  expect(invalid).toMatchObject({ code: 1, stdout: '' });
  expect(invalid.stderr).toMatch(/^error: Cannot query field "rakcs" .* at 1:3 \[GRAPHQL_VALIDATION_FAILED\]\n$/);
  const partial = await shell.run(['query', '--document', '{ rack(name: "fra1-a01") { name } site { name } }']);
  expect(partial.code).toBe(1);
  expect(JSON.parse(partial.stdout)).toEqual({ rack: { name: 'fra1-a01' }, site: null });
  expect(partial.stderr).toContain('[BAD_USER_INPUT: SELECTOR]');
  expect((await shell.run(['query'])).code).toBe(2);
  expect((await shell.run(['query', 'absent.graphql'])).stderr).toBe('error: absent.graphql does not exist\n');
});
