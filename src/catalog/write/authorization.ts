import type { OpenFga } from '../../platform/openfga/client.ts';

/** What the write pipeline needs from the component that keeps OpenFGA up to date. */
export interface Authorization {
  /** The store with the model in force. */
  openfga(): OpenFga;
  /** The model's relations of permissions. */
  relations(permissions: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Applies what is committed and not yet in force. */
  flush(): Promise<boolean>;
  /** Whether everything up to a position of the outbox is in force, waiting for it at most so long. */
  isApplied(seq: bigint, withinMs: number): Promise<boolean>;
}
