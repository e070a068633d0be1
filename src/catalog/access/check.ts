/** A permission that objects took to be written, and what was said of it. */
export interface Check {
  /** Uids of the objects; ports that go with their device are asked for together. */
  readonly objectIds: readonly string[];
  readonly permission: string;
  readonly isAllowed: boolean;
  /** The scope on which it was asked for. */
  readonly scopeId: string;
  /** The scope at or above it on which a role with the permission is held. */
  readonly heldOn?: string;
  /** How OpenFGA was asked; absent when it was not. */
  readonly openfga?: { readonly relation: string; readonly modelId: string; readonly consistency: string };
}
