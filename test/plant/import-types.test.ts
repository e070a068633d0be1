import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { type Ran, type Shell, startTestShell } from '../kit/command.ts';
import { asLibrary, type LibraryFile, libraryFiles, libraryFolder, plainly } from './library.ts';

let app: TestApp;
let shell: Shell;
let first: Ran;
let files: Map<string, LibraryFile>;
beforeAll(async () => {
  ({ app, shell } = await startTestShell());
  files = await libraryFiles();
  first = await shell.run(['import', 'device-types', libraryFolder]);
});

/** What the catalog has no place for, as the report says it. */
const leftOut = new Set([
  'front_image',
  'rear_image',
  'slug',
  'comments of a part',
  'enabled',
  'maximum_draw of a bay',
]);
/** Where the catalog fills in what a file leaves out. */
const defaults: Readonly<Record<string, string>> = {
  is_powered: 'true',
  is_full_depth: 'true',
  width: 'Full',
  weight_unit: 'kg',
  positions: '1',
  rear_port_position: '1',
  desc_units: 'false',
  starting_unit: '1',
  outer_unit: 'mm',
};

const comparable = (file: LibraryFile, isPart = false): LibraryFile =>
  Object.fromEntries(
    Object.entries(file).flatMap(([key, value]): [string, unknown][] => {
      if (leftOut.has(key) || (isPart && key === 'comments')) return [];
      if (key === 'module-bays')
        return [[key, value.map(({ maximum_draw: _, ...bay }: LibraryFile) => comparable(bay, true))]];
      return [[key, Array.isArray(value) ? value.map((part) => comparable(part, true)) : plainly(value)]];
    }),
  );

test('every file of the library is loaded, with a line for each and what of it has no place', () => {
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toBe(`${files.size} files: ${files.size} created\n`);
  const lines = first.stdout.split('\n');
  for (const path of files.keys())
    expect(
      lines.filter((line) => line.startsWith(`${path}: `)),
      path,
    ).toHaveLength(1);
  const notes = new Set(
    lines.filter((line) => line.startsWith('  ')).map((line) => line.replace(/ \(\d+ times\)$/, '')),
  );
  expect([...notes].filter((line) => line.includes('not represented')).sort()).toEqual([
    '  not represented: console-ports[].comments: the catalog has no field for it',
    '  not represented: front-ports[].comments: the catalog has no field for it',
    '  not represented: front_image: pictures are not kept',
    '  not represented: interfaces[].comments: the catalog has no field for it',
    '  not represented: interfaces[].enabled: the catalog has no field for it',
    '  not represented: module-bays[].maximum_draw: the catalog has no field for it',
    '  not represented: rear-ports[].comments: the catalog has no field for it',
    '  not represented: rear_image: pictures are not kept',
  ]);
});

test('what is stored says what the files say, field by field', async () => {
  const { stdout } = await shell.run(['get', 'devicetypes,moduletypes,racktypes', '-o', 'json']);
  const items = JSON.parse(stdout).items as {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: LibraryFile;
  }[];
  expect(items).toHaveLength(files.size);
  const byModel = new Map(items.map((item) => [`${item.spec.manufacturer} ${item.spec.model}`, item]));
  for (const [path, file] of files) {
    const item = byModel.get(`${file.manufacturer} ${file.model}`);
    expect(item, path).toBeDefined();
    if (item === undefined) continue;
    expect(item.kind).toBe({ types: 'DeviceType', modules: 'ModuleType', racks: 'RackType' }[path.split('/')[0] ?? '']);
    if (file.slug !== undefined) expect(item.metadata.name).toBe(file.slug);
    const stated = comparable(file);
    const stored = withoutDefaults(asLibrary(item.spec), stated);
    expect(stored, path).toEqual(stated);
  }
});

/** Without what the file leaves to its default. */
function withoutDefaults(stored: LibraryFile, stated: LibraryFile): LibraryFile {
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]): [string, unknown][] => {
      if (stated[key] === undefined && defaults[key] === value) return [];
      if (!Array.isArray(value)) return [[key, value]];
      return [[key, value.map((part: LibraryFile, index) => withoutDefaults(part, stated[key]?.[index] ?? {}))]];
    }),
  );
}

test('a second import changes nothing; what is refused does not stand in the way of the rest', async () => {
  const again = await shell.run(['import', 'device-types', libraryFolder]);
  expect(again.stderr).toBe(`${files.size} files: ${files.size} unchanged\n`);
  expect(await shell.run(['import', 'device-types', libraryFolder, '-q'])).toEqual({ code: 0, stdout: '', stderr: '' });
  const good = 'manufacturer: Example\nmodel: M1\nslug: example-m1\nu_height: 1\n';
  await writeFile(join(shell.folder, 'good.yaml'), good);
  await writeFile(join(shell.folder, 'bad.yaml'), good.replaceAll('1', '2').replace('u_height: 2', 'u_height: 1.3'));
  await writeFile(join(shell.folder, 'none.yaml'), 'apiVersion: v1\n');
  const { code, stdout, stderr } = await shell.run(['import', 'device-types', '.']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'good.yaml: devicetype/example-m1 created\n' });
  expect(stderr).toContain('bad.yaml:1:1');
  expect(stderr).toContain('NOT_A_HALF_UNIT spec.uHeight: uHeight is 1.3 (accepted: 1 or 1.5)');
  expect(stderr).toContain(
    'none.yaml: refused: it is no type of the community library: manufacturer and model are missing',
  );
  expect(stderr).toContain('3 files: 1 created, 2 refused');
  const { data } = await app.execute('{ deviceTypes(where: { manufacturer: { eq: "Example" } }) { nodes { name } } }');
  expect(data.deviceTypes.nodes).toEqual([{ name: 'example-m1' }]);
});
