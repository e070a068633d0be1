import * as oauth from 'oauth4webapi';
import { explain, findProvider, noSecret } from './provider.ts';
import type { SignIn } from './sign-in.ts';

/** Has the provider end a sign-in (RFC 7009); false when it has no way to. */
export async function revoke({ issuer, clientId, refreshToken, accessToken }: SignIn): Promise<boolean> {
  const { server, client, options } = await findProvider(issuer, clientId);
  if (server.revocation_endpoint === undefined) return false;
  try {
    const token = refreshToken ?? accessToken;
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, noSecret, token, options()));
    return true;
  } catch (error) {
    throw explain(error, issuer);
  }
}
