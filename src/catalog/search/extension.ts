import { type GraphQLResolveInfo, getNamedType } from 'graphql';
import { text } from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import { connectionAnswer, connectionParts, keptRows } from '../read/connection.ts';
import { readPage } from '../read/page.ts';
import type { Answer, Arguments, Page } from '../read/plan-types.ts';
import { auditTarget } from '../schema/audit-target.ts';
import { addConnection } from '../schema/connection-type.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets } from '../schema/context.ts';
import type { SchemaExtension } from '../schema/extension.ts';
import { getKindsByName } from '../schema/kinds-by-name.ts';
import { pageArguments } from '../schema/page-arguments.ts';
import { createReadGiven } from '../schema/read-given.ts';
import { createWalkTypes } from '../schema/walk-types.ts';
import type { AskValue } from '../walk.ts';
import { findHits, type Hit } from './find-hits.ts';
import { highlight } from './highlight.ts';
import { MOST_ENTRIES } from './search-sql.ts';
import { searchHit } from './search-types.ts';

/** Some statements, whatever is found. */
const PRICE = 20;
/** Nobody types more. */
const LONGEST = 200;

const given = {
  text: text({
    required: true,
    min: 1,
    max: LONGEST,
    pattern: /\S/,
    accepts: 'a text that is not blank',
    description:
      'What to look for: a name, a serial number, the beginning of one, some words of it. Case does not matter.',
  }),
};
const readGiven = createReadGiven(given);

/** Kinds that are looked through: without being named, not those of which every read is recorded. */
const kindsOf = (catalog: Catalog, words: unknown): readonly KindModel[] =>
  Array.isArray(words)
    ? getKindsByName(catalog, words)
    : catalog.kinds.filter(({ readsAreRecorded }) => readsAreRecorded !== true);

/** `search`: objects of all kinds by what they are called. */
export const searchExtension: SchemaExtension = {
  objectFields: () => [],
  liveStatus: () => undefined,
  complete: () => undefined,
  add: (_builder, types, catalog, inputs) => {
    createWalkTypes(types, catalog, inputs).add({ gives: 'values', of: searchHit });
    addConnection(
      types,
      searchHit.name,
      `One page of what was found, which is at most ${MOST_ENTRIES} objects: those that fit best.`,
    );
    types.query({
      search: {
        type: `${searchHit.name}Connection`,
        description: `Objects by name, label, display name, natural key, serial number, asset tag, number of a circuit, contract or cross-connect, whatever their kind; the best come first: those of which a text begins with \`text\`, then those with words that begin with its words, and where these are few, those with something written much like it. Ports, cables and other parts of things come after the things. At most ${MOST_ENTRIES} are found.`,
        args: {
          text: { type: 'String', required: true, description: given.text.description },
          kinds: {
            type: ['String'],
            description:
              'Look only for objects of these kinds: name, plural or short name, in any case. Default: all but those that say who may do what, such as roles.',
          },
          ...pageArguments(),
        },
        extensions: {
          ...auditTarget(({ kinds }) => ({ verb: 'list', kinds: kindsOf(catalog, kinds).map(({ kind }) => kind) }))
            .extensions,
          price: PRICE,
        },
        resolve: (_root, args, context, info) => readHits(context, info, args),
      },
    });
  },
};

async function readHits(context: RequestContext, info: GraphQLResolveInfo, args: Arguments): Promise<Answer> {
  const wanted = {
    text: String(readGiven({ text: args.text }).text).trim(),
    kinds: kindsOf(context.catalog, args.kinds),
  };
  const cursors = context.cursors.of(() =>
    JSON.stringify(['search', wanted.text, wanted.kinds.map(({ kind }) => kind)]),
  );
  const page = readPage(context, args, cursors);
  const parts = connectionParts(info, { type: getNamedType(info.returnType).name, below: selectionSets(info) });
  const places = [...parts.nodes, ...parts.edges.flatMap(({ nodes }) => nodes)];
  return readWithAccess(context, async (access) => {
    let found: Promise<readonly Hit[]> | undefined;
    const hits = (ask: AskValue): Promise<readonly Hit[]> => (found ??= findHits(ask, access, wanted));
    let rows: readonly number[] = [];
    let total = 0;
    const kept = (): readonly number[] => keptRows(page, rows);
    const walk = async (keys: readonly string[], _given: unknown, _see: unknown, ask: AskValue) => {
      const all = await hits(ask);
      total = all.length;
      rows = within(page, total);
      return new Map(
        keys.map((key) => [
          key,
          kept()
            .flatMap((index) => all[index] ?? [])
            .map((hit) => present(hit, wanted.text)),
        ]),
      );
    };
    const read = async (below: (typeof places)[number]['below']): Promise<Answer[]> => {
      const selected = { key: info.fieldName, name: info.fieldName, type: searchHit.name, args, below };
      const source = { walk: { walk }, shape: { gives: 'values', of: searchHit, list: true } as const, given: {} };
      return (await context.reader.walk(planContext(context, info, access), selected, source)) as Answer[];
    };
    const answers = places.length === 0 ? [await read([])] : await Promise.all(places.map(({ below }) => read(below)));
    return connectionAnswer<number>(
      parts,
      { ...context.limits, maxCount: MOST_ENTRIES },
      {
        page,
        rows,
        total,
        cursorOf: (index) => cursors.encode([String(index)]),
        nodeOf: (index, selected) => answers[places.indexOf(selected)]?.[kept().indexOf(index)],
      },
    );
  });
}

/** The places of a page's hits among all, with one more where there are more. */
function within({ size, isBackward, position }: Page, total: number): number[] {
  const at = position === undefined ? undefined : Number(position[0]);
  const from = isBackward ? Math.max(0, (at ?? total) - size - 1) : (at ?? -1) + 1;
  const to = isBackward ? (at ?? total) : Math.min(total, from + size + 1);
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

const present = ({ objectId, kind, field, value, match }: Hit, wanted: string) => ({
  __typename: searchHit.name,
  object: { kind, id: objectId },
  match,
  field,
  value,
  pieces: highlight(value, wanted).map((piece) => ({ __typename: 'SearchPiece', ...piece })),
});
