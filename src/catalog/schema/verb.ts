import type { Steps } from '../manifests/path.ts';
import type { KindModel } from '../model.ts';
import type { Operation } from '../write/operation.ts';
import type { Input } from './input-content.ts';

/** Describes the one argument of every mutation. */
export const INPUT_DESCRIPTION = 'What the mutation is to do, and how.';

/** An object of a payload: under which field, of which type, and which kinds that may be. */
export interface Shown {
  readonly field: string;
  readonly type: string;
  readonly kinds: readonly KindModel[];
}

/** One mutation that writes: alone as a field of Mutation, and as one operation of a batch. */
export interface Verb {
  /** `createRack`. */
  readonly name: string;
  readonly description: string;
  /** Name of the input type. */
  readonly input: string;
  /** The object that the payload shows; nothing for one that deletes. */
  readonly shows: Shown | undefined;
  /** The operation that the input asks for; `at` is the input's path in the request. */
  readonly read: (input: Input, at: Steps) => Operation;
}
