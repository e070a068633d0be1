import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from 'jose';
import type { Issuer } from './issuer.ts';
import { remoteKeys } from './remote-keys.ts';

/** An issuer's public keys at one moment; as long as they stay the same, it is the same object. */
export type KeySet = LocalJWKSet;

/** Where an issuer's keys come from. */
export interface KeySource {
  /** The keys in force; `UnavailableError` when none could be had yet. */
  current(): Promise<KeySet>;
  /** The keys in force, asked for anew when that is due, as one is wanted that is not among `current()`. */
  renewed(): Promise<KeySet>;
}

export interface KeySourceOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told when an issuer's keys cannot be had. */
  readonly report: (problem: Error) => void;
}

/** The keys that the issuer was given with, or those that it serves. */
export function createKeySource(issuer: Issuer, options: KeySourceOptions): KeySource {
  return issuer.jwks === undefined ? remoteKeys(issuer, options) : fixedKeys(issuer.jwks);
}

function fixedKeys(jwks: JSONWebKeySet): KeySource {
  const keys = Promise.resolve(createLocalJWKSet(jwks));
  return { current: () => keys, renewed: () => keys };
}
