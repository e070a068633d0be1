import { HeaderMap } from '@apollo/server';
import type { CatalogError } from '../errors.ts';
import type { ApolloResponse } from './server.ts';

/** Statuses of errors that concern a request as a whole, with what a client is told in headers. */
const answers: Readonly<Record<string, readonly [status: number, header?: readonly [name: string, value: string]]>> = {
  UNAUTHENTICATED: [401, ['www-authenticate', 'Bearer error="invalid_token"']],
  UNAVAILABLE: [503, ['retry-after', '10']],
};

/** The answer to a request of which nothing was run. */
export function refusedRequest({ code, message, data }: CatalogError): ApolloResponse {
  const [status, header] = answers[code] ?? [400];
  return {
    status,
    headers: new HeaderMap([['content-type', 'application/json; charset=utf-8'], ...(header ? [header] : [])]),
    body: JSON.stringify({ errors: [{ message, extensions: { code, ...data } }] }),
  };
}
