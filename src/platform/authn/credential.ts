/** What a valid token says about the caller. Issuer and subject together are the identity, one alone is none. */
export interface Credential {
  readonly issuer: string;
  readonly subject: string;
  /** The client that the token was given to. */
  readonly clientId?: string;
  /** Who acts on behalf of the subject (`act.sub`). */
  readonly delegatedBy?: string;
  /** For display only; missing when the issuer has not verified it. */
  readonly email?: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}
