import { hash } from 'node:crypto';
import type { Credential } from './authenticator.ts';
import type { KeySet, KeySource } from './key-source.ts';

/** A token whose signature was found good with these keys. */
export interface VerifiedToken {
  readonly credential: Credential;
  readonly keys: KeySource;
  readonly keySet: KeySet;
}

/** The tokens verified last, so that the next request needs no signature check. Only digests of them are kept. */
export class VerifiedTokens {
  readonly #capacity: number;
  readonly #tokens = new Map<string, VerifiedToken>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What was verified, as long as the issuer's keys are the ones it was verified with. */
  async find(token: string): Promise<VerifiedToken | undefined> {
    const digest = hash('sha256', token, 'base64');
    const known = this.#tokens.get(digest);
    if (known === undefined) return undefined;
    const isCurrent = (await known.keys.current()) === known.keySet;
    this.#tokens.delete(digest);
    if (!isCurrent) return undefined;
    // Behind all others: the first of the map is the one not used for longest.
    this.#tokens.set(digest, known);
    return known;
  }

  add(token: string, verified: VerifiedToken): void {
    this.#tokens.set(hash('sha256', token, 'base64'), verified);
    if (this.#tokens.size <= this.#capacity) return;
    const [oldest = ''] = this.#tokens.keys();
    this.#tokens.delete(oldest);
  }
}
