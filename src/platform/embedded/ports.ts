import { createServer } from 'node:net';

const tryListen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });

export const isPortFree = async (port: number): Promise<boolean> => (await tryListen(port)) !== undefined;

/** The wanted port, or the first free one behind it (at most 100 on). */
export async function firstFreePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port++) if (await isPortFree(port)) return port;
  throw new Error(`no port from ${wanted} to ${wanted + 99} is free`);
}

/** Any free port on loopback. */
export async function anyFreePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error('no port is free on 127.0.0.1');
  return port;
}
