import type { DocumentNode } from 'graphql';

/** A document that was found valid, which need not be looked at again. */
export interface ValidDocument {
  readonly hash: string;
  readonly document: DocumentNode;
  readonly text: string;
}
