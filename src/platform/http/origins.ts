import type { FastifyRequest } from 'fastify';
import { isLoopback } from './loopback.ts';

/** Tells whether a browser sends a request for a page that may not: one that is neither the service's nor allowed. */
export function createForeignCheck(
  allowed: readonly string[],
  isPrivate: boolean,
): (request: Pick<FastifyRequest, 'headers' | 'host'>) => boolean {
  return ({ headers: { origin }, host }) => {
    if (origin === undefined || allowed.includes(origin)) return false;
    const page = URL.parse(origin);
    if (page === null || page.host !== host) return true;
    // A page of another site can give its own name this machine's address (DNS rebinding), and is then of the same
    // origin; but it cannot call itself localhost.
    return isPrivate && !isLoopback(page.hostname);
  };
}
