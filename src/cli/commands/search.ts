import { stringifyJson } from '../../catalog/manifests/json.ts';
import type { Session } from '../session.ts';
import { createTable, terminalWidth } from '../table.ts';

export interface SearchOptions {
  readonly kind?: readonly string[];
  readonly limit: number;
  readonly output: 'table' | 'json' | 'name';
}

interface Found {
  readonly search: {
    readonly totalCount: number;
    readonly totalCountCapped: boolean;
    readonly nodes: readonly {
      readonly match: string;
      readonly field: string;
      readonly value: string;
      readonly object: { readonly kind: string; readonly name: string } | null;
    }[];
  };
}

const DOCUMENT = `query CatalogSearch($text: String!, $kinds: [String!], $first: Int!) {
  search(text: $text, kinds: $kinds, first: $first) {
    totalCount totalCountCapped
    nodes { match field value object { kind name namespace } }
  }
}`;

/** `catalog search TEXT`: objects by what they are called, whatever their kind. */
export async function search(
  session: Session,
  text: string,
  { kind: kinds, limit: first, output }: SearchOptions,
): Promise<number> {
  const { execute } = await session.client();
  const { search: found } = await execute<Found>(DOCUMENT, { text, kinds, first });
  const { terminal } = session;
  if (output === 'json') {
    await terminal.print(`${stringifyJson(found, 2)}\n`);
    return 0;
  }
  const hits = found.nodes.flatMap(({ object, ...hit }) => (object === null ? [] : [{ ...object, ...hit }]));
  if (output === 'name') {
    await terminal.print(hits.map(({ kind, name }) => `${kind}/${name}\n`).join(''));
    return 0;
  }
  if (hits.length === 0) {
    await terminal.print('Nothing found.\n');
    return 0;
  }
  const table = createTable(['KIND', 'NAME', 'FIELD', 'VALUE'], terminalWidth());
  await terminal.print(table.rows(hits.map(({ kind, name, field, value }) => [kind, name, field, value])));
  const more = found.totalCount - found.nodes.length;
  if (more > 0)
    await terminal.print(`${found.totalCountCapped ? 'more than ' : ''}${more} more; see them with --limit\n`);
  return 0;
}
