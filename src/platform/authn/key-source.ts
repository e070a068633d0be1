import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Issuer } from './issuer.ts';
import type { KeySource, KeySourceOptions } from './key-set.ts';
import { remoteKeys } from './remote-keys.ts';

/** The keys that the issuer was given with, or those that it serves. */
export function createKeySource(issuer: Issuer, options: KeySourceOptions): KeySource {
  return issuer.jwks === undefined ? remoteKeys(issuer, options) : fixedKeys(issuer.jwks);
}

function fixedKeys(jwks: JSONWebKeySet): KeySource {
  const keys = createLocalJWKSet(jwks);
  return { current: () => keys, renewed: () => Promise.resolve(keys) };
}
