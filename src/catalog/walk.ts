import type { Sql } from '../platform/db/sql.ts';
import type { ChoiceField } from './fields.ts';
import type { See } from './link.ts';

/**
 * What no single statement can say: worked out in memory from several of them, each going on from where the one before has
 * led, for any number of objects at once.
 *
 *   keys ─► walk ─► values ─► the objects that they name, by one statement for each kind and selection
 */
export interface Walk {
  /**
   * The value of each key; what has none is left out. The keys of a field are ids of objects; those of a member are what
   * the member holds. What it tells of objects it asks `see` about.
   */
  readonly walk: (
    keys: readonly string[],
    given: Readonly<Record<string, unknown>>,
    see: See,
    ask: AskValue,
  ) => Promise<ReadonlyMap<string, unknown>>;
}

/** Runs one statement, given as an expression of type json or jsonb, and gives its value. */
export type AskValue = (expression: Sql) => Promise<unknown>;

/** An object as a value names it; whoever may not get it gets nothing in its place. */
export interface ObjectKey {
  readonly kind: string;
  readonly id: string;
}

/** A value of a walk's type: its members by name, and under `__typename` which type it has. */
export interface WalkValue {
  readonly __typename: string;
  readonly [member: string]: unknown;
}

/** What a walk, or a member of its values, gives. `assumedSize`: how many a list has, for the cost of an operation. */
export type WalkShape =
  /** A scalar, a `Quantity`, a value of the enum of a choice, or a small object that kinds have under this name. */
  | { readonly gives: 'value'; readonly type: string; readonly list?: boolean; readonly nullable?: boolean }
  /** An `ObjectKey` of a kind or an abstract type, or null; of a list, those that the caller may get. */
  | { readonly gives: 'object'; readonly to: string; readonly list?: boolean; readonly assumedSize?: number }
  /** A `WalkValue` of a type, or of one of those behind an interface. */
  | {
      readonly gives: 'values';
      readonly of: WalkType | WalkInterface;
      readonly list?: boolean;
      readonly assumedSize?: number;
      readonly nullable?: boolean;
    }
  /** A key, or null; from there another walk starts if the member is selected. */
  | { readonly gives: 'walk'; readonly walk: Walk; readonly shape: () => WalkShape };

export type WalkMember = WalkShape & { readonly description: string };

/** An object type of values that are worked out in memory. */
export interface WalkType {
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, WalkMember>>;
  /** Enums that its members have, and no kind. */
  readonly choices?: readonly ChoiceField[];
}

/** What several of them have in common. */
export interface WalkInterface {
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, WalkMember>>;
  readonly types: readonly WalkType[];
}
