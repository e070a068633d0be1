import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Credential } from './credential.ts';
import type { KeySet, KeySource } from './key-set.ts';

/** A token whose signature was found good with these keys. */
export interface VerifiedToken {
  readonly credential: Credential;
  readonly keys: KeySource;
  readonly keySet: KeySet;
}

/** The verified tokens that were used last, so that the next request needs no signature check. Only digests are kept. */
export class VerifiedTokens {
  readonly #tokens: LRUCache<string, VerifiedToken>;

  constructor(capacity: number) {
    this.#tokens = new LRUCache({ max: capacity });
  }

  /** What was verified, as long as the issuer's keys are the ones it was verified with; at once when these are known. */
  find(token: string): VerifiedToken | undefined | Promise<VerifiedToken | undefined> {
    const digest = digestOf(token);
    const known = this.#tokens.get(digest);
    if (known === undefined) return undefined;
    const keySet = known.keys.current();
    if (keySet instanceof Promise) return keySet.then((fetched) => this.#unlessOld(digest, known, fetched));
    return this.#unlessOld(digest, known, keySet);
  }

  #unlessOld(digest: string, known: VerifiedToken, keySet: KeySet): VerifiedToken | undefined {
    if (keySet === known.keySet) return known;
    this.#tokens.delete(digest);
    return undefined;
  }

  add(token: string, verified: VerifiedToken): void {
    this.#tokens.set(digestOf(token), verified);
  }
}

const digestOf = (token: string): string => hash('sha256', token, 'base64');
