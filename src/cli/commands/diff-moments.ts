import { type ChangedField, changeLine, meanings } from '../change-line.ts';
import { usageError } from '../cli-error.ts';
import { getKindInfo } from '../kind-info.ts';
import type { Session } from '../session.ts';

interface Page {
  readonly catalogDifference: {
    readonly nodes: readonly {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly kind: string;
      readonly name: string;
      readonly actor: { readonly name: string } | null;
      readonly changes: readonly ChangedField[];
    }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const DOCUMENT = `query CatalogDiff($from: MomentInput!, $to: MomentInput, $kinds: [String!], $after: String) {
  catalogDifference(from: $from, to: $to, kinds: $kinds, first: 200, after: $after) {
    nodes { type kind name actor { name } changes { path before after } }
    pageInfo { hasNextPage endCursor } } }`;

const styles = { ADDED: 'green', MODIFIED: 'bold', DELETED: 'red' } as const;

/** A position of the history, or an instant. */
function momentOf(text: string): { readonly position: string } | { readonly time: string } {
  if (/^\d+$/.test(text)) return { position: text };
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return { time: `${text}T00:00:00Z` };
  if (Number.isNaN(Date.parse(text)))
    throw usageError(
      `'${text}' is no moment`,
      'accepted: 2026-01-31T12:00:00Z, 2026-01-31, or a position such as 1200',
    );
  return { time: text };
}

/** What is different at a later moment: objects that came, went or changed. */
export async function diffMoments(
  session: Session,
  words: readonly string[],
  from: string,
  to: string | undefined,
): Promise<0 | 1> {
  const { terminal } = session;
  const moments = { from: momentOf(from), ...(to !== undefined && { to: momentOf(to) }) };
  const client = await session.client();
  const known = await session.kinds();
  const kinds =
    words.length === 0
      ? undefined
      : words.flatMap((word) => word.split(',')).map((word) => getKindInfo(known, word).kind);
  let shown = 0;
  let after: string | null = null;
  do {
    const { catalogDifference: page }: Page = await client.execute<Page>(DOCUMENT, { ...moments, kinds, after });
    for (const { type, kind, name, actor, changes } of page.nodes) {
      const who = actor === null ? '' : terminal.paint('dim', ` by ${actor.name}`);
      const head = terminal.paint(styles[type], `${kind.toLowerCase()}/${name} ${meanings[type]}`);
      const lines = type === 'MODIFIED' ? changes.map((change) => changeLine(change, terminal)) : [];
      await terminal.print(`${head}${who}\n${lines.join('')}`);
    }
    shown += page.nodes.length;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return shown === 0 ? 0 : 1;
}
