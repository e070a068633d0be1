import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type Parser, parse } from 'csv-parse';
import { CliError } from '../cli-error.ts';
import { decoded } from './decoded.ts';
import { textIn } from './formula.ts';
import type { Mapping } from './mapping.ts';
import {
  type Cell,
  LABELS,
  type Manifest,
  onceFor,
  plain,
  putAt,
  type Row,
  type Sheet,
  type SheetColumn,
} from './sheet.ts';

export interface SheetRow {
  /** Line of the file at which it begins. */
  readonly line: number;
  readonly said: Row;
  /** Ports that it names by their device. */
  readonly ports: readonly NamedPort[];
  /** Why it becomes no object: each with the column. */
  readonly problems: readonly string[];
}

export interface NamedPort {
  /** Where in the row its name belongs. */
  readonly path: string;
  readonly heading: string;
  /** `Node/fra1-1/eth0`, as `portsByDevice` takes it. */
  readonly key: string;
}

interface Used {
  readonly index: number;
  readonly heading: string;
  readonly column: SheetColumn;
}

/** The columns of a file, found by their headings. */
export interface Headings {
  readonly used: readonly Used[];
  readonly unused: readonly string[];
  /** Path of the manifest → heading. */
  readonly headingOf: (path: string) => string | undefined;
}

const namesOf = onceFor(({ heading, path, also = [] }: SheetColumn) => [heading, path, ...also].map(plain));

export function findColumns(sheet: Sheet, headings: readonly string[], mapping: Mapping): Headings {
  const renamed = new Map(Object.entries(mapping.columns ?? {}).map(([from, to]) => [plain(from), to]));
  const taken = new Map<string, string>();
  const wantedBy = (heading: string): string => renamed.get(plain(heading)) ?? heading;
  const own = new Set(
    sheet.columns.filter((column) => headings.some((heading) => isCalled(column, wantedBy(heading)))),
  );
  const used: Used[] = [];
  const unused: string[] = [];
  for (const [index, heading] of headings.entries()) {
    const wanted = wantedBy(heading);
    const label = /^label:(.+)$/i.exec(wanted.trim())?.[1];
    const named = label === undefined ? columnCalled(sheet, wanted) : { heading, path: `${LABELS}${label}` };
    // Where a file has both a column's heading, or what is mapped to it, and another name of it, that is not meant: a facility and its `location`.
    const isOther = named !== undefined && own.has(named) && !isCalled(named, wanted) && !renamed.has(plain(heading));
    const column = isOther ? undefined : named;
    if (column === undefined) {
      if (renamed.has(plain(heading)))
        throw new CliError(`the mapping of ${heading} leads to ${wanted}, which is no column of ${sheet.name}`);
      if (heading.trim() !== '') unused.push(heading);
      continue;
    }
    const other = taken.get(column.path);
    if (other !== undefined) throw new CliError(`the columns ${other} and ${heading} both are ${column.heading}`);
    taken.set(column.path, heading);
    used.push({ index, heading, column });
  }
  const defaults = new Set(Object.keys(mapping.defaults ?? {}).map(plain));
  const missing = sheet.columns.filter(
    (column) =>
      column.isRequired === true && !taken.has(column.path) && !namesOf(column).some((name) => defaults.has(name)),
  );
  if (missing.length > 0) {
    const first = missing.map(({ heading, also = [] }) => [heading, ...also].join(' | ')).join('; ');
    throw new CliError(`no column is headed ${first}`, { advice: [`the file has: ${headings.join(', ')}`] });
  }
  return {
    used,
    unused,
    headingOf: (path) => {
      const found = used.find(
        ({ column }) =>
          path === column.path || column.path.startsWith(`${path}.`) || column.path.startsWith(`${path}[`),
      );
      return (
        found?.heading ?? used.find(({ column }) => path.startsWith(`${column.path.replace(/\.name$/, '')}`))?.heading
      );
    },
  };
}

/** A column by what it is called, first by its own heading: one sheet's `Type` may be another name of a second column. */
export const columnCalled = ({ columns }: Sheet, name: string): SheetColumn | undefined =>
  columns.find((column) => isCalled(column, name)) ?? columns.find((column) => namesOf(column).includes(plain(name)));

/** Whether a column itself has this heading or path. */
const isCalled = ({ heading, path }: SheetColumn, name: string): boolean =>
  [heading, path].some((own) => plain(own) === plain(name));

/** Parses what a stream has; fields are separated by what separates its headings: a comma, a semicolon or a tab. */
async function parserOf(input: AsyncIterable<Buffer | string>, path: string): Promise<Parser> {
  const chunks = decoded(input, path);
  const first = await chunks.next().catch((error: NodeJS.ErrnoException) => {
    if (error instanceof CliError) throw error;
    throw new CliError(error.code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read: ${error.message}`);
  });
  const begin = first.done === true ? '' : first.value;
  const [headings = ''] = begin.split(/\r?\n/, 1);
  const counted = [',', ';', '\t'].map((by) => ({ by, times: headings.split(by).length }));
  const { by } = counted.reduce((best, one) => (one.times > best.times ? one : best));
  async function* whole(): AsyncGenerator<string> {
    yield begin;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  }
  return Readable.from(whole()).pipe(
    parse({ delimiter: by, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }),
  );
}

/** The rows of a file, one by one, as manifests. The first row has the headings. */
export async function* readRows(
  sheet: Sheet,
  path: string,
  mapping: Mapping,
  onHeadings: (headings: Headings) => void,
): AsyncGenerator<SheetRow> {
  const input = path === '-' ? process.stdin : createReadStream(path);
  const parser = await parserOf(input, path);
  let headings: Headings | undefined;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (headings === undefined) {
        headings = findColumns(sheet, record, mapping);
        onHeadings(headings);
      } else if (record.some((cell) => cell !== '')) yield rowOf(sheet, record, headings, mapping, line);
      line = info.lines + 1;
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (headings === undefined) throw new CliError(`${path} is empty: the first row has the headings`);
}

/** What a word of the file means; signs in it count, for `A1-1` and `A11` may be two racks. */
const wordFor = (table: Readonly<Record<string, string>> = {}, text: string): string | undefined =>
  Object.hasOwn(table, text)
    ? table[text]
    : Object.entries(table).find(([word]) => word.toLowerCase() === text.toLowerCase())?.[1];

const lookUp = <T>(table: Readonly<Record<string, T>> | undefined, names: readonly string[]): T | undefined =>
  Object.entries(table ?? {}).find(([name]) => names.includes(plain(name)))?.[1];

function rowOf(sheet: Sheet, record: readonly string[], { used }: Headings, mapping: Mapping, line: number): SheetRow {
  const row = new Map<string, Cell>();
  const problems: string[] = [];
  const cells = new Map(used.map(({ index, heading, column }) => [column, { heading, text: record[index] ?? '' }]));
  for (const column of new Set([...sheet.columns, ...cells.keys()])) {
    const names = namesOf(column);
    const cell = cells.get(column);
    const stated = textIn(cell?.text ?? '');
    const text = stated === '' ? (lookUp(mapping.defaults, names) ?? '') : stated;
    const shown = cell?.heading ?? column.heading;
    if (text === '') {
      if (column.isRequired === true) problems.push(`column ${shown}: it is empty`);
      continue;
    }
    const word = wordFor(lookUp(mapping.values, names), text) ?? text;
    const value = read(column, word);
    if (value === undefined) {
      const accepted = column.words?.join(', ') ?? (column.isYesOrNo === true ? 'yes, no' : 'a number');
      problems.push(`column ${shown}: ${JSON.stringify(text)} is not understood (accepted: ${accepted})`);
    } else row.set(column.path, value);
  }
  const kind = kindOf(sheet, row);
  const isStated = (column: SheetColumn): boolean => (cells.get(column)?.text ?? '') !== '';
  for (const [column, { heading }] of cells) {
    if (isStated(column) && !isOf(column, kind)) {
      problems.push(`column ${heading}: ${kind} has none (accepted: an empty cell)`);
    }
  }
  // A default is for those rows of a file that have such a thing.
  for (const column of sheet.columns) {
    const hasWhole = column.partOf === undefined || row.has(column.partOf);
    if (!isStated(column) && !(isOf(column, kind) && hasWhole)) row.delete(column.path);
  }
  const headingAt = (path: string): string => [...cells].find(([column]) => column.path === path)?.[1].heading ?? path;
  const ports = (sheet.ports ?? []).flatMap(({ port, device, kind: ofKind }): NamedPort[] => {
    const [label, name, kindOfDevice] = [port, device, ofKind].map((path) => row.get(path));
    if (label === undefined || name === undefined) return [];
    const key = [...(kindOfDevice === undefined ? [] : [kindOfDevice]), name, label].join('/');
    return [{ path: port, heading: headingAt(port), key }];
  });
  return { line, said: row, ports, problems };
}

const isOf = ({ kinds }: SheetColumn, kind: string): boolean => kinds === undefined || kinds.includes(kind);

const kindOf = (sheet: Sheet, row: Row): string => String(row.get('kind') ?? sheet.kinds[0] ?? '');

/** What a row becomes; undefined where it gives the object no name. */
export function manifestOf(sheet: Sheet, row: Row): (Manifest & { readonly apiVersion: string }) | undefined {
  const kind = kindOf(sheet, row);
  const name = row.get('metadata.name') ?? sheet.nameOf?.(row);
  if (name === undefined) return undefined;
  const manifest = { apiVersion: `${sheet.groupOf(kind, row)}/v1alpha1`, kind, metadata: { name: String(name) } };
  const aside = new Set(sheet.columns.filter(({ isAside }) => isAside).map(({ path }) => path));
  for (const [path, value] of row) if (!aside.has(path)) putAt(manifest, path, value);
  return manifest;
}

const yesOrNo: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['true', true],
  ['no', false],
  ['false', false],
]);

/** Whole numbers beyond 2^53 are not rounded. */
const numberIn = (text: string): number | bigint =>
  text.includes('.') || Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);

function read({ isNumber, isYesOrNo, words }: SheetColumn, text: string): Cell | undefined {
  if (isNumber === true) return /^-?\d+(\.\d+)?$/.test(text) ? numberIn(text) : undefined;
  if (isYesOrNo === true) return yesOrNo.get(plain(text));
  return words === undefined ? text : words.find((word) => plain(word) === plain(text));
}
