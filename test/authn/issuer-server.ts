import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { TestKey } from '../kit/issuer.ts';

/** An issuer's HTTP side: its discovery document and its keys, which a test may change at any time. */
export interface IssuerServer {
  readonly url: string;
  readonly jwksUri: string;
  /** How often the keys were asked for. */
  readonly requestCount: number;
  serve(...keys: TestKey[]): void;
  /** Answers everything so from now on, instead. */
  answer(listener: (request: IncomingMessage, response: ServerResponse) => void): void;
  stop(): Promise<void>;
  /** Listens again where it did. */
  start(): Promise<void>;
}

export async function startIssuerServer(...first: TestKey[]): Promise<IssuerServer> {
  let keys = first;
  let requestCount = 0;
  let port = 0;
  let special: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server = createServer((request, response) => {
    if (request.url === '/keys') requestCount++;
    if (special !== undefined) {
      special(request, response);
      return;
    }
    const issuer = `http://127.0.0.1:${port}`;
    const documents: Readonly<Record<string, unknown>> = {
      '/keys': { keys: keys.map(({ jwk }) => jwk) },
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    };
    response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'max-age=300',
      connection: 'close',
    });
    response.end(JSON.stringify(documents[request.url ?? '']));
  });
  const start = async (): Promise<void> => {
    await new Promise<void>((started) => server.listen(port, '127.0.0.1', started));
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    jwksUri: `http://127.0.0.1:${port}/keys`,
    get requestCount() {
      return requestCount;
    },
    serve: (...more) => {
      keys = more;
      special = undefined;
    },
    answer: (listener) => {
      special = listener;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((stopped) => server.close(stopped));
    },
    start,
  };
}
