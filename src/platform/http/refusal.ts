import type { Readable } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import { codeOf, statusOf } from '../error-statuses.ts';
import { CatalogError } from '../errors.ts';
import type { EncodedText } from '../stringify-in-slices.ts';

/** An answer that is complete. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array | EncodedText | Readable;
}

export interface Refusal extends Answer {
  readonly body: string;
  /** What the one error says besides its message. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

const RETRY_AFTER_SECONDS = 10;

/** What a client is told in a header: how to sign in, or when to come back. */
function headerOf({ code, data }: CatalogError): readonly [name: string, value: string] | undefined {
  if (code === 'UNAUTHENTICATED') return ['www-authenticate', 'Bearer error="invalid_token"'];
  if (code !== 'UNAVAILABLE' && code !== 'RATE_LIMITED') return undefined;
  return ['retry-after', String(data.retryAfterSeconds ?? RETRY_AFTER_SECONDS)];
}

const refusal = (
  status: number,
  message: string,
  extensions: Readonly<Record<string, unknown>>,
  header?: readonly [name: string, value: string],
): Refusal => ({
  status,
  headers: new HeaderMap([['content-type', 'application/json; charset=utf-8'], ...(header ? [header] : [])]),
  body: JSON.stringify({ errors: [{ message, extensions }] }),
  extensions,
});

/** The answer to a request of which nothing was run; what is neither the caller's nor the moment's is a defect. */
export function refusalOf(error: unknown, requestId: string, report: (cause: unknown) => void): Refusal {
  if (error instanceof CatalogError)
    return refusal(statusOf(error.code), error.message, { code: error.code, ...error.data }, headerOf(error));
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (error instanceof Error && status >= 400 && status !== 500)
    return refusal(status, error.message, { code: codeOf(status) });
  report(error);
  return refusal(500, 'internal error', { code: 'INTERNAL_SERVER_ERROR', requestId });
}

/** A request that the HTTP server refuses with a status of its own. */
export class RefusedRequest extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
