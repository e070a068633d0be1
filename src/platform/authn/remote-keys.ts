import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { UnavailableError } from '../errors.ts';
import { fetchJson } from './fetch-json.ts';
import type { Issuer } from './issuer.ts';
import type { KeySet, KeySource, KeySourceOptions } from './key-set.ts';
import { unreachableIssuer } from './unreachable-issuer.ts';

/** Longest time for which a deleted key is still accepted; the issuer can shorten it (`max-age`) down to the minimum. */
const MAX_AGE_SECONDS = 300;
const MIN_AGE_SECONDS = 60;
/** Tokens with invented key names must not turn into requests. */
const UNKNOWN_KEY_MS = 60_000;
/** A failing endpoint is asked this often. */
const RETRY_MS = 10_000;

interface HeldKeys {
  readonly set: KeySet;
  readonly text: string;
  readonly freshUntil: number;
}

/**
 * The keys an issuer serves. They are fetched when first wanted and again when they are old, by one request at a time.
 * While the issuer cannot be reached, the last keys are used without waiting for it.
 */
export function remoteKeys(issuer: Issuer, { now, report }: KeySourceOptions): KeySource {
  let held: HeldKeys | undefined;
  let failure: { readonly at: number; readonly error: UnavailableError } | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let pending: Promise<KeySet> | undefined;

  const load = async (): Promise<KeySet> => {
    try {
      const { jwks, ageSeconds } = await fetchKeys(issuer);
      const text = JSON.stringify(jwks);
      const set = held?.text === text ? held.set : createLocalJWKSet(jwks);
      held = { set, text, freshUntil: now() + ageSeconds * 1_000 };
      failure = undefined;
      return set;
    } catch (cause) {
      const error = unreachableIssuer(`the keys of ${issuer.issuer} cannot be fetched; try again`, cause);
      failure = { at: now(), error };
      report(error);
      if (held === undefined) throw error;
      return held.set;
    } finally {
      pending = undefined;
    }
  };
  const refresh = (): Promise<KeySet> => {
    pending ??= load();
    return pending;
  };

  const asked = async (): Promise<KeySet> => {
    const isDown = failure !== undefined;
    const isRetryDue = failure === undefined || now() >= failure.at + RETRY_MS;
    if (held === undefined) {
      if (failure !== undefined && !isRetryDue) throw failure.error;
      return refresh();
    }
    const refreshed = isRetryDue ? refresh() : undefined;
    return isDown || refreshed === undefined ? held.set : refreshed;
  };

  const current = (): KeySet | Promise<KeySet> => (held !== undefined && now() < held.freshUntil ? held.set : asked());

  return {
    current,
    renewed: async () => {
      const isDue = now() >= renewedAt + UNKNOWN_KEY_MS;
      if (isDue) renewedAt = now();
      const set = await (isDue ? refresh() : current());
      // The wanted key may well be among those that cannot be fetched.
      if (failure !== undefined) throw failure.error;
      return set;
    },
  };
}

async function fetchKeys(issuer: Issuer): Promise<{ jwks: JSONWebKeySet; ageSeconds: number }> {
  const url = issuer.jwksUri ?? (await discover(issuer.issuer));
  const { value, maxAgeSeconds = MAX_AGE_SECONDS } = await fetchJson(url);
  // createLocalJWKSet refuses what is no key set.
  return {
    jwks: value as JSONWebKeySet,
    ageSeconds: Math.min(MAX_AGE_SECONDS, Math.max(MIN_AGE_SECONDS, maxAgeSeconds)),
  };
}

/** Where the issuer says its keys are (OpenID Connect Discovery 1.0). */
async function discover(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { value } = await fetchJson(url);
  const document = (value ?? {}) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
  if (document.issuer !== issuer) throw new Error(`${url} is of the issuer ${JSON.stringify(document.issuer)}`);
  const { jwks_uri: keys } = document;
  const isSafe = typeof keys === 'string' && (keys.startsWith('https://') || new URL(issuer).protocol === 'http:');
  if (!isSafe) throw new Error(`${url} names no https:// jwks_uri`);
  return keys;
}
