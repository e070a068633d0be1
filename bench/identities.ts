import { createServer } from 'node:http';
import { createTestIssuer } from '../test/kit/issuer.ts';
import { type Caller, callers } from './world/people.ts';

const DAY_SECONDS = 86_400;

/** An issuer whose keys the service fetches over HTTP, and a token for each caller. */
export interface Identities {
  /** As the setting OIDC_ISSUERS names it. */
  readonly issuer: string;
  readonly tokens: Readonly<Record<Caller, string>>;
  close(): void;
}

export async function openIdentities(): Promise<Identities> {
  const { issuer, token } = await createTestIssuer();
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(issuer.jwks));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const exp = Math.floor(Date.now() / 1_000) + DAY_SECONDS;
  const signed = await Promise.all(callers.map(async (name) => [name, await token(name, { exp })] as const));
  return {
    issuer: `${issuer.issuer} audiences=${issuer.audiences.join(',')} jwks=http://127.0.0.1:${port}/`,
    tokens: Object.fromEntries(signed) as Record<Caller, string>,
    close: () => void server.close(),
  };
}
