/** Who acts: a principal behind a verified token, the system itself, or nobody in particular. */
export interface Caller {
  readonly kind: 'User' | 'ServiceAccount' | 'System' | 'Anonymous';
  /** Uid of the User or ServiceAccount; null for the other two. */
  readonly principalId: string | null;
  readonly name: string;
  /** Address of a User, for display. */
  readonly email?: string;
  /** Where the token came from; absent for the system and for nobody. */
  readonly issuer?: string;
  readonly subject?: string;
  /** Client that the token was made for (`azp`). */
  readonly clientId?: string;
  /** Who acts on behalf of it (`act.sub`): an application or a colleague that was let do so. */
  readonly delegatedBy?: string;
}

/** The service itself: the example world on first start, derived objects, workers. Nothing is refused to it. */
export const system: Caller = { kind: 'System', principalId: null, name: 'system' };

/** Nobody is signed in. */
export const anonymous: Caller = { kind: 'Anonymous', principalId: null, name: 'anonymous' };
