import { HeaderMap } from '@apollo/server';
import { CatalogError } from '../errors.ts';

/** An answer that is complete. */
export interface Answer {
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: string | Uint8Array;
}

export interface Refusal extends Answer {
  readonly body: string;
  /** What the one error says besides its message. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Statuses of errors that concern a request as a whole, with what a client is told in headers. */
const statuses: Readonly<Record<string, readonly [status: number, header?: readonly [name: string, value: string]]>> = {
  UNAUTHENTICATED: [401, ['www-authenticate', 'Bearer error="invalid_token"']],
  UNAVAILABLE: [503, ['retry-after', '10']],
};

/** The same for what the HTTP server itself refuses. */
const codes: Readonly<Record<number, string>> = { 413: 'PAYLOAD_TOO_LARGE', 429: 'RATE_LIMITED', 503: 'UNAVAILABLE' };

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
  if (error instanceof CatalogError) {
    const [status, header] = statuses[error.code] ?? [400];
    return refusal(status, error.message, { code: error.code, ...error.data }, header);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (error instanceof Error && status >= 400 && status !== 500)
    return refusal(status, error.message, { code: codes[status] ?? 'BAD_REQUEST' });
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
