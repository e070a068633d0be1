import { connect, createServer, type Socket } from 'node:net';
import { pace } from './pace.ts';

/** Stands in front of replicas as a Service of Kubernetes does. */
export interface Balancer {
  readonly url: string;
  /** Those that are given new connections at this moment. */
  ready(): readonly string[];
  /** Connections that could be given to nobody. */
  refused(): number;
  close(): Promise<void>;
}

const LOOK_MS = 50;

/** Gives each new connection to the next replica that said, when last asked, that it was ready. It looks into none. */
export async function startBalancer(replicas: readonly string[]): Promise<Balancer> {
  let ready: readonly string[] = [];
  let turn = 0;
  let refused = 0;
  let isClosed = false;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const url = ready[turn++ % Math.max(1, ready.length)];
    if (url === undefined) {
      refused++;
      socket.destroy();
      return;
    }
    const { hostname, port } = new URL(url);
    const behind = connect(Number(port), hostname);
    const both = [socket, behind];
    for (const end of both) {
      open.add(end);
      end.on('error', () => undefined);
      end.on('close', () => {
        open.delete(end);
        for (const other of both) other.destroySoon();
      });
    }
    socket.pipe(behind).pipe(socket);
  });
  const isReady = async (url: string): Promise<boolean> =>
    (await fetch(`${url}/readyz`, { headers: { connection: 'close' } }).catch(() => undefined))?.ok === true;
  const look = async (): Promise<void> => {
    const answers = await Promise.all(replicas.map(isReady));
    ready = replicas.filter((_url, index) => answers[index]);
  };
  await look();
  const looking = (async () => {
    for (; !isClosed; await pace(LOOK_MS)) await look();
  })();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    ready: () => ready,
    refused: () => refused,
    close: async () => {
      isClosed = true;
      await looking;
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
