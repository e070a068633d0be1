import { connect, createServer, type Socket } from 'node:net';
import { stablePort } from './stable-port.ts';

/** A port behind which a server can be reached once it is opened, as one that starts later. */
export interface Passage {
  readonly port: number;
  /** Connections that have come in so far. */
  readonly taken: number;
  /** Those of them that have not ended. */
  readonly going: number;
  open(): Promise<void>;
  close(): void;
  /** Closed, and what goes through it is broken off: the server behind has gone. */
  breakOff(): void;
}

export async function createPassage({ hostname, port }: Pick<URL, 'hostname' | 'port'>): Promise<Passage> {
  const own = await stablePort();
  let taken = 0;
  const going = new Set<Socket>();
  const server = createServer((socket) => {
    taken++;
    const behind = connect(Number(port), hostname);
    socket.pipe(behind).pipe(socket);
    going.add(socket);
    socket.once('close', () => going.delete(socket));
    for (const end of [socket, behind]) end.on('error', () => undefined);
  });
  return {
    port: own,
    get taken() {
      return taken;
    },
    get going() {
      return going.size;
    },
    open: () => new Promise((resolve) => void server.listen(own, '127.0.0.1', () => resolve())),
    close: () => void server.close(),
    breakOff: () => {
      server.close();
      for (const socket of going) socket.destroy();
    },
  };
}
