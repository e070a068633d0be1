import { differences } from '../../catalog/differences.ts';
import { stringifyJson } from '../../catalog/manifests/json.ts';
import { parseManifests } from '../../catalog/manifests/parse.ts';
import { isObject } from '../../catalog/values/is-object.ts';
import { changeLine } from '../change-line.ts';
import { CliError } from '../cli-error.ts';
import { readManifestFiles } from '../manifest-files.ts';
import type { Session } from '../session.ts';

export interface DiffFilesOptions {
  readonly filename: readonly string[];
  readonly against: readonly string[];
  readonly recursive?: true;
}

/** What servers write and no author does. */
const written = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];

interface Stated {
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What manifests say differently from others; no service is asked, so defaults are not known. */
export async function diffFiles(
  { terminal }: Session,
  { filename, against, recursive }: DiffFilesOptions,
): Promise<0 | 1> {
  const read = async (paths: readonly string[]): Promise<ReadonlyMap<string, Stated>> => {
    const files = await readManifestFiles(paths, { isRecursive: recursive === true, terminal });
    const parsed = files.map((file) => parseManifests(file));
    const [broken] = parsed.flatMap(({ violations }) => violations);
    if (broken !== undefined)
      throw new CliError(`${broken.source}:${broken.line}:${broken.column}: ${broken.rule}: ${broken.message}`);
    return new Map(parsed.flatMap(({ documents }) => documents.map(({ value }) => stated(value))));
  };
  const [before, after] = [await read(against), await read(filename)];
  let count = 0;
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    const changes = differences(old?.content ?? {}, now?.content ?? {}, '').map(({ path, ...values }) => ({
      path: path.replace(/^\./, ''),
      before: textOf(values.before),
      after: textOf(values.after),
    }));
    if (changes.length === 0) continue;
    count += 1;
    const what = old === undefined ? ' added' : now === undefined ? ' gone' : '';
    const lines = now === undefined ? [] : changes.map((change) => changeLine(change, terminal));
    await terminal.print(`${terminal.paint('bold', `${(now ?? old)?.name}${what}`)}\n${lines.join('')}`);
  }
  return count === 0 ? 0 : 1;
}

const textOf = (value: unknown): string | null => (value === undefined ? null : stringifyJson(value));

/** An object by what tells it from others, without what only servers write. */
function stated({
  apiVersion,
  kind,
  metadata,
  status: _status,
  ...rest
}: Readonly<Record<string, unknown>>): [string, Stated] {
  const { name, namespace, ...own } = isObject(metadata) ? metadata : {};
  const group = String(apiVersion).split('/')[0];
  const kept = Object.fromEntries(Object.entries(own).filter(([member]) => !written.includes(member)));
  const place = typeof namespace === 'string' && namespace !== '' ? `${namespace}/` : '';
  return [
    JSON.stringify([group, kind, namespace ?? '', name]),
    { name: `${String(kind).toLowerCase()}/${place}${String(name)}`, content: { metadata: kept, ...rest } },
  ];
}
