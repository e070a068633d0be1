import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';

/** Types of real products in the form of the community library, as they were given to the project. */
export const libraryFolder = fileURLToPath(new URL('../../../shared/manifests/device-types', import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: the files of others
export type LibraryFile = Readonly<Record<string, any>>;

/** Every file of the library, by its path, with its scalars as they are written. */
export async function libraryFiles(): Promise<Map<string, LibraryFile>> {
  const files = new Map<string, LibraryFile>();
  for (const folder of ['types', 'modules', 'racks']) {
    const names = (await readdir(`${libraryFolder}/${folder}`, { recursive: true })).filter((name) =>
      /\.ya?ml$/.test(name),
    );
    for (const name of names.sort()) {
      const text = await readFile(`${libraryFolder}/${folder}/${name}`, 'utf8');
      files.set(`${folder}/${name}`, parseDocument(text, { schema: 'failsafe' }).toJS() as LibraryFile);
    }
  }
  return files;
}

const spelled: Readonly<Record<string, string>> = {
  form: 'type',
  managementOnly: 'mgmt_only',
  unitsDescend: 'desc_units',
  widthInches: 'width',
};
const unitOf: Readonly<Record<string, string>> = {
  Kilogram: 'kg',
  Gram: 'g',
  Pound: 'lb',
  Ounce: 'oz',
  Millimetre: 'mm',
  Inch: 'in',
};
const words = (name: string, by: string): string => name.replace(/(?=[A-Z])/g, by).toLowerCase();
const values: Readonly<Record<string, (value: string) => string>> = {
  airflow: (value) => words(value, '-').slice(1),
  subdeviceRole: (value) => value.toLowerCase(),
  poeMode: (value) => ({ Supply: 'pse', Draw: 'pd' })[value] ?? value,
  weightUnit: (value) => unitOf[value] ?? value,
  outerUnit: (value) => unitOf[value] ?? value,
  formFactor: (value) => words(value, '-').slice(1).replace('two', '2').replace('four', '4'),
};
const lists = new Set(
  'interfaces consolePorts consoleServerPorts powerPorts powerOutlets frontPorts rearPorts moduleBays deviceBays inventoryItems'.split(
    ' ',
  ),
);

/** A spec of the catalog in the words of the library: numbers and booleans as texts of one spelling. */
export const asLibrary = (spec: LibraryFile): LibraryFile =>
  Object.fromEntries(
    Object.entries(spec).map(([name, value]) => {
      const isList = lists.has(name);
      const key = spelled[name] ?? words(name, isList ? '-' : '_');
      if (isList) return [key, (value as LibraryFile[]).map(asLibrary)];
      return [key, values[name]?.(String(value)) ?? String(value)];
    }),
  );

/** The same spelling for what a file says: `1.0` is `1`. */
export const plainly = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainly(inner)]));
  }
  const text = String(value);
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : /^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text;
};
