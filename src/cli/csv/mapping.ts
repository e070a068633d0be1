import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { isObject } from '../../catalog/values/is-object.ts';
import { CliError } from '../cli-error.ts';

type Words = Readonly<Record<string, string>>;

/** What of a spreadsheet is called otherwise than the catalog calls it. */
export interface Mapping {
  /** Heading of the file → column of the sheet, or a path of the manifest. */
  readonly columns?: Words;
  /** Column of the sheet → word of the file → word of the catalog. */
  readonly values?: Readonly<Record<string, Words>>;
  /** Column of the sheet → what a row says that leaves it empty. */
  readonly defaults?: Words;
}

const parts = ['columns', 'values', 'defaults'];

/** Reads a mapping; `isColumn` knows the columns of all sheets, for which one file may serve. */
export async function readMapping(path: string, isColumn: (name: string) => boolean): Promise<Mapping> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(error.code === 'ENOENT' ? `${path} does not exist` : `${path} cannot be read: ${error.message}`);
  });
  // Scalars are read as they are written: `01` is a word.
  const document = parseDocument(content, { schema: 'failsafe' });
  const [problem] = document.errors;
  if (problem !== undefined) throw new CliError(`${path}: ${problem.message.split('\n')[0]}`);
  const stated: unknown = document.toJS();
  if (!isObject(stated)) throw new CliError(`${path} is no mapping (accepted: ${parts.join(', ')})`);
  const unknown = Object.keys(stated).find((key) => !parts.includes(key));
  if (unknown !== undefined) throw new CliError(`${path}: there is no ${unknown} (accepted: ${parts.join(', ')})`);
  const membersOf = (value: unknown, at: string): Readonly<Record<string, unknown>> => {
    if (value === undefined || value === null || value === '') return {};
    if (!isObject(value)) throw new CliError(`${path}: ${at} is no mapping of words (accepted: ${at}: {word: word})`);
    return value;
  };
  const wordsOf = (value: unknown, at: string): Words =>
    Object.fromEntries(
      Object.entries(membersOf(value, at)).map(([word, meant]) => {
        if (typeof meant !== 'string') throw new CliError(`${path}: ${at}.${word} is no word`);
        return [word, meant];
      }),
    );
  const columns = wordsOf(stated.columns, 'columns');
  const values = membersOf(stated.values, 'values');
  const defaults = wordsOf(stated.defaults, 'defaults');
  const named = [
    ...Object.entries(columns).map(([heading, name]) => ({ at: `columns.${heading}`, name })),
    ...Object.keys(values).map((name) => ({ at: `values.${name}`, name })),
    ...Object.keys(defaults).map((name) => ({ at: `defaults.${name}`, name })),
  ];
  const wrong = named.find(({ name }) => !isColumn(name));
  if (wrong !== undefined) throw new CliError(`${path}: ${wrong.at}: no sheet has a column ${wrong.name}`);
  return {
    columns,
    values: Object.fromEntries(Object.entries(values).map(([name, words]) => [name, wordsOf(words, `values.${name}`)])),
    defaults,
  };
}
