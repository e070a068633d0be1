import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HeaderMap } from '@apollo/server';
import { type DocumentNode, Kind, parse } from 'graphql';
import type { CompleteIntrospection } from '../graphql/complete-introspection.ts';
import type { Answer } from './refusal.ts';

/** What libraries send is shorter by far. */
const LONGEST = 8_192;

/** The complete introspection, when that is what is asked for; undefined for everything else. */
export async function introspectionAnswer(
  introspection: CompleteIntrospection,
  document: DocumentNode,
  headers: IncomingHttpHeaders,
): Promise<Answer | undefined> {
  const kept = await introspection.find(document);
  if (kept === undefined) return undefined;
  const accepted = acceptedIn(String(headers['accept-encoding'] ?? ''));
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.has(name));
  // What is encoded in another way is something else to caches.
  const etag = kept.etag.replace(/"$/, `${encoding === undefined ? '' : `-${encoding}`}"`);
  const type = headers.accept?.includes('graphql-response+json') ? 'graphql-response+json' : 'json';
  const answerHeaders = new HeaderMap([
    ['content-type', `application/${type}; charset=utf-8`],
    ['etag', etag],
    ['vary', 'accept-encoding'],
  ]);
  if (tagsIn(headers['if-none-match'] ?? '').includes(kept.etag))
    return { status: 304, headers: answerHeaders, body: '' };
  if (encoding !== undefined) answerHeaders.set('content-encoding', encoding);
  return {
    status: 200,
    headers: answerHeaders,
    // Inflated as it is sent: whoever does not read it keeps little of it in memory.
    body: encoding === undefined ? Readable.from([kept.gzip]).pipe(createGunzip()) : kept[encoding],
  };
}

/** The encodings that a client takes: `gzip, br;q=0` is gzip alone. */
function acceptedIn(header: string): ReadonlySet<string> {
  const choices = header.split(',').map((choice) => choice.split(';').map((part) => part.trim().toLowerCase()));
  const isTaken = (parts: readonly string[]): boolean => !parts.some((part) => /^q=0(\.0*)?$/.test(part));
  return new Set(choices.filter(([, ...more]) => isTaken(more)).map(([name = '']) => name));
}

/** What a client has, whatever it was encoded in; a proxy that compresses makes a tag weak, which does not matter here. */
const tagsIn = (header: string): readonly string[] =>
  header.split(',').map((tag) =>
    tag
      .trim()
      .replace(/^W\//, '')
      .replace(/-(?:br|gzip)"$/, '"'),
  );

/** The one operation of a document that may ask for the schema. */
export function documentOf(text: string | undefined, operationName: unknown): DocumentNode | undefined {
  if (text === undefined || text.length > LONGEST || !text.includes('__schema')) return undefined;
  try {
    const document = parse(text);
    const name = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const isMeant = !operationName || (name?.kind === Kind.OPERATION_DEFINITION && name.name?.value === operationName);
    return isMeant ? document : undefined;
  } catch {
    return undefined; // Apollo Server says what is wrong with it.
  }
}
