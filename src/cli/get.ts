import { parseJson, stringifyJson } from '../catalog/manifests/json.ts';
import { stringifyYaml } from '../catalog/manifests/stringify.ts';
import type { Client } from './client.ts';
import { UsageError } from './environment.ts';
import { age, type Column, table, valueAt } from './table.ts';

export interface KindInfo {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  readonly namespaced: boolean;
  readonly columns: readonly Column[];
}

export const listKinds = async (client: Client): Promise<readonly KindInfo[]> =>
  (
    await client<{ kinds: readonly KindInfo[] }>(
      '{ kinds { kind group version plural singular shortNames description namespaced columns { name path wide } } }',
    )
  ).kinds;

export interface GetOptions {
  readonly selector?: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly bare: boolean;
}

const LIST = `query ($kinds: [String!], $names: [String!], $selector: String, $namespace: String, $project: String, $bare: Boolean, $after: String) {
  objects(kinds: $kinds, names: $names, labelSelector: $selector, namespace: $namespace, project: $project, first: 500, after: $after) {
    nodes { manifest(format: JSON, bare: $bare) } pageInfo { hasNextPage endCursor } } }`;

type Manifest = { metadata: { name: string; namespace?: string; creationTimestamp: string } } & Record<string, unknown>;

/** The manifests of a kind, page by page: memory stays bounded however many there are. */
export async function* manifestsOf(
  client: Client,
  kind: string,
  names: readonly string[] | undefined,
  options: GetOptions,
): AsyncGenerator<Manifest[]> {
  type Page = {
    objects: { nodes: readonly { manifest: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  };
  for (let after: string | null = null, more = true; more; ) {
    const page: Page = await client<Page>(LIST, { ...options, kinds: [kind], names, after });
    yield page.objects.nodes.map(({ manifest }) => parseJson(manifest) as Manifest);
    ({ hasNextPage: more, endCursor: after } = page.objects.pageInfo);
  }
}

/** `racks`, `rack/a1 site/fra1`, `racks,sites`, `rack a1 a2`, `all`: kinds, each with the names wanted of it. */
export function readTargets(words: readonly string[], kinds: readonly KindInfo[]): [KindInfo, string[] | undefined][] {
  const find = (word: string): KindInfo => {
    const wanted = word.toLowerCase();
    const found = kinds.find((kind) =>
      [
        kind.kind.toLowerCase(),
        kind.plural,
        kind.singular,
        `${kind.plural}.${kind.group}`,
        ...kind.shortNames,
      ].includes(wanted),
    );
    if (found === undefined)
      throw new UsageError(`this catalog holds no kind called ${word}; \`catalog kinds\` lists them`);
    return found;
  };
  const [first = '', ...rest] = words;
  if (first === '') throw new UsageError('name a kind: catalog get racks');
  if (words.some((word) => word.includes('/'))) {
    const targets = new Map<KindInfo, string[]>();
    for (const word of words) {
      const [kind = '', name = ''] = word.split('/');
      if (name === '') throw new UsageError(`${word}: write KIND/NAME`);
      targets.set(find(kind), [...(targets.get(find(kind)) ?? []), name]);
    }
    return [...targets];
  }
  if (first === 'all') return kinds.map((kind) => [kind, undefined]);
  const named = first.split(',').map(find);
  return named.map((kind) => [kind, rest.length > 0 ? rest : undefined]);
}

export type Output = 'table' | 'wide' | 'yaml' | 'json' | 'name';

/** Prints objects; false when a named one is missing. */
export async function getObjects(
  client: Client,
  targets: readonly (readonly [KindInfo, readonly string[] | undefined])[],
  output: Output,
  options: GetOptions,
  out: (text: string) => void,
  err: (line: string) => void,
): Promise<boolean> {
  let isComplete = true;
  let isFirst = true;
  const items: Manifest[] = [];
  for (const [kind, names] of targets) {
    const found: Manifest[] = [];
    for await (const page of manifestsOf(client, kind.plural, names, options)) {
      if (output === 'yaml') {
        if (page.length > 0) out(`${isFirst ? '' : '---\n'}${stringifyYaml(page).trimEnd()}`);
        isFirst &&= page.length === 0;
      }
      if (output === 'name') for (const { metadata } of page) out(`${kind.singular}/${metadata.name}`);
      if (output === 'json') items.push(...page);
      found.push(...page);
    }
    for (const missing of names?.filter((name) => !found.some(({ metadata }) => metadata.name === name)) ?? []) {
      err(`there is no ${kind.kind} ${missing}`);
      isComplete = false;
    }
    if (output !== 'table' && output !== 'wide') continue;
    if (found.length === 0) {
      if (names === undefined && targets.length === 1) err(`No ${kind.plural} found.`);
      continue;
    }
    const columns = kind.columns.filter(({ wide }) => output === 'wide' || !wide);
    const headings = [...(kind.namespaced ? ['NAMESPACE'] : []), 'NAME', ...columns.map(({ name }) => name), 'AGE'];
    const rows = found.map((manifest) => [
      ...(kind.namespaced ? [manifest.metadata.namespace ?? ''] : []),
      targets.length > 1 ? `${kind.singular}/${manifest.metadata.name}` : manifest.metadata.name,
      ...columns.map(({ path }) => valueAt(manifest, path)),
      age(manifest.metadata.creationTimestamp),
    ]);
    out(`${isFirst ? '' : '\n'}${table(headings, rows)}`);
    isFirst = false;
  }
  if (output === 'json') {
    const [only] = items;
    const single = items.length === 1 && targets.length === 1 && targets[0]?.[1]?.length === 1;
    out(stringifyJson(single ? only : { apiVersion: 'v1', kind: 'List', items }, 2));
  }
  return isComplete;
}
