import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { sql } from '../../src/platform/db/sql.ts';
import { type GraphqlAnswer, startApp } from '../kit/app.ts';
import { binary, startExampleShell } from '../kit/command.ts';

const { app, shell } = await startExampleShell();
const withoutAge = (table: string): string => table.replaceAll(/ \d+[smhd]\d*[smhd]?(?=\n| )/g, ' AGO');

const region = (name: string): string =>
  `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Region\nmetadata: {name: ${name}}\nspec: {displayName: R}\n`;

test('a kind is a table with its own columns, name first and age last; -o wide has all of them', async () => {
  const { code, stdout, stderr } = await shell.run(['get', 'sites']);
  expect([code, stderr]).toEqual([0, '']);
  expect(withoutAge(stdout)).toMatchInlineSnapshot(`
    "NAME   REGION       PROVIDER      TYPE         AGE
    fra1   eu-central   harbor-colo   Datacenter   AGO
    fra2   eu-central   harbor-colo   Datacenter   AGO
    iad1   us-east      harbor-colo   Datacenter   AGO
    sin1   ap-south     <none>        Edge         AGO
    "
  `);
  expect(withoutAge((await shell.run(['get', 'Site', '-o', 'wide', '--limit', '1'])).stdout)).toMatchInlineSnapshot(`
    "NAME   REGION       PROVIDER      TYPE         DISPLAY       ADDRESS                         AGE
    fra1   eu-central   harbor-colo   Datacenter   Frankfurt 1   Frankfurt 1, example street 1   AGO
    "
  `);
});

test('several kinds are a table each, names with their kind', async () => {
  const { stdout } = await shell.run(['get', 'regions,providers']);
  expect(withoutAge(stdout)).toMatchInlineSnapshot(`
    "NAME                DISPLAY              AGE
    region/ap-south     Asia Pacific South   AGO
    region/eu-central   Europe Central       AGO
    region/us-east      US East              AGO

    NAME                       DISPLAY             TYPE         AGE
    provider/deepline-fiber    Deepline Fiber      DarkFiber    AGO
    provider/harbor-colo       Harbor Colocation   Colocation   AGO
    provider/skyline-transit   Skyline Transit     Transit      AGO
    "
  `);
  const mixed = await shell.run(['get', 'rack/fra1-a01', 'site/fra1', '-o', 'name']);
  expect(mixed.stdout).toBe('rack/fra1-a01\nsite/fra1\n');
});

test('one object prints as its manifest, several as a List; both apply as they are', async () => {
  const one = await shell.run(['get', 'site', 'sin1', '-o', 'yaml']);
  expect(one.stdout).toMatch(
    /^apiVersion: inventory\.miloapis\.com\/v1alpha1\nkind: Site\nmetadata:\n {2}name: sin1\n/,
  );
  const json = JSON.parse((await shell.run(['get', 'site/sin1', '-o', 'json'])).stdout);
  expect(json).toMatchObject({ kind: 'Site', metadata: { name: 'sin1', generation: 1 }, spec: { type: 'Edge' } });
  for (const format of ['yaml', 'json']) {
    const { stdout } = await shell.run(['get', 'sites,serviceconfigurations', '-o', format]);
    const [list] = parseAllDocuments(stdout);
    expect(list?.toJS()).toMatchObject({ apiVersion: 'v1', kind: 'List' });
    const again = await shell.run(['apply', '-f', '-'], { input: stdout });
    expect(again.stderr).toMatch(/^\d+ unchanged\n$/);
  }
});

test('whole numbers beyond 2^53 keep every digit in JSON', async () => {
  const { stdout } = await shell.run(['get', 'vm/vm-001', '-o', 'yaml']);
  await shell.run(['apply', '-f', '-'], {
    input: stdout.replace('name: vm-001', 'name: vm-huge').replace(/memoryBytes: \d+/, 'memoryBytes: 9007199254740993'),
  });
  expect((await shell.run(['get', 'vm/vm-huge', '-o', 'json'])).stdout).toContain('"memoryBytes": 9007199254740993,');
  expect((await shell.run(['delete', 'vm/vm-huge'])).code).toBe(0);
});

test('labels select, and a selector that cannot be read says where', async () => {
  const selector = ['-l', 'topology.inventory.miloapis.com/rack=fra1-a01'];
  expect((await shell.run(['get', 'vms', ...selector, '-o', 'name'])).stdout).toBe(
    'virtualmachine/vm-001\nvirtualmachine/vm-002\n',
  );
  expect((await shell.run(['get', 'site', 'sin1', '--show-labels', '--no-headers'])).stdout).toContain(
    'topology.inventory.miloapis.com/region=ap-south,',
  );
  expect(await shell.run(['get', 'vms', '-l', 'a===b'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: '=' is not expected at character 4; accepted: ',' or the end [BAD_USER_INPUT: SELECTOR]
    ",
      "stdout": "",
    }
  `);
});

test('nothing found is said on stderr and is no error; a name that is not there is one', async () => {
  expect(await shell.run(['get', 'racks', '-l', 'no=such'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'No racks found.\n',
  });
  expect(await shell.run(['get', 'racks', '-l', 'no=such', '-o', 'yaml'])).toEqual({
    code: 0,
    stdout: 'apiVersion: v1\nkind: List\nitems: []\n',
    stderr: '',
  });
  expect(await shell.run(['get', 'rack', 'ghost', 'fra1-a01', '-o', 'name'])).toEqual({
    code: 1,
    stdout: 'rack/fra1-a01\n',
    stderr: "error: rack 'ghost' not found\n",
  });
});

test('mistakes of use end with 2 and name what was probably meant', async () => {
  expect(await shell.run(['get', 'raks'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "error: this catalog holds no kind called 'raks'; did you mean 'racks'?\n`catalog kinds` lists them\n",
  });
  const guess = async (word: string) => /; (did you mean .*)\n/.exec((await shell.run(['get', word])).stderr)?.[1];
  expect(await guess('meters')).toBe("did you mean 'meterdefinitions'?");
  expect(await guess('Devices')).toBe("did you mean 'networkdevices' or 'deviceslots' or 'devicetypes'?");
  expect((await shell.run(['get', 'racks', '-o', 'xml'])).stderr).toContain('Accepted: table, wide, yaml');
  expect((await shell.run(['get', 'rack/a', 'site'])).code).toBe(2);
  expect((await shell.run(['gte', 'racks'])).stderr).toContain('(Did you mean get?)');
});

test('racks are drawn, one or several', async () => {
  const { stdout } = await shell.run(['elevation', 'fra1-a01']);
  expect(stdout).toMatch(/^ +Front +Rear\n42\n/);
  expect((await shell.run(['elevation', 'rack/fra1-a01'])).stdout).toBe(stdout);
  expect((await shell.run(['elevation', 'site/fra1'])).stderr).toBe("error: 'site/fra1' is no Rack\n");
  expect(await shell.run(['get', 'rack/fra1-a01', '-o', 'elevation'])).toEqual({ code: 0, stdout, stderr: '' });
  const several = await shell.run(['get', 'rack', 'fra1-a01', 'fra1-a02', '-o', 'elevation']);
  expect(several.stdout).toContain(`fra1-a01\n${stdout}\nfra1-a02\n`);
  const sites = await shell.run(['get', 'sites', '-o', 'elevation']);
  expect(sites).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: there is no elevation of sites\n-o elevation is for racks\n',
  });
  expect((await shell.run(['get', 'racks', '-o', 'elevation', '--watch'])).code).toBe(2);
});

test('parts of objects are printed by a template, and in columns of one’s own', async () => {
  const each = '{range .items[*]}{.metadata.name}{"\\t"}{.spec.type}{"\\n"}{end}';
  expect((await shell.run(['get', 'sites', '-o', `jsonpath=${each}`])).stdout).toBe(
    'fra1\tDatacenter\nfra2\tDatacenter\niad1\tDatacenter\nsin1\tEdge\n',
  );
  const region = '{.metadata.labels.topology\\.inventory\\.miloapis\\.com/region}';
  expect((await shell.run(['get', 'site/fra1', '-o', `jsonpath=${region}`])).stdout).toBe('eu-central');
  const named = '.items[?(@.spec.type=="Edge")].metadata.name';
  expect((await shell.run(['get', 'sites', '-o', `jsonpath=${named}`])).stdout).toBe('sin1');
  const columns = 'custom-columns=NAME:.metadata.name,U:.spec.heightU,FEEDS:.spec.powerFeeds[*].name,NONE:.spec.no';
  expect((await shell.run(['get', 'racks', '-o', columns, '--limit', '2'])).stdout).toBe(
    'NAME       U    FEEDS   NONE\nfra1-a01   42   A,B     <none>\nfra1-a02   42   A,B     <none>\n',
  );
  const wrong = [
    'go-template={{.x}}',
    'jsonpath=',
    'jsonpath={range .x}',
    'jsonpath={.x',
    'custom-columns=NAME',
    'xml',
  ];
  for (const output of wrong) expect((await shell.run(['get', 'racks', '-o', output])).code, output).toBe(2);
});

test('lists are sorted, narrowed by fields, and say when there is more', async () => {
  const get = (...words: string[]) => shell.run(['get', ...words, '-o', 'name']);
  const ports = ['ports', '--field-selector', 'spec.deviceRef.name=fra1-a01-leaf,spec.type!=SFP28', '--sort-by'];
  const byName = (await get(...ports, '.spec.name')).stdout.trimEnd().split('\n');
  expect(byName.slice(0, 3)).toEqual(['port/fra1-a01-leaf-eth1', 'port/fra1-a01-leaf-eth2', 'port/fra1-a01-leaf-eth3']);
  expect(byName).toContain('port/fra1-a01-leaf-eth10');
  const racks = await get('racks', '--limit', '2');
  expect(racks.stderr).toBe('2 of 8 racks shown\n');
  expect(await get('racks', '--limit', '8')).toMatchObject({ stderr: '' });
  expect((await get('racks', '--limit', '2', '--sort-by', '.metadata.name')).stderr).toBe('2 of 8 racks shown\n');
  expect((await get('racks', '--limit', '8', '--sort-by', '.metadata.name')).stderr).toBe('');
  expect((await get('racks,sites', '--limit', '3', '--chunk-size', '2')).stderr).toBe(
    '3 objects shown; there are more\n',
  );
  const yaml = await shell.run(['get', 'sites', '--field-selector', 'spec.type==Edge', '-o', 'yaml']);
  expect(yaml.stdout.match(/^ {4}name: .*/gm)).toEqual(['    name: sin1']);
  expect((await get('sites', '--field-selector', 'spec.type')).code).toBe(2);
  expect(await get('rack', 'ghost', '--ignore-not-found')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('describe shows all that is named, and says when there is more of what is not', async () => {
  const names = async (...words: string[]) => {
    const { stdout, ...ran } = await shell.run(['describe', ...words]);
    return { ...ran, found: (stdout.match(/^Name: .*$/gm) ?? []).map((line) => line.slice(14)) };
  };
  const two = ['fra1-a01', 'iad1-a01'];
  expect(await names('racks', ...two, '--limit', '1')).toEqual({ code: 0, stderr: '', found: two });
  const some = await names('racks', '--limit', '3');
  expect([some.found.length, some.stderr]).toEqual([3, '3 objects described; there are more: --limit\n']);
});

test('describe shows an object, what it is related to, its last changes, and what one may do', async () => {
  const { code, stdout, stderr } = await shell.run(['describe', 'rack/fra1-a01', 'rack/ghost']);
  expect([code, stderr]).toEqual([1, "error: rack 'ghost' not found\n"]);
  const timeless = stdout.replace(/\d{4}-\d\d-\S+Z|[0-9a-f-]{36}|revision \d+|\d+[smhd]\d*[smhd]?(?= ago)/g, '…');
  expect(timeless).toMatchInlineSnapshot(`
    "Name:         fra1-a01
    Kind:         Rack (inventory.miloapis.com/v1alpha1)
    UID:          …
    Created:      … (… ago)
    Generation:   1 (…)
    Labels:       topology.inventory.miloapis.com/region=eu-central
                  topology.inventory.miloapis.com/site=fra1
                  topology.inventory.miloapis.com/site-type=Datacenter
    Annotations:  <none>
    Spec:
      siteRef:
        name: fra1
      cage: C1
      row: A
      name: A01
      heightU: 42
      powerFeeds:
        - name: A
          phase: ThreePhase
          voltage: 415
          ampsRated: 32
        - name: B
          phase: ThreePhase
          voltage: 415
          ampsRated: 32
    Related:
      asset: Asset/fra1-a01
      devices (9): Node/fra1-a01-chassis, NetworkDevice/fra1-a01-leaf, Node/fra1-a01-node1, Node/fra1-a01-node2, Node/fra1-a01-node3, …
      ports (24): Port/fra1-a01-pdu-1, Port/fra1-a01-pdu-2, Port/fra1-a01-pdu-3, Port/fra1-a01-pdu-4, Port/fra1-a01-pdu-5, …
      region: Region/eu-central
      site: Site/fra1
    Last changes:
      … ago  created by test-admin
    You may:      delete, get, update
    "
  `);
});

test('tree draws regions, facilities, racks and devices, from a root down to a level', async () => {
  expect((await shell.run(['tree', 'region/ap-south', 'rack/fra1-a02'])).stdout).toMatchInlineSnapshot(`
    "region/ap-south  Asia Pacific South, 1 site
    └── site/sin1  Singapore 1, 1 rack
        └── rack/sin1-a01  42 U, 15 used, 9 devices
            ├── node/sin1-a01-chassis
            ├── networkdevice/sin1-a01-leaf
            ├── node/sin1-a01-node1
            ├── node/sin1-a01-node2
            ├── node/sin1-a01-node3
            ├── node/sin1-a01-node4
            ├── networkdevice/sin1-a01-router
            ├── node/sin1-blade1
            └── node/sin1-blade2
    rack/fra1-a02  42 U, 11 used, 6 devices
    ├── networkdevice/fra1-a02-leaf
    ├── node/fra1-a02-node1
    ├── node/fra1-a02-node2
    ├── node/fra1-a02-node3
    ├── node/fra1-a02-node4
    └── networkdevice/fra1-a02-router
    "
  `);
  const all = (await shell.run(['tree', '--depth', 'site'])).stdout;
  expect(all.match(/(region|site)\/[\w-]+/g)).toEqual([
    'region/ap-south',
    'site/sin1',
    'region/eu-central',
    'site/fra1',
    'site/fra2',
    'region/us-east',
    'site/iad1',
  ]);
  const [site] = JSON.parse((await shell.run(['tree', 'site/iad1', '--depth', 'rack', '-o', 'json'])).stdout);
  expect(site).toMatchObject({
    kind: 'site',
    name: 'iad1',
    inside: [{ name: 'iad1-a01', inside: [] }, { name: 'iad1-a02' }],
  });
  expect(await shell.run(['tree', 'rack/ghost'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: rack/ghost not found\n',
  });
  expect((await shell.run(['tree', 'service/x'])).code).toBe(2);
  expect((await shell.run(['tree', 'rack/fra1-a02', '--depth', 'site'])).code).toBe(2);
});

test('summary counts objects by kind and state, everywhere, by labels and in a project', async () => {
  expect((await shell.run(['summary', 'services', 'racks,regions'])).stdout).toMatch(
    /^KIND +COUNT +STATES\nservices +6 +1 draft, 4 published, 1 deprecated\nracks +8\nregions +3\n$/,
  );
  const lines = (await shell.run(['summary', '-l', 'topology.inventory.miloapis.com/site=fra1'])).stdout.split('\n');
  expect(lines).toContain('racks                 2');
  expect(lines.some((line) => line.startsWith('services'))).toBe(false);
  const entitlements = await shell.run(['summary', '--project', 'northwind-web', '-o', 'json']);
  const listed = await shell.run(['get', 'serviceentitlements', '--project', 'northwind-web', '-o', 'name']);
  expect(JSON.parse(entitlements.stdout)).toContainEqual({
    kind: 'ServiceEntitlement',
    count: listed.stdout.trimEnd().split('\n').length,
    isCapped: false,
    states: [
      { state: 'PENDING_APPROVAL', count: 1 },
      { state: 'ACTIVE', count: 1 },
    ],
  });
  expect((await shell.run(['summary', 'racks,ports,regions', '--by', 'site'])).stdout).toMatchInlineSnapshot(`
    "KIND      COUNT   fra1   fra2   iad1   sin1
    racks     8       2      3      2      1
    ports     575     152    194    152    77
    regions   3       0      0      0      0
    "
  `);
  const bySite = JSON.parse((await shell.run(['summary', '--by', 'site', '-o', 'json'])).stdout);
  expect(bySite.map(({ kind }: { kind: string }) => kind)).toContain('Cable');
  expect(bySite.map(({ kind }: { kind: string }) => kind)).not.toContain('User');
  const { code, stderr } = await shell.run(['summary', '--by', 'planet']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining('Allowed choices are organization, project, region, site, rack.'),
  ]);
});

test('a natural key stands for a name, with its slashes, and derived objects are read like all others', async () => {
  const key = 'buckets.example.com/bucket/operations';
  const name = 'meterdefinition/buckets-example-com-bucket-operations';
  expect(await shell.run(['get', `meterdefinition/${key}`, '-o', 'name'])).toEqual({
    code: 0,
    stdout: `${name}\n`,
    stderr: '',
  });
  const several = await shell.run(['get', 'meterdefinition', key, 'edge-example-com-route-requests', '-o', 'name']);
  expect(several.stdout.trimEnd().split('\n')).toEqual([name, 'meterdefinition/edge-example-com-route-requests']);
  expect((await shell.run(['get', 'service/edge.example.com', '-o', 'name'])).stdout).toBe(
    'service/edge-example-com\n',
  );
  // It was made with its configuration, whose history has the request.
  expect((await shell.run(['history', `meterdefinition/${key}`, '-o', 'wide'])).stdout).toMatch(
    / {2}created by test-admin {2}position \d+\n {2}no audit record of its own: derived from another object, or no longer kept\n$/,
  );
  for (const command of ['describe', 'history']) {
    expect((await shell.run([command, `monitoredresourcetype/buckets.example.com/Bucket`])).code).toBe(0);
  }
  expect((await shell.run(['can-i', 'update', `meterdefinition/${key}`])).code).toBe(0);
  // What one holds is one thing, through what it is changed another.
  expect((await shell.run(['describe', `meterdefinition/${key}`])).stdout).toMatch(
    /^You may: {6}get \(kept by ServiceConfiguration\/buckets-example-com: it is changed and deleted through that\)$/m,
  );
  expect(await shell.run(['get', `meterdefinition/${key}/none`])).toMatchObject({
    code: 1,
    stderr: `error: meterdefinition '${key}/none' not found\n`,
  });
  expect(await shell.run(['get', 'rack', 'site/fra1'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("KIND/NAME cannot follow a kind: 'rack site/fra1'"),
  });
  const graph = await app.execute('{ meterDefinitions { nodes { name } } }');
  const listed = (await shell.run(['get', 'meterdefinitions', '-o', 'name'])).stdout.trimEnd().split('\n');
  expect(listed).toEqual(
    graph.data.meterDefinitions.nodes.map((one: { name: string }) => `meterdefinition/${one.name}`),
  );
});

test('every kind is listed, and every object is read again by its kind and name', async () => {
  const names = async (...args: readonly string[]): Promise<string[]> => {
    const { code, stdout, stderr } = await shell.run(['get', ...args, '-o', 'name']);
    expect([code, stderr]).toEqual([0, '']);
    return stdout.trimEnd().split('\n').sort();
  };
  const kinds = (await shell.run(['kinds', '-o', 'name'])).stdout.trimEnd().split('\n');
  const listed = await names(kinds.join());
  const objects: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data }: GraphqlAnswer = await app.execute(
      'query ($after: String) { objects(first: 1000, after: $after) { nodes { kind name } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    const { nodes, pageInfo } = data.objects;
    objects.push(...nodes.map((one: Record<string, string>) => `${one.kind?.toLowerCase()}/${one.name}`));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  expect(listed).toEqual(objects.sort());
  // A name in two namespaces stands for both of its objects.
  expect(await names(...new Set(listed))).toEqual(listed);
});

test('memory is told as people say it', async () => {
  expect((await shell.run(['get', 'vm/vm-001', '--no-headers'])).stdout).toMatch(/^vm-001 +fra1-a01-node1 +8 +32Gi /);
});

test('diff tells what is different between two moments, and what two files say differently', async () => {
  const apply = (text: string) => shell.run(['apply', '-f', '-'], { input: text });
  await apply(region('moment-1'));
  const at = async () =>
    (
      await app
        .as('test-admin')
        .execute('{ history(kind: "Region", name: "moment-1", first: 1) { nodes { position } } }')
    ).data.history.nodes[0].position as string;
  const before = await at();
  await apply(region('moment-1').replace('displayName: R', 'displayName: S'));
  await apply(region('moment-2'));
  expect(await shell.run(['diff', 'regions', '--from', before])).toEqual({
    code: 1,
    stdout:
      'region/moment-1 changed by test-admin\n  ~ spec.displayName: "R" → "S"\nregion/moment-2 created by test-admin\n',
    stderr: '',
  });
  expect(await shell.run(['diff', '--from', before, '--to', before])).toEqual({ code: 0, stdout: '', stderr: '' });
  // A date is its first instant.
  const date = (name: string, type: string, instant: string) =>
    app.database.execute(sql`update change_set s set at = ${instant}::timestamptz from change c
      where s.first_position = c.commit and c.kind = 'Region' and c.name = ${name} and c.type::text = ${type}`);
  await date('moment-1', 'ADDED', '2020-02-28T23:59:59.999999Z');
  await date('moment-1', 'MODIFIED', '2020-02-29T06:00:00Z');
  await date('moment-2', 'ADDED', '2020-02-29T18:00:00Z');
  expect(await shell.run(['diff', 'regions', '--from', '2020-02-29', '--to', '2020-03-01'])).toEqual({
    code: 1,
    stdout:
      'region/moment-1 changed by test-admin\n  ~ spec.displayName: "R" → "S"\nregion/moment-2 created by test-admin\n',
    stderr: '',
  });
  expect((await shell.run(['diff', 'regions', '--from', '2020-02-29', '--to', '2020-02-29T12:00:00Z'])).stdout).toBe(
    'region/moment-1 changed by test-admin\n  ~ spec.displayName: "R" → "S"\n',
  );
  expect((await shell.run(['diff', '--from', 'yesterday'])).code).toBe(2);
  expect((await shell.run(['diff'])).code).toBe(2);
  await shell.run(['delete', 'region', 'moment-1', 'moment-2']);
  await writeFile(join(shell.folder, 'old.yaml'), `${region('a')}---\n${region('b')}---\n${region('gone')}`);
  await writeFile(
    join(shell.folder, 'new.yaml'),
    `${region('b').replace('R}', 'S}')}---\n${region('a')}---\n${region('added')}`,
  );
  expect(await shell.run(['diff', '-f', 'new.yaml', '--against', 'old.yaml'], { server: null })).toEqual({
    code: 1,
    stdout:
      'region/b\n  ~ spec.displayName: "R" → "S"\nregion/gone gone\nregion/added added\n  + metadata: {}\n  + spec: {"displayName":"R"}\n',
    stderr: '',
  });
  expect((await shell.run(['diff', '-f', 'new.yaml', '--against', 'new.yaml'], { server: null })).code).toBe(0);
});

test('a difference that is longer than a page comes whole, each object once', async () => {
  const lines = async (...args: string[]): Promise<string[]> =>
    (await shell.run(args)).stdout.trimEnd().split('\n').sort();
  const ports = await lines('get', 'ports', '-o', 'name');
  expect(ports.length).toBeGreaterThan(400);
  const created = await lines('diff', 'ports', '--from', '0');
  expect(created.map((line) => line.replace(/ created by .*$/, ''))).toEqual(ports);
});

test('lists longer than a page come whole, each object once, also from a service with small pages', async () => {
  const small = await startApp({ maxPage: 100 });
  try {
    const regions = Array.from({ length: 1_203 }, (_, index) => region(`r${String(index).padStart(4, '0')}`));
    expect((await small.apply(regions.join('---\n'))).userErrors).toEqual([]);
    const { stdout } = await shell.run(['get', 'regions', '-o', 'name'], { server: small.url });
    const names = stdout.trimEnd().split('\n');
    expect(names).toHaveLength(1_203);
    expect(new Set(names).size).toBe(1_203);
    const limited = await shell.run(['get', 'regions', '-o', 'name', '--limit', '250'], { server: small.url });
    expect(limited.stdout.trimEnd().split('\n')).toEqual(names.slice(0, 250));
  } finally {
    await small.close();
  }
});

test('an export applies unchanged, to this catalog and into an empty one', async () => {
  const exported = await shell.run(['export']);
  expect(exported.stderr).toBe('');
  expect(exported.stdout).not.toMatch(/^ {2}(uid|generation|resourceVersion):/m);
  expect((await shell.run(['apply', '-f', '-'], { input: exported.stdout })).stderr).toMatch(/^\d+ unchanged\n$/);
  // Bindings pin their subjects by uid, which another catalog gives anew.
  const portable = await shell.run(['export', '--portable']);
  const json = await shell.run(['export', '--portable', '-o', 'json']);
  const empty = await startApp();
  try {
    const first = await shell.run(['apply', '-f', '-'], { input: json.stdout, server: empty.url });
    expect(first.stderr).toMatch(/^\d+ created(, \d+ unchanged)?\n$/);
    const again = await shell.run(['apply', '-f', '-'], { input: portable.stdout, server: empty.url });
    expect(again.stderr).toMatch(/^\d+ unchanged\n$/);
    expect(portable.stdout).toBe(exported.stdout.replaceAll(/uid: [0-9a-f-]{36}\n */g, ''));
    const copy = await shell.run(['export'], { server: empty.url });
    const documents = (text: string): string[] =>
      text
        .replaceAll(/uid: [0-9a-f-]{36}/g, 'uid')
        .split('---\n')
        .sort();
    expect(documents(copy.stdout)).toEqual(documents(exported.stdout));
  } finally {
    await empty.close();
  }
});

test('export -d writes one file per kind, in load order, and names files that are not of it', async () => {
  const folder = join(shell.folder, 'backup');
  await mkdir(folder);
  await writeFile(join(folder, '99-old.yaml'), '');
  const { stdout, stderr } = await shell.run(['export', 'racks', 'regions,sites', '-d', 'backup']);
  expect(stdout.replaceAll(/\d+-(?=[a-z])/g, 'NN-')).toMatchInlineSnapshot(`
    "backup/NN-regions.yaml: 3 regions
    backup/NN-sites.yaml: 4 sites
    backup/NN-racks.yaml: 8 racks
    "
  `);
  expect(stderr).toBe('note: 99-old.yaml in backup is not part of this export\n');
  const names = (await readdir(folder)).sort();
  expect(names.map((name) => name.replace(/^\d+-/, ''))).toEqual([
    'regions.yaml',
    'sites.yaml',
    'racks.yaml',
    'old.yaml',
  ]);
  expect(await readFile(join(folder, names[0] ?? ''), 'utf8')).toBe((await shell.run(['export', 'regions'])).stdout);
});

test('whoever stops reading ends the command quietly', async () => {
  const script = `set -o pipefail; "$0" "$1" -s ${app.url} get all -o yaml | head -n 1`;
  const env = { ...process.env, CATALOG_TOKEN: await app.token('test-admin') };
  const ran = await new Promise((done) =>
    execFile('bash', ['-c', script, process.execPath, binary], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : error.code, stdout, stderr }),
    ),
  );
  expect(ran).toEqual({ code: 0, stdout: 'apiVersion: v1\n', stderr: '' });
});
