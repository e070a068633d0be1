import { usageError } from './cli-error.ts';
import type { Client } from './client.ts';
import { getKindInfo, type KindInfo, wordsOf } from './kind-info.ts';

/** What a command is about: objects of a kind, all or by name. */
export interface Target {
  readonly kind: KindInfo;
  readonly names: readonly string[] | undefined;
}

/** What is needed to find out what is meant: the kinds, and the service for natural keys. */
interface Knowing {
  kinds(): Promise<readonly KindInfo[]>;
  client(): Promise<Pick<Client, 'execute'>>;
}

/**
 * `racks`, `rack a14 a15`, `rack/a14 site/fra1`, `racks,sites`, `all`: as kubectl takes them. In the place of a name may
 * stand a natural key: `meterdefinition/edge.example.com/route/requests`.
 */
export async function findTargets(session: Knowing, words: readonly string[]): Promise<Target[]> {
  const targets = readTargets(await session.kinds(), words);
  return Promise.all(
    targets.map(async ({ kind, names }) => ({
      kind,
      names: names && (await Promise.all(names.map((name) => nameOf(session, kind, name)))),
    })),
  );
}

const DOCUMENT = `query CatalogNaturalKey($kinds: [String!]!, $given: [String!]!) {
  named: objects(kinds: $kinds, names: $given, first: 1) { nodes { name } }
  keyed: objects(kinds: $kinds, keys: $given, first: 1) { nodes { name } }
}`;
type Found = Readonly<Record<'named' | 'keyed', { readonly nodes: readonly { readonly name: string }[] }>>;

/** The name of what is called so. Natural keys have dots or slashes; what none has is taken for a name. */
async function nameOf(session: Knowing, { kind }: KindInfo, given: string): Promise<string> {
  if (!/[./]/.test(given)) return given;
  const client = await session.client();
  const { named, keyed } = await client.execute<Found>(DOCUMENT, { kinds: [kind], given: [given] });
  return named.nodes[0] === undefined ? (keyed.nodes[0]?.name ?? given) : given;
}

function readTargets(kinds: readonly KindInfo[], words: readonly string[]): Target[] {
  const [first, ...rest] = words;
  if (first === undefined)
    throw usageError('a kind is missing, for example `catalog get racks`', '`catalog kinds` lists them');
  if (first.includes('/')) {
    return words.map((word) => {
      const [, kind = '', name = ''] = /^([^/]+)\/(.+)$/.exec(word) ?? [];
      if (kind === '' || name === '')
        throw usageError(`'${word}' is not KIND/NAME; after one KIND/NAME all others must have that form`);
      return { kind: getKindInfo(kinds, kind), names: [name] };
    });
  }
  const isKind = (word: string): boolean => kinds.some((kind) => wordsOf(kind).includes(word.toLowerCase()));
  const mixed = rest.find((word) => word.includes('/') && isKind(word.slice(0, word.indexOf('/'))));
  if (mixed !== undefined) throw usageError(`KIND/NAME cannot follow a kind: '${first} ${mixed}'`);
  const chosen =
    first.toLowerCase() === 'all'
      ? kinds
      : [
          ...new Set(
            first
              .split(',')
              .filter((word) => word !== '')
              .map((word) => getKindInfo(kinds, word)),
          ),
        ];
  return chosen.map((kind) => ({ kind, names: rest.length === 0 ? undefined : [...new Set(rest)] }));
}

/** `rack/a14`, `rack a14`, `racks`: a kind, and at most one object of it. */
export async function oneTarget(
  session: Knowing,
  words: readonly string[],
): Promise<{ readonly kind: KindInfo; readonly name: string | undefined }> {
  const [target, another] = await findTargets(session, words);
  const [name, second] = target?.names ?? [];
  if (target === undefined || another !== undefined || second !== undefined) {
    throw usageError(`exactly one object is accepted, not '${words.join(' ')}'`, 'for example rack/a14');
  }
  return { kind: target.kind, name };
}

/** The name of an object of a kind: `a14`, or `rack/a14`, as other commands take it. */
export async function nameIn(session: Knowing, wanted: string, word: string): Promise<string> {
  if (!word.includes('/')) return word;
  const { kind, name } = await oneTarget(session, [word]);
  if (kind.kind !== wanted || name === undefined) throw usageError(`'${word}' is no ${wanted}`);
  return name;
}
