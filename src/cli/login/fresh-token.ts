import * as oauth from 'oauth4webapi';
import { CliError } from '../cli-error.ts';
import { RefusedFileError } from '../contexts/refused-file.ts';
import { explain, findProvider, noSecret, refusalOf, signInOf } from './provider.ts';
import type { SignIn, SignIns } from './sign-in.ts';

/** A token is renewed when it has less than this left. */
const MARGIN_MS = 60_000;

/** What is said when only signing in again helps. */
export const signInAgain = (context: string): string => `run catalog login --context ${context}`;

const ended = (context: string, why: string): CliError =>
  new CliError(`the sign-in of context ${context} has ended: ${why}`, { advice: [signInAgain(context)] });

const isFresh = ({ expiresAt }: SignIn): boolean => expiresAt === undefined || Date.now() < expiresAt - MARGIN_MS;
const isGood = ({ expiresAt }: SignIn): boolean => expiresAt === undefined || Date.now() < expiresAt;

/**
 * The access token of a context, renewed when it is about to expire; undefined when nobody has signed in there.
 * `refused`: a token that the service did not accept, and is not given again.
 */
export async function freshToken(signIns: SignIns, context: string, refused?: string): Promise<string | undefined> {
  const known = await signIns.read(context);
  const isUsable = (one: SignIn): boolean => isFresh(one) && one.accessToken !== refused;
  if (known === undefined || isUsable(known)) return known?.accessToken;
  // A refresh token is good once: two commands must not spend the same.
  const renewed = signIns.exclusively(context, async () => {
    const present = await signIns.read(context);
    if (present === undefined) return undefined;
    if (isUsable(present)) return present.accessToken;
    try {
      const renewed = await renew(present, context);
      await signIns.write(context, renewed);
      return renewed.accessToken;
    } catch (error) {
      // The one at hand is still good, so a provider that is away for a moment stands in nobody's way.
      if (isGood(present) && present.accessToken !== refused) return present.accessToken;
      throw error;
    }
  });
  return renewed.catch((error: unknown) => {
    // What cannot be kept is not renewed; the one at hand does as long as it is good.
    if (error instanceof RefusedFileError && isGood(known) && known.accessToken !== refused) return known.accessToken;
    throw error;
  });
}

async function renew(known: SignIn, context: string): Promise<SignIn> {
  const { issuer, clientId, refreshToken } = known;
  if (refreshToken === undefined)
    throw ended(context, 'its token has expired or is refused, and there is no way to renew it');
  const provider = await findProvider(issuer, clientId);
  const { server, client, options } = provider;
  try {
    const response = await oauth.refreshTokenGrantRequest(server, client, noSecret, refreshToken, options());
    return signInOf(provider, await oauth.processRefreshTokenResponse(server, client, response), known);
  } catch (error) {
    if (refusalOf(error) === 'invalid_grant') throw ended(context, `${issuer} does not renew it`);
    throw explain(error, issuer);
  }
}
