import type { Server } from 'node:http';
import type { Size } from '../sizes.ts';

/** What a server that the service is compared with is told. */
export interface ServerOptions {
  readonly databaseUrl: string;
  readonly size: Size;
  /** As the service has it, so that nobody plans otherwise. */
  readonly connection: { readonly max: number; readonly options: string };
}

/** Listens on a free port and tells the parent process where. */
export function announce(server: Server, path: string): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.send?.({ url: `http://127.0.0.1:${port}${path}` });
  });
}
