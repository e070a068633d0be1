import type { FastifyInstance } from 'fastify';

/** Another program listens on the wanted port. */
export class PortTakenError extends Error {}

const FIRST_PORT = 4000;
const MOST_TRIED = 100;

/** Listens on the port; when none is given on 4000 or the next free one. The port it is. */
export async function listenOn(
  app: FastifyInstance,
  host: string,
  port: number | undefined,
  setting = 'PORT',
): Promise<number> {
  const last = port ?? FIRST_PORT + MOST_TRIED;
  for (let candidate = port ?? FIRST_PORT; ; candidate++) {
    try {
      await app.listen({ port: candidate, host, exclusive: true });
      const address = app.server.address();
      return typeof address === 'object' && address !== null ? address.port : candidate;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (candidate >= last)
        throw new PortTakenError(`port ${candidate} on ${host} is taken by another program; set ${setting}`);
    }
  }
}

/** How a caller on this machine writes the address. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
