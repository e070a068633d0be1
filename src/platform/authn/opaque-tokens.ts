import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import { credentialOf } from './claims.ts';
import type { Credential } from './credential.ts';
import { type AnsweringIssuer, introspect } from './introspect.ts';

export interface OpaqueTokenOptions {
  /** So long an answer holds, and no longer than the token: a token that is taken back is good for this time at most. */
  readonly answerSeconds: number;
  readonly longestTokenDays: number;
  /** Called when the issuer cannot be asked. */
  readonly report: (problem: Error) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Tokens of which the answer is remembered; as many that are good, and as many that are not. */
  readonly remembered?: number;
}

/** So long it holds that a token is not good. */
const REFUSED_MS = 5_000;
/** Most questions at a time: invented tokens must not become a flood at the issuer. */
const MOST_AT_ONCE = 100;

/**
 * Finds out what opaque tokens are by asking their issuer: once for all requests that wait for the same answer, and again
 * when the answer is old. When the issuer does not answer, nothing is accepted. Only digests of tokens are kept.
 */
export function createOpaqueTokens(
  issuer: AnsweringIssuer,
  { answerSeconds, longestTokenDays, report, now, remembered = 5_000 }: OpaqueTokenOptions,
): (token: string) => Promise<Credential> {
  const accepted = new LRUCache<string, { readonly credential: Credential; readonly until: number }>({
    max: remembered,
  });
  const refused = new LRUCache<string, { readonly error: UnauthenticatedError; readonly until: number }>({
    max: remembered,
  });
  const asked = new Map<string, Promise<Credential>>();

  const find = async (token: string, digest: string): Promise<Credential> => {
    try {
      const at = now();
      const claims = await introspect(issuer, token, { now: at, report });
      const credential = credentialOf(issuer.issuer, claims, longestTokenDays);
      accepted.set(digest, { credential, until: Math.min(credential.expiresAt * 1_000, at + answerSeconds * 1_000) });
      return credential;
    } catch (error) {
      accepted.delete(digest);
      if (error instanceof UnauthenticatedError) refused.set(digest, { error, until: now() + REFUSED_MS });
      throw error;
    } finally {
      asked.delete(digest);
    }
  };

  return async (token) => {
    const digest = hash('sha256', token, 'base64');
    const good = accepted.get(digest);
    if (good !== undefined && now() < good.until) return good.credential;
    const bad = refused.get(digest);
    if (bad !== undefined && now() < bad.until) throw bad.error;
    const waiting = asked.get(digest);
    if (waiting !== undefined) return waiting;
    if (asked.size >= MOST_AT_ONCE)
      throw new UnavailableError('too many tokens are being asked about; try again', {
        reason: 'TOO_MANY_TOKENS',
        retryable: true,
      });
    const answer = find(token, digest);
    asked.set(digest, answer);
    return answer;
  };
}
