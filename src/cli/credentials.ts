import { decodeJwt } from 'jose/jwt/decode';
import type { Context } from './contexts/context.ts';
import type { Environment } from './environment.ts';
import { isSamePlace, type Server } from './find-server.ts';
import { type Identity, tokenFor } from './identity.ts';
import { freshToken, signInAgain } from './login/fresh-token.ts';
import type { SignIns } from './login/sign-in.ts';

/** What a command proves with who runs it. */
export interface Credentials {
  /** Undefined: nothing. */
  readonly token: string | undefined;
  /** Another token after the service has refused one; undefined where there is no way to get any. */
  readonly renew?: (refused: string) => Promise<string | undefined>;
  /** What to do when the service does not accept it. */
  readonly advice: string;
}

const GIVE_ANOTHER = 'give another with --token or CATALOG_TOKEN';

/**
 * The token that is given; else that of the context, for its own service only; else, with an embedded service, one of a
 * persona.
 */
export async function credentialsFor(
  server: Server,
  identity: Identity,
  environment: Environment,
  context: Context | undefined,
  signIns: SignIns,
  tell: (line: string) => void,
): Promise<Credentials> {
  const isGiven = identity.token !== undefined || identity.as !== undefined || environment.token !== undefined;
  if (!isGiven && context !== undefined && isSamePlace(context.server, server.url)) {
    const { name } = context;
    const token = await freshToken(signIns, name);
    if (token !== undefined) {
      tell(`caller: who signed in in context ${name}`);
      return { token, renew: (refused) => freshToken(signIns, name, refused), advice: signInAgain(name) };
    }
  }
  const token = await tokenFor(server, identity, environment, tell);
  if (token !== undefined) return { token, advice: `it may have expired; ${GIVE_ANOTHER}` };
  const isContexts = context !== undefined && isSamePlace(context.server, server.url);
  return {
    token,
    advice: isContexts
      ? `${signInAgain(context.name)}, or give a token with --token or CATALOG_TOKEN`
      : 'run catalog login, or give a token with --token or CATALOG_TOKEN',
  };
}

/** When a token expires, in milliseconds since the epoch; undefined when it does not say. */
export function expiryOf(token: string | undefined): number | undefined {
  try {
    const { exp } = decodeJwt(token ?? '');
    return exp === undefined ? undefined : exp * 1_000;
  } catch {
    return undefined;
  }
}
