/** An object that a message names. */
export interface Mention {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** What is not the case and would have to be. */
export interface MissingFact {
  /** The object that it is about: `Deployment/relay.eu`. */
  readonly object: string;
  /** Path in that object's manifest; absent when it is about the object as a whole. */
  readonly path?: string;
  /** The value there: `relay.v2 or higher`; `present` where any version will do; `absent` when the object must not be. */
  readonly needed: string;
}

/** One rule that an input breaks: which rule, on what, where, and what would be accepted. */
export interface Violation {
  /** Stable name in CONSTANT_CASE: `REFERENCE_NOT_FOUND`. */
  readonly rule: string;
  readonly message: string;
  /** The object, for people: `Rack/a14`. Several may be called so. */
  readonly subject?: string;
  /** Uid of that very object, in the store or about to be: what tells it from its namesakes. */
  readonly objectId?: string;
  /** Path in the manifest or the argument: `spec.placement.startUnit`. */
  readonly path?: string;
  /** The same place in the GraphQL input, step by step, when it came in one: `['input', 'placement', 'startUnit']`. */
  readonly inputPath?: readonly (string | number)[];
  readonly value?: unknown;
  readonly accepted?: string;
  /** Other objects that message and `accepted` name: they are left out where the caller may not see them. */
  readonly mentions?: readonly Mention[];
  /** All that is missing, and no less would do. */
  readonly missing?: readonly MissingFact[];
  readonly source?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Greatest number of violations that are reported for one object, and for one request. Of the others only the number
 * is reported.
 */
export const MOST_OF_OBJECT = 100;
export const MOST_OF_REQUEST = 1_000;

const LONGEST_VALUE = 256;
const LONGEST_TEXT = 1_000;
/** A text as long as a person reads it. */
export const cut = (text: string, longest = LONGEST_TEXT): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** A value as it was given, as far as it helps to find it again. */
function cutValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, LONGEST_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  return isLong(value, { left: LONGEST_VALUE }) ? (Array.isArray(value) ? 'a long list' : 'a large object') : value;
}

/** Looks no further into a value than it takes to tell. */
function isLong(value: unknown, room: { left: number }): boolean {
  room.left -= typeof value === 'string' ? value.length : 1;
  if (room.left < 0) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) {
    room.left -= key.length;
    if (isLong((value as Readonly<Record<string, unknown>>)[key], room)) return true;
  }
  return false;
}

function cutTexts(violation: Violation): Violation {
  const { message, subject, path, inputPath, value, accepted, missing } = violation;
  return {
    ...violation,
    message: cut(message),
    ...(subject !== undefined && { subject: cut(subject) }),
    ...(path !== undefined && { path: cut(path) }),
    ...(inputPath !== undefined && {
      inputPath: inputPath.map((step) => (typeof step === 'string' ? cut(step, LONGEST_VALUE) : step)),
    }),
    ...(value !== undefined && { value: cutValue(value) }),
    ...(accepted !== undefined && { accepted: cut(accepted) }),
    ...(missing !== undefined && { missing: missing.slice(0, MOST_OF_OBJECT) }),
  };
}

/** The violation that gives the number of those that are not reported. */
export const more = (count: number): Violation => ({ rule: 'MORE_VIOLATIONS', message: `and ${count} more` });

/** As many violations as an answer tells, none longer than a person reads, and the number of the others. */
export function bounded(violations: readonly Violation[], most: number): readonly Violation[] {
  const shown = violations.slice(0, most).map(cutTexts);
  const others = violations.length - shown.length;
  return others === 0 ? shown : [...shown, more(others)];
}
