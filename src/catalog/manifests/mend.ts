import type { z } from 'zod';
import type { Fields, JsonFields } from '../fields.ts';
import { isObject } from '../values/is-object.ts';
import { nearest } from '../values/nearest.ts';
import { membersAt } from './members-at.ts';
import { pathText, type Steps } from './path.ts';

/** A spec without what cannot be read in it. */
export interface Mended {
  readonly spec: Record<string, unknown>;
  /** Paths at which something was given that is not in it: what is found wrong there may follow from that alone. */
  readonly unread: readonly string[];
}

/** Nobody looks at so many mistakes, and mending each takes a search. */
const MOST_MENDED = 50;

/**
 * Takes out of a spec what breaks a rule of form: unknown members, which count as the member that was probably meant if
 * that is free, and optional members of a wrong form. Undefined where more is wrong, such as a missing member.
 */
export function mend(
  fields: Fields | JsonFields,
  schema: z.ZodType,
  given: unknown,
  issues: readonly z.core.$ZodIssue[],
  place: Steps,
): Mended | undefined {
  if (issues.length > MOST_MENDED) return undefined;
  const copy: unknown = structuredClone(given);
  const unread: string[] = [];
  for (const issue of issues) {
    const holder = at(copy, issue.path);
    if (issue.code === 'unrecognized_keys' && isObject(holder)) {
      rename(holder, issue.keys, membersAt(fields, issue.path));
    }
  }
  for (const issue of issues.filter(({ code }) => code !== 'unrecognized_keys')) {
    const last = issue.path.at(-1);
    const holder = at(copy, issue.path.slice(0, -1));
    if (typeof last !== 'string' || !isObject(holder) || holder[last] === undefined) return undefined;
    // What was missing stood there under another name.
    if (at(given, issue.path) === undefined) continue;
    delete holder[last];
    unread.push(pathText([...place, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]));
  }
  const parsed = schema.safeParse(copy);
  return parsed.success ? { spec: parsed.data as Record<string, unknown>, unread } : undefined;
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);

function rename(holder: Record<string, unknown>, unknown: readonly string[], known: readonly string[]): void {
  for (const key of unknown.slice(0, MOST_MENDED)) {
    const meant = nearest(key, known);
    if (meant !== undefined && holder[meant] === undefined) holder[meant] = holder[key];
  }
  for (const key of unknown) delete holder[key];
}
