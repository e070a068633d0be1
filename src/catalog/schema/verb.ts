import type { Steps } from '../manifests/path.ts';
import type { KindModel } from '../model.ts';
import type { Operation } from '../write/operation.ts';
import type { InputRef } from './builder.ts';
import type { Input } from './input-content.ts';

/** One mutation that writes: alone as a field of Mutation, and as one operation of a batch. */
export interface Verb {
  /** `createRack`. */
  readonly name: string;
  readonly description: string;
  readonly input: InputRef<unknown>;
  /** The kind of the object that the payload shows; nothing for one that deletes. */
  readonly shows: KindModel | undefined;
  /** What the input asks for; `at` is where the input stands in the request. */
  readonly read: (input: Input, at: Steps) => Operation;
}
