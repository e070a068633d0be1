import type { LocalJWKSet } from 'jose';

/** An issuer's public keys at one moment; as long as they stay the same, it is the same object. */
export type KeySet = LocalJWKSet;

/** Where an issuer's keys come from. */
export interface KeySource {
  /** The keys in force; `UnavailableError` when none could be fetched yet. At once when nobody has to be asked for them. */
  current(): KeySet | Promise<KeySet>;
  /** The keys in force, fetched again if that is due, because a key is needed that is not among `current()`. */
  renewed(): Promise<KeySet>;
}

export interface KeySourceOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when an issuer's keys cannot be fetched. */
  readonly report: (problem: Error) => void;
}
