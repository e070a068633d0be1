import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HeaderMap } from '@apollo/server';
import { type DocumentNode, Kind, parse } from 'graphql';
import type { CompleteIntrospection } from '../graphql/complete-introspection.ts';
import { answerKept, type KeptBody } from './kept-answer.ts';
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
  const type = headers.accept?.includes('graphql-response+json') ? 'graphql-response+json' : 'json';
  const body: KeptBody = {
    etag: kept.etag,
    // Inflated as it is sent: whoever does not read it keeps little of it in memory.
    plain: () => Readable.from([kept.gzip]).pipe(createGunzip()),
    encoded: (encoding) => kept[encoding],
  };
  return answerKept(
    body,
    headers,
    new HeaderMap([
      ['content-type', `application/${type}; charset=utf-8`],
      ['vary', 'accept-encoding'],
    ]),
  );
}

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
