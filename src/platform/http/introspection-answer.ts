import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HeaderMap } from '@apollo/server';
import { type DocumentNode, Kind, parse } from 'graphql';
import type { CompleteIntrospection } from '../graphql/complete-introspection.ts';
import type { Answer } from './refusal.ts';

const inflate = promisify(gunzip);

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
  const { etag } = kept;
  const accepts = String(headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find((name) => accepts.includes(name));
  const type = headers.accept?.includes('graphql-response+json') ? 'graphql-response+json' : 'json';
  const answerHeaders = new HeaderMap([
    ['content-type', `application/${type}; charset=utf-8`],
    ['etag', etag],
    ['vary', 'accept-encoding'],
  ]);
  if (headers['if-none-match'] === etag) return { status: 304, headers: answerHeaders, body: '' };
  if (encoding !== undefined) answerHeaders.set('content-encoding', encoding);
  return {
    status: 200,
    headers: answerHeaders,
    body: encoding === undefined ? await inflate(kept.gzip) : kept[encoding],
  };
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
