import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { LazyAbort } from '../lazy-abort.ts';
import type { RequestOrigin } from './request-origin.ts';

/** Who sends an operation and how, as far as the connection shows. */
export interface Asker {
  /** The `Authorization` header, or what stands in for it. */
  readonly authorization: string | undefined;
  readonly requestId: string;
  readonly origin: RequestOrigin;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when nobody waits for the answer any longer. */
  readonly gone: LazyAbort;
}

export type OriginReader = (request: FastifyRequest['raw']) => RequestOrigin;

/** Headers by their names in lower case. */
export function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

export function askerOf(request: FastifyRequest, origin: RequestOrigin, gone: LazyAbort): Asker {
  const { headers } = request;
  return {
    authorization: headers.authorization,
    requestId: request.id,
    origin,
    headers,
    gone,
  };
}
