import type { JWTPayload } from 'jose';
import { UnauthenticatedError } from '../errors.ts';
import { claimRules, judgeClaims } from './claims.ts';
import { proveClient } from './client-proof.ts';
import { fetchJson } from './fetch-json.ts';
import type { Introspection, Issuer } from './issuer.ts';
import { refusedToken } from './refused-token.ts';
import { unreachableIssuer } from './unreachable-issuer.ts';

/** An issuer that can be asked. */
export type AnsweringIssuer = Issuer & { readonly introspection: Introspection };

/**
 * Asks the issuer what a token is. Gives its claims once they are what those of a JWT have to be; throws
 * `UnauthenticatedError` for what is no valid token, `UnavailableError` when the issuer does not say.
 */
export async function introspect(
  issuer: AnsweringIssuer,
  token: string,
  { now, report }: { readonly now: number; readonly report: (problem: Error) => void },
): Promise<JWTPayload> {
  const answer = await ask(issuer, token).catch((cause: unknown) => {
    const error = unreachableIssuer(`${issuer.issuer} cannot be asked about a token; try again`, cause);
    report(error);
    throw error;
  });
  const { active, token_type: type, iss = issuer.issuer, ...claims } = answer;
  if (!active) {
    const message = 'the issuer of the token does not know it, or no longer: it expired or was taken back';
    throw new UnauthenticatedError('TOKEN_INACTIVE', message);
  }
  // A refresh token is known to the issuer as well, and a token that is bound to a key needs more than itself.
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new UnauthenticatedError('WRONG_TYPE', 'the token is no access token that is good for its bearer');
  const all: JWTPayload = { ...claims, iss };
  try {
    return judgeClaims(all, claimRules(issuer, now));
  } catch (error) {
    throw refusedToken(error, all);
  }
}

type Answer = Readonly<Record<string, unknown>> & { readonly active: boolean; readonly iss?: string };

async function ask({ issuer, introspection: { url, proof } }: AnsweringIssuer, token: string): Promise<Answer> {
  const { headers, form } = await proveClient(proof, issuer);
  const body = new URLSearchParams({ token, token_type_hint: 'access_token', ...form });
  const { value } = await fetchJson(url, { method: 'POST', headers, body });
  if (!isAnswer(value)) throw new Error(`${url} does not say whether the token is active`);
  return value;
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' &&
  value !== null &&
  'active' in value &&
  typeof value.active === 'boolean' &&
  (!('iss' in value) || typeof value.iss === 'string');
