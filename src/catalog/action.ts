import type { Violation } from '../platform/errors.ts';
import type { Fields } from './fields.ts';
import type { FinalState } from './kind.ts';

/** An object that an action's input refers to. */
export interface ActionObject {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
}

/** One of the ordinary operations that an action consists of. */
export type ActionStep = {
  /** The input that a path of the manifest was made from, for violations: `{ 'spec.folderRef': 'folder' }`. */
  readonly from?: Readonly<Record<string, string>>;
} & (
  | {
      readonly do: 'create';
      readonly kind: string;
      readonly name: string;
      readonly namespace?: string;
      /** For kinds that live in projects. */
      readonly project?: string;
      readonly spec: Readonly<Record<string, unknown>>;
    }
  | {
      readonly do: 'update';
      readonly kind: string;
      readonly id: string;
      /** What changes, as in an update: `null` clears. */
      readonly spec: Readonly<Record<string, unknown>>;
      /** It takes effect also where no field changes. */
      readonly isRepeated?: true;
    }
  | { readonly do: 'delete'; readonly kind: string; readonly id: string }
);

/** What an action can query, and how it reports a violation. */
export interface ActionState extends FinalState {
  /** The violation's path is the name of an input. */
  addViolation(violation: Violation): readonly [];
}

/**
 * A change of state that people call by a name of its own (`moveProject`). It is a mutation, and becomes a write of
 * ordinary operations: the same rules, the same refusals, the same batch.
 */
export interface Action {
  readonly name: string;
  readonly description: string;
  /**
   * Kind (or abstract type) of the object that is shown afterwards: one that the input refers to, or one that is
   * made.
   */
  readonly shows: string;
  /** Name of the payload's field, when it is not the kind's own. */
  readonly as?: string;
  /** What it takes, in the vocabulary of kinds. */
  readonly input: Fields;
  /** Whether `plan` is given `null` for what is cleared; otherwise it is left out like what is not said. */
  readonly isClearing?: true;
  /**
   * The operations that the action consists of, given the state before the batch. Runs in the transaction, under the
   * write lock.
   */
  plan(input: Readonly<Record<string, unknown>>, state: ActionState): Promise<readonly ActionStep[]>;
}

/** Describes an action; references arrive in `plan` as `ActionObject`s, everything else as a manifest would say it. */
export const defineAction = <Input>(
  action: Omit<Action, 'plan'> & {
    readonly plan: (input: Input, state: ActionState) => Promise<readonly ActionStep[]> | readonly ActionStep[];
  },
): Action => ({ ...action, plan: async (input: never, state) => action.plan(input, state) });
