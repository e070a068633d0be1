import { isPortFree } from '../../src/platform/embedded/ports.ts';

/** A free port that the system gives to no outgoing connection, so that a service can end and come back to it. */
export async function stablePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (await isPortFree(port)) return port;
  }
}
