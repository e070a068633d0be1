import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { type Shell, startTestShell } from '../kit/command.ts';
import { at, doc, host, named, site } from '../plant/documents.ts';

let app: TestApp;
let shell: Shell;
const write = (name: string, lines: readonly string[]): Promise<void> =>
  writeFile(join(shell.folder, name), `${lines.join('\r\n')}\r\n`);

beforeAll(async () => {
  ({ app, shell } = await startTestShell());
  const place = [
    doc('Region/eu', { displayName: 'eu' }),
    site('fra1'),
    doc('Rack/r1', { siteRef: named('fra1'), heightU: 42 }),
  ];
  expect((await app.apply([...place, host('n1'), host('n2')].join(''))).userErrors).toEqual([]);
});

test('ports: headings are found whatever their case and spacing; a second import changes nothing', async () => {
  await write('ports.csv', [
    'device_kind;HOSTNAME;Interface;Port Type;line rate;Remark',
    'node;n1;eth0;optical;25G;first',
    'Node;n1;eth1;Optical;25G;',
    '"Node";"n2";"eth;0";OPTICAL;25G;',
    'Node;n2;eth1;Optical;25G;',
  ]);
  expect(await shell.run(['import', 'csv', 'ports', 'ports.csv'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'not used: Remark\n4 created\n',
  });
  const { data } = await app.execute('{ ports(orderBy: [NAME_ASC]) { nodes { name label type speed { text } } } }');
  expect(data.ports.nodes).toEqual([
    { name: 'n1-eth0', label: 'eth0', type: 'OPTICAL', speed: { text: '25G' } },
    { name: 'n1-eth1', label: 'eth1', type: 'OPTICAL', speed: { text: '25G' } },
    { name: 'n2-eth-0', label: 'eth;0', type: 'OPTICAL', speed: { text: '25G' } },
    { name: 'n2-eth1', label: 'eth1', type: 'OPTICAL', speed: { text: '25G' } },
  ]);
  expect((await shell.run(['import', 'csv', 'ports', 'ports.csv', '--batch', '2'])).stderr).toBe(
    'not used: Remark\n4 unchanged\n',
  );
});

test('placements and mountings: two servers of half a unit share one; the export is what was imported', async () => {
  await write('placements.csv', ['Device,Kind,Cabinet,RU,Height', 'n1,Node,r1,7,1', 'n2,Node,r1,7,1']);
  await write('mountings.csv', [
    'Hostname,Device Kind,Depth,U Height,Half unit up',
    'n1,Node,Both Faces,0.5,no',
    'n2,Node,both faces,0.5,YES',
    'n3,Node,OneFace,half,perhaps',
  ]);
  const first = await shell.run(['import', 'csv', 'placements', 'placements.csv']);
  expect(first.stderr).toContain('UNITS_TAKEN');
  const mounted = await shell.run(['import', 'csv', 'mountings', 'mountings.csv']);
  expect(mounted.stderr).toBe(
    'mountings.csv:4: refused: column U Height: "half" is not understood (accepted: a number); column Half unit up: "perhaps" is not understood (accepted: yes, no)\n2 created, 1 refused\n',
  );
  const again = await shell.run(['import', 'csv', 'placements', 'placements.csv']);
  expect(again.code, again.stderr).toBe(0);
  const { stdout } = await shell.run(['export', 'csv', 'mountings']);
  expect(stdout.split('\n')).toEqual([
    'Name,Device Kind,Device,Depth,Units,Half Unit Up,Width',
    'n1,Node,n1,BothFaces,0.5,false,Full',
    'n2,Node,n2,BothFaces,0.5,true,Full',
    '',
  ]);
  await write('mountings.csv', [stdout]);
  expect((await shell.run(['import', 'csv', 'mountings', 'mountings.csv'])).stderr).toBe('2 unchanged\n');
});

test('cables: a dry run tells of every row; what is refused is told with line and column, and the rest is made', async () => {
  await write('cables.csv', [
    'From,To,Medium,Length',
    'n1-eth0,n2-eth-0,Fiber SMF,3',
    'n1-eth1,nowhere,FiberSMF,3',
    'n1-eth1,n2-eth1,string,3',
    'n1-eth1,n2-eth1,DAC,2',
  ]);
  const refusals = [
    'cables.csv:4: refused: column Medium: "string" is not understood (accepted: Copper, FiberSMF, FiberMMF, Power, DAC)',
    'cables.csv:3: refused: column To: REFERENCE_NOT_FOUND: there is no Port nowhere',
  ];
  const trial = await shell.run(['import', 'csv', 'cables', 'cables.csv', '--validate-only']);
  expect(trial.code).toBe(1);
  expect(trial.stdout).toBe(
    'cables.csv:2: cable/n1-eth0--n2-eth-0 would be created\ncables.csv:5: cable/n1-eth1--n2-eth1 would be created\n',
  );
  for (const refusal of refusals) expect(trial.stderr).toContain(refusal);
  expect(trial.stderr).toContain('2 created, 2 refused; only validated, nothing was written\n');
  const real = await shell.run(['import', 'csv', 'cables', 'cables.csv']);
  expect(real.code).toBe(1);
  for (const refusal of refusals) expect(real.stderr).toContain(refusal);
  expect(real.stderr).toContain('2 created, 2 refused\n');
});

test('cables by device and port: a row may also name the port itself; two devices of one name need their kind', async () => {
  const box = (name: string, ...labels: string[]): string =>
    doc(`Equipment/${name}`, { siteRef: named('fra1'), type: 'Other' }) +
    labels
      .map((label, index) =>
        doc(
          `Port/${name}-${index}`,
          { deviceRef: at(`Equipment/${name}`), type: 'Optical', name: label },
          'catalog.miloapis.com',
        ),
      )
      .join('');
  expect((await app.apply(box('b1', 'Ethernet1/1', 'e2', 'e3', 'e4') + box('n2', 'x'))).userErrors).toEqual([]);
  await write('by-device.csv', [
    'Cable,From Device Kind,From Device,From Port,To Device,To Port,Type',
    'w1,,b1,Ethernet1/1,b1,e2,FiberSMF',
    'w2,,,b1-2,b1,e4,FiberSMF',
    'w3,,n2,x,b1,e3,FiberSMF',
    'w4,Equipment,n2,x,b1,nothing,FiberSMF',
    'w5,Node,n2,x,b1,e3,FiberSMF',
  ]);
  const { code, stderr } = await shell.run(['import', 'csv', 'cables', 'by-device.csv']);
  expect({ code, lines: stderr.trim().split('\n') }).toEqual({
    code: 1,
    lines: [
      'by-device.csv:4: refused: column From Port: there is no port n2/x, or several devices have the name',
      'by-device.csv:5: refused: column To Port: there is no port b1/nothing, or several devices have the name',
      'by-device.csv:6: refused: column From Port: there is no port Node/n2/x, or several devices have the name',
      '2 created, 3 refused',
    ],
  });
  const { data } = await app.execute(
    '{ cables(where: { name: { in: ["w1", "w2"] } }, orderBy: [NAME_ASC]) { nodes { name aPort { name } zPort { name } } } }',
  );
  expect(data.cables.nodes).toEqual([
    { name: 'w1', aPort: { name: 'b1-0' }, zPort: { name: 'b1-1' } },
    { name: 'w2', aPort: { name: 'b1-2' }, zPort: { name: 'b1-3' } },
  ]);
  const { stdout } = await shell.run(['export', 'csv', 'cables']);
  expect(stdout.split('\n').filter((line) => /^(Name|w1)/.test(line))).toEqual([
    'Name,A Device Kind,A Device,A,Z Device Kind,Z Device,Z,Media,Length,Label,Status,Profile',
    'w1,Equipment,b1,Ethernet1/1,Equipment,b1,e2,FiberSMF,,,,',
  ]);
});

test('ports are looked up in such pieces as the service takes', async () => {
  const labels = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const ports = labels.map((name) => doc(`Port/n1-${name}`, { deviceRef: at('Node/n1'), type: 'Optical', name }));
  expect((await app.apply(ports.join(''))).userErrors).toEqual([]);
  const rows = labels.slice(0, 30).map((label, index) => `p${index},Node,n1,${label},n1,s${index + 30},FiberSMF`);
  await write('pieces.csv', ['Cable,From Device Kind,From Device,From Port,To Device,To Port,Type', ...rows]);
  const small = await app.replica({ maxPage: 20 });
  try {
    const imported = await shell.run(['import', 'csv', 'cables', 'pieces.csv'], { server: small.url });
    expect(imported).toEqual({ code: 0, stdout: '', stderr: '30 created\n' });
    const exported = await shell.run(['export', 'csv', 'cables'], { server: small.url });
    expect(exported.stdout).toContain('p29,Node,n1,s29,Node,n1,s59,FiberSMF');
    expect(exported).toEqual(await shell.run(['export', 'csv', 'cables']));
  } finally {
    await small.close();
  }
});

test('circuits: an end is a facility, a port by its device, or not known; a port called like a facility is not taken for it', async () => {
  const provider = doc('Provider/telco', { displayName: 'Telco', type: 'Transit' });
  const namesake = doc('Port/fra1', { deviceRef: at('Node/n1'), type: 'Optical', name: 'odd' });
  expect((await app.apply(provider + namesake)).userErrors).toEqual([]);
  await write('circuits.csv', [
    'Carrier,CID,Type,A Kind,A,Z Kind,Z Device,Z Port',
    'telco,X1,Transit,Site,fra1,Port,n1,odd',
    'telco,X2,Transit,Site,fra1,,,',
  ]);
  const made = await shell.run(['import', 'csv', 'circuits', 'circuits.csv']);
  expect(made).toEqual({ code: 0, stdout: '', stderr: '2 created\n' });
  const { stdout } = await shell.run(['export', 'csv', 'circuits']);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'Name,Provider,Type,Circuit ID,Bandwidth,A Kind,A Device Kind,A Device,A,Z Kind,Z Device Kind,Z Device,Z',
    'telco-x1,telco,Transit,X1,,Site,,,fra1,Port,Node,n1,odd',
    'telco-x2,telco,Transit,X2,,Site,,,fra1,,,,',
  ]);
  const again = await shell.run(['import', 'csv', 'circuits', '-'], { input: stdout });
  expect(again.stderr).toBe('2 unchanged\n');
});

test('what stops an import leaves the batches before it, and the same command goes on', async () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => `Node,n1,${name},Serial`);
  const file = ['Device Kind,Device,Port,Type', ...rows];
  await write('resumed.csv', [...file.slice(0, 4), 'Node,n1,"d,Serial', ...file.slice(5)]);
  const stopped = await shell.run(['import', 'csv', 'ports', 'resumed.csv', '--batch', '2']);
  expect({ code: stopped.code, stdout: stopped.stdout }).toEqual({ code: 1, stdout: '' });
  expect(stopped.stderr).toContain('error: resumed.csv: Quote Not Closed');
  await write('resumed.csv', file);
  expect((await shell.run(['import', 'csv', 'ports', 'resumed.csv', '--batch', '2'])).stderr).toBe(
    '3 created, 2 unchanged\n',
  );
});

test('placements change places alone; a mapping says what a file calls otherwise', async () => {
  await write('places.csv', ['Server,Schrank,HE,Units', 'n1,R-1,10,2']);
  await write('mapping.yaml', [
    'columns: {Server: Name, Schrank: Rack, HE: Unit}',
    'values: {Rack: {R-1: r1}}',
    'defaults: {Kind: Node}',
  ]);
  const placed = await shell.run(['import', 'csv', 'placements', 'places.csv', '--mapping', 'mapping.yaml']);
  expect(placed).toEqual({ code: 0, stdout: '', stderr: '1 updated\n' });
  const { data } = await app.execute(
    '{ computeNode(name: "n1") { rack { name } placement { startUnit unitHeight face } hardware { cpuCores } } }',
  );
  expect(data.computeNode).toEqual({
    rack: { name: 'r1' },
    placement: { startUnit: 10, unitHeight: 2, face: 'FRONT' },
    hardware: { cpuCores: 4 },
  });
});

test('words of a file are told apart by every sign, headings by their letters, of whatever script', async () => {
  const racks = ['r11', 'r12'].map((name) => doc(`Rack/${name}`, { siteRef: named('fra1'), heightU: 42 }));
  const hosts = ['w1', 'w2', 'w3'].map((name) => host(name));
  expect((await app.apply([...racks, ...hosts].join(''))).userErrors).toEqual([]);
  await write('signs.csv', ['机架,高度,Gerät,Unit', 'A1-1,1,w1,30', 'A11,1,w2,30', 'a11,1,w3,31']);
  await write('signs.yaml', [
    'columns: {机架: Rack, 高度: Height, Gerät: Name}',
    'values: {Rack: {A1-1: r11, A11: r12}}',
    'defaults: {Kind: Node}',
  ]);
  const placed = await shell.run(['import', 'csv', 'placements', 'signs.csv', '--mapping', 'signs.yaml']);
  expect(placed).toEqual({ code: 0, stdout: '', stderr: '3 updated\n' });
  const { data } = await app.execute(
    '{ computeNodes(where: { name: { startsWith: "w" } }) { nodes { name rack { name } } } }',
  );
  expect(data.computeNodes.nodes).toEqual([
    { name: 'w1', rack: { name: 'r11' } },
    { name: 'w2', rack: { name: 'r12' } },
    { name: 'w3', rack: { name: 'r12' } },
  ]);
});

test('a file in UTF-16 is read as well, one that is in neither is refused', async () => {
  const content = 'Name\tKind\tSite\tRack\tUnit\tHeight\r\nw1\tNode\tfra1\tr11\t33\t1\r\n';
  await writeFile(join(shell.folder, 'wide.csv'), `\ufeff${content}`, 'utf16le');
  const run = (name: string) => shell.run(['import', 'csv', 'placements', name, '--validate-only']);
  expect((await run('wide.csv')).stdout).toBe('wide.csv:2: node/w1 would be updated\n');
  await writeFile(join(shell.folder, 'old.csv'), `${content}w1\u00fc\tNode\r\n`, 'latin1');
  expect(await run('old.csv')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: old.csv is not in UTF-8\nsave it as CSV in UTF-8\n',
  });
});

test.each([
  ['{{{', /^error: mapping.yaml: ./],
  ['columns: 5', /columns is no mapping of words \(accepted: columns: \{word: word\}\)/],
  ['values: {Type: Optical}', /values.Type is no mapping of words/],
  ['columns: {Geschwindigkeit: Spede}', /columns.Geschwindigkeit: no sheet has a column Spede/],
  ['defaults: {Spede: 10G}', /defaults.Spede: no sheet has a column Spede/],
  ['columns: {Port: [1]}', /columns.Port is no word/],
  ['other: {}', /there is no other \(accepted: columns, values, defaults\)/],
])('a mapping that can be none is refused: %s', async (content, refusal) => {
  await write('mapping.yaml', [content]);
  await write('few.csv', ['Device,Port,Type', 'n1,p,Optical']);
  const { code, stderr } = await shell.run(['import', 'csv', 'ports', 'few.csv', '--mapping', 'mapping.yaml']);
  expect(code).toBe(1);
  expect(stderr).toMatch(refusal);
});

test('a file of NetBox needs a mapping of its words alone; its location beside the site is not used', async () => {
  await write('netbox.csv', ['name,role,serial,site,location,status', 'nb1,leaf-switch,S1,fra1,Room 1,active']);
  await write('netbox.yaml', [
    'defaults: {Kind: Equipment}',
    'values: {Type: {leaf-switch: Other}}',
    'columns: {role: Type}',
  ]);
  const run = (...args: string[]) => shell.run(['import', 'csv', 'devices', 'netbox.csv', ...args]);
  expect(await run('--mapping', 'netbox.yaml')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'not used: serial, location, status\n1 created\n',
  });
  for (const site of ['Site', 'facility']) {
    await write('netbox.yaml', ['defaults: {Kind: Equipment}', `columns: {location: ${site}}`]);
    expect((await run('--mapping', 'netbox.yaml')).stderr).toBe('error: the columns site and location both are Site\n');
  }
});

test('a column that a mapping leads to is not taken for another one that people call so: the name and the label of an interface', async () => {
  await write('interfaces.csv', [
    'device,name,label,type,speed',
    'n2,xe-0,,10gbase-x-sfpp,10G',
    'n2,xe-1,left,10gbase-x-sfpp,',
  ]);
  await write('interfaces.yaml', [
    'columns: {name: Port}',
    'defaults: {Device Kind: Node}',
    'values: {Type: {10gbase-x-sfpp: Optical}}',
  ]);
  expect(await shell.run(['import', 'csv', 'ports', 'interfaces.csv', '--mapping', 'interfaces.yaml'])).toEqual({
    code: 0,
    stdout: '',
    stderr: 'not used: label\n2 created\n',
  });
  const { data } = await app.execute(
    '{ ports(where: { name: { startsWith: "n2-xe" } }) { nodes { name label type } } }',
  );
  expect(data.ports.nodes).toEqual([
    { name: 'n2-xe-0', label: 'xe-0', type: 'OPTICAL' },
    { name: 'n2-xe-1', label: 'xe-1', type: 'OPTICAL' },
  ]);
});

test('a default is for the rows that have such a thing: of a kind that has it, with what it is a part of', async () => {
  await write('mixed.csv', [
    'name,kind,type,rack,position',
    'mixed1,Equipment,Other,r1,20',
    'mixed2,Equipment,Other,,',
    'n1,Node,,,',
  ]);
  await write('mixed.yaml', ['defaults: {Site: fra1, Cluster: c, Role: Leaf, Height: "1", Face: Front}']);
  expect(await shell.run(['import', 'csv', 'devices', 'mixed.csv', '--mapping', 'mixed.yaml'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '2 created, 1 unchanged\n',
  });
  const { data } = await app.execute(
    '{ equipmentItems(where: { name: { startsWith: "mixed" } }) { nodes { name placement { startUnit unitHeight } } } }',
  );
  expect(data.equipmentItems.nodes).toEqual([
    { name: 'mixed1', placement: { startUnit: 20, unitHeight: 1 } },
    { name: 'mixed2', placement: null },
  ]);
});

test('a cell that the kind of its row has none of is refused before anything is sent; an empty one is none', async () => {
  await write('odd.csv', [
    'Name,Kind,Site,Cores,Type',
    'odd1,Equipment,fra1,4,Shelf',
    'odd2,Equipment,fra1,,Shelf',
    'n1,Node,,,Shelf',
  ]);
  const { code, stderr } = await shell.run(['import', 'csv', 'devices', 'odd.csv', '--validate-only']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'odd.csv:2: refused: column Cores: Equipment has none (accepted: an empty cell)\nodd.csv:4: refused: column Type: Node has none (accepted: an empty cell)\n1 created, 2 refused; only validated, nothing was written\n',
  );
});

test('what is exported is imported again without a change', async () => {
  for (const sheet of ['devices', 'placements', 'ports', 'cables']) {
    const { stdout, code } = await shell.run(['export', 'csv', sheet]);
    expect(code).toBe(0);
    const again = await shell.run(['import', 'csv', sheet, '-'], { input: stdout });
    expect(again.stderr, sheet).toBe(`${stdout.trim().split('\n').length - 1} unchanged\n`);
  }
});

test('a row is no second one of what was refused', async () => {
  await write('again.csv', [
    'Kind,Device,Port,Type,Speed',
    'Node,n2,twin,Optical,ten',
    'Node,n2,twin,Optical,10G',
    'Node,n2,twin,Optical,1G',
  ]);
  const { code, stderr } = await shell.run(['import', 'csv', 'ports', 'again.csv']);
  expect({ code, lines: stderr.split('\n').map((line) => line.slice(0, 55)) }).toEqual({
    code: 1,
    lines: [
      'again.csv:2: refused: column Speed: INVALID_VALUE: spee',
      'again.csv:4: refused: DUPLICATE_IN_BATCH: Port/n2-twin ',
      '1 created, 2 refused',
      '',
    ],
  });
});

test('what rows do not say is told with the columns that would; a place of what there is not, as that', async () => {
  await write('thin.csv', ['Name,Kind,Site', 'thin1,Node,fra1', 'thin2,Equipment,fra1']);
  expect((await shell.run(['import', 'csv', 'devices', 'thin.csv'])).stderr.split('\n').slice(0, 2)).toEqual([
    'thin.csv:2: refused: no Cores, Architecture, Memory: REQUIRED: hardware is missing',
    'thin.csv:3: refused: no Type: REQUIRED: type is missing (accepted: PatchPanel, Cassette, PowerDistributionUnit, UninterruptiblePowerSupply, ConsoleServer, Shelf, Other)',
  ]);
  await write('nowhere.csv', ['Name,Kind,Rack,Unit,Height', 'ghost,Node,r1,3,1']);
  expect((await shell.run(['import', 'csv', 'placements', 'nowhere.csv'])).stderr).toBe(
    'nowhere.csv:2: refused: there is no Node/ghost\n1 refused\n',
  );
});

test('a file that cannot be one is refused with what would do', async () => {
  await write('other.csv', ['a;b', '1;2']);
  const { code, stderr } = await shell.run(['import', 'csv', 'circuits', 'other.csv']);
  expect(code).not.toBe(0);
  expect(stderr).toContain('no column is headed Provider | carrier | vendor');
  expect((await shell.run(['import', 'csv', 'nonsense', 'other.csv'])).stderr).toContain(
    'there is no spreadsheet of nonsense',
  );
});

test('a column of a label is that label, whatever dots and numbers are in its key; an empty cell says none', async () => {
  await write('labels.csv', [
    'Kind,Device,Port,Type,label:tier,LABEL:example.com/owner.team,label:1',
    'Node,n1,labelled,Optical,gold,net,true',
    'Node,n1,bare,Optical,,,',
  ]);
  expect(await shell.run(['import', 'csv', 'ports', 'labels.csv'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '2 created\n',
  });
  const { data } =
    await app.execute(`{ ports(where: { name: { in: ["n1-bare", "n1-labelled"] } }, orderBy: [NAME_ASC]) { nodes {
    tier: labelValue(key: "tier") owner: labelValue(key: "example.com/owner.team") one: labelValue(key: "1")
  } } }`);
  expect(data.ports.nodes).toEqual([
    { tier: null, owner: null, one: null },
    { tier: 'gold', owner: 'net', one: 'true' },
  ]);
});

test('what a spreadsheet program would run is exported as a text, and read back as it was; large numbers are not rounded', async () => {
  const cells: Readonly<Record<string, string>> = {
    '=HYPERLINK("http://x.example";"free")': `"'=HYPERLINK(""http://x.example"";""free"")"`,
    '+1': "'+1",
    '-1': "'-1",
    '@SUM(A1)': "'@SUM(A1)",
    '\uff1d1': "'\uff1d1",
    "'quoted": "'quoted",
    "'=kept": "''=kept",
    "''@kept": "'''@kept",
    'plain=1': 'plain=1',
  };
  const ports = Object.keys(cells).map((label, index) =>
    doc(`Port/formula-${index}`, { deviceRef: at('Node/n2'), type: 'Ethernet', name: label }),
  );
  const vast = doc('Node/vast', {
    siteRef: named('fra1'),
    hardware: { cpuCores: 4, cpuArchitecture: 'amd64', memoryBytes: 'MEMORY' },
  }).replace('"MEMORY"', '9007199254740993');
  expect((await app.apply(ports.join('') + vast)).userErrors).toEqual([]);
  const exported = async (sheet: string): Promise<string> => {
    const { stdout } = await shell.run(['export', 'csv', sheet]);
    expect((await shell.run(['import', 'csv', sheet, '-'], { input: stdout })).code).toBe(0);
    expect((await shell.run(['export', 'csv', sheet])).stdout).toBe(stdout);
    return stdout;
  };
  const sheet = await exported('ports');
  for (const [index, cell] of Object.values(cells).entries())
    expect(sheet).toContain(`\nformula-${index},Node,n2,${cell},`);
  const { data: read } = await app.execute(
    '{ ports(where: { name: { startsWith: "formula-" } }, orderBy: [NAME_ASC]) { nodes { label } } }',
  );
  expect(read.ports.nodes.map(({ label }: { label: string }) => label)).toEqual(Object.keys(cells));
  const devices = await exported('devices');
  expect(devices).toMatch(/^vast,Node,.*,9007199254740993,/m);
  const input = devices.replace('9007199254740993', '9007199254740995');
  expect((await shell.run(['import', 'csv', 'devices', '-'], { input })).stderr).toMatch(/^1 updated, /);
  const { data } = await app.execute('{ computeNode(name: "vast") { hardware { memoryBytes } } }');
  expect(data.computeNode.hardware.memoryBytes).toBe('9007199254740995');
});
