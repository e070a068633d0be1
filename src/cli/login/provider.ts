import * as oauth from 'oauth4webapi';
import { isLoopback } from '../../platform/http/loopback.ts';
import { CliError } from '../cli-error.ts';
import type { SignIn } from './sign-in.ts';

/** An identity provider as its discovery document describes it, and the command line as its client. */
export interface Provider {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  /** For each request to it. */
  options(): { signal: AbortSignal; [oauth.allowInsecureRequests]?: boolean };
}

const TIMEOUT_MS = 30_000;

/** Asks a provider who it is (OpenID Connect Discovery 1.0). */
export async function findProvider(issuer: string, clientId: string): Promise<Provider> {
  const url = URL.parse(issuer);
  if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) {
    throw new CliError(`'${issuer}' is not the address of an identity provider`, {
      advice: ['accepted: https://HOST (http:// for this machine only)'],
      exitCode: 2,
    });
  }
  const options = (): ReturnType<Provider['options']> => ({
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(url.protocol === 'http:' && { [oauth.allowInsecureRequests]: true }),
  });
  try {
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, options()));
    return { server, client: { client_id: clientId }, options };
  } catch (error) {
    throw explain(error, issuer);
  }
}

/** The public client has nothing to prove itself by: PKCE and the device code bind the answer to it. */
export const noSecret = oauth.None();

/** What the token endpoint has answered, as it is kept. */
export function signInOf(
  { server, client }: Provider,
  answer: oauth.TokenEndpointResponse,
  before: Pick<SignIn, 'scope' | 'subject' | 'refreshToken'>,
): SignIn {
  const { access_token: accessToken, refresh_token: refreshToken = before.refreshToken, expires_in: seconds } = answer;
  const subject = oauth.getValidatedIdTokenClaims(answer)?.sub ?? before.subject;
  return {
    issuer: server.issuer,
    clientId: client.client_id,
    scope: answer.scope ?? before.scope,
    ...(subject !== undefined && { subject }),
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(seconds !== undefined && { expiresAt: Date.now() + seconds * 1_000 }),
  };
}

/** The provider's own code for why it refuses; undefined for any other error. */
export const refusalOf = (error: unknown): string | undefined =>
  error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError
    ? error.error
    : undefined;

/** What went wrong at the provider, for people. */
export function explain(error: unknown, issuer: string): CliError {
  if (error instanceof CliError) return error;
  const refusal = refusalOf(error);
  if (refusal === 'access_denied') return new CliError(`${issuer}: the sign-in was refused`);
  if (refusal === 'expired_token') return new CliError('the code was not used in time', { advice: ['sign in again'] });
  if (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) {
    const more = error.error_description;
    return new CliError(`${issuer} refuses: ${error.error}${more === undefined ? '' : ` (${more})`}`);
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? ('code' in cause ? String(cause.code) : cause.message) : String(cause);
  if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError'))
    return new CliError(`the identity provider ${issuer} cannot be reached: ${why}`);
  return new CliError(`${issuer} answers what was not expected: ${why}`, {
    advice: ['is it an OpenID provider? `--issuer` names another'],
  });
}
