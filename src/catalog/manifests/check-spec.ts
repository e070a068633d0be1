import type { z } from 'zod';
import type { Violation } from '../../platform/errors.ts';
import { MOST_OF_OBJECT } from '../../platform/violation.ts';
import type { Fields, JsonFields } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { isStorable } from '../values/names.ts';
import { hint } from '../values/nearest.ts';
import { canonicalSpec } from './canonical-spec.ts';
import { membersAt } from './members-at.ts';
import { type Mended, mend } from './mend.ts';
import { pathText, type Steps } from './path.ts';
import { described, type IssueParams } from './spec-schema.ts';

export interface CheckedSpec {
  /** In its canonical form; undefined when it breaks a rule. */
  readonly spec: Record<string, unknown> | undefined;
  readonly violations: readonly (Violation & { readonly steps: Steps })[];
  /** What can be understood of one that breaks rules of form alone: enough to judge it by all others. */
  readonly mended?: Mended | undefined;
}

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);

/** Members that are null count as absent. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  );
};

/** Texts that no column can hold. */
function unstorable(value: unknown, steps: Steps): CheckedSpec['violations'][number][] {
  if (typeof value === 'string') {
    if (isStorable(value)) return [];
    const message = `${steps.at(-1)} holds a NUL character or half of a surrogate pair`;
    return [
      { rule: 'INVALID_CHARACTERS', message, path: pathText(steps), steps, accepted: 'Unicode text without NUL' },
    ];
  }
  if (Array.isArray(value)) return value.flatMap((inner, index) => unstorable(inner, [...steps, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...unstorable(key, [...steps, key]),
    ...unstorable(inner, [...steps, key]),
  ]);
}

const words: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  record: 'a map',
};

/** Checks a spec against its kind's description. Every violation, with its path. */
export function checkSpec(kind: KindModel, schema: z.ZodType, given: unknown): CheckedSpec {
  const { spec, violations, mended } = checkFields(kind.spec, schema, given, ['spec']);
  return {
    spec: spec && canonicalSpec(kind, spec),
    violations,
    mended: mended && { ...mended, spec: canonicalSpec(kind, mended.spec) },
  };
}

/** Checks an object against the description of its fields; `place` is where it stands, for the paths of violations. */
export function checkFields(fields: Fields | JsonFields, schema: z.ZodType, given: unknown, place: Steps): CheckedSpec {
  const cleaned = withoutNulls(given);
  const parsed = schema.safeParse(cleaned);
  const odd = unstorable(cleaned, place);
  if (parsed.success && odd.length === 0) return { spec: parsed.data as Record<string, unknown>, violations: [] };
  const issues = parsed.success ? [] : parsed.error.issues;
  const broken = issues.flatMap((issue) => violationsOf(fields, cleaned, issue, place));
  const mended = odd.length === 0 ? mend(fields, schema, cleaned, issues, place) : undefined;
  return { spec: undefined, violations: [...broken, ...odd], mended };
}

function violationsOf(
  fields: Fields | JsonFields,
  given: unknown,
  issue: z.core.$ZodIssue,
  place: Steps,
): CheckedSpec['violations'][number][] {
  const steps = [...place, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const value = at(given, issue.path);
  const violation = (rule: string, message: string, accepted?: string) => ({
    rule,
    message,
    path: pathText(steps),
    steps,
    ...(value !== undefined && { value }),
    ...(accepted !== undefined && { accepted }),
  });
  const last = steps.findLast((step) => typeof step === 'string') ?? 'spec';
  const field = typeof steps.at(-1) === 'number' ? `an entry of ${last}` : String(last);
  if (issue.code === 'unrecognized_keys') {
    const known = membersAt(fields, issue.path);
    const accepted = known.join(', ');
    const reported = issue.keys.slice(0, MOST_OF_OBJECT).map((key) => ({
      rule: 'UNKNOWN_FIELD',
      message: `unknown field '${key}'${hint(key, known)}`,
      path: pathText([...steps, key]),
      steps: [...steps, key],
      ...(known.length > 0 && { accepted }),
    }));
    // Violations beyond the limit are not reported, only counted.
    const others = issue.keys.slice(MOST_OF_OBJECT).map((key) => ({
      rule: 'UNKNOWN_FIELD',
      message: `unknown field '${key}'`,
      steps,
    }));
    return [...reported, ...others];
  }
  if (issue.code === 'invalid_value') {
    const values = issue.values.map(String);
    if (value === undefined) return [violation('REQUIRED', `${field} is missing`, values.join(', '))];
    const guess = typeof value === 'string' ? hint(value, values) : '';
    const rule = typeof value === 'string' ? 'INVALID_VALUE' : 'WRONG_TYPE';
    return [violation(rule, `${field} cannot be ${described(value)}${guess}`, values.join(', '))];
  }
  if (value === undefined) return [violation('REQUIRED', `${field} is missing`)];
  if (issue.code === 'invalid_type') {
    const wanted = words[issue.expected] ?? `a ${issue.expected}`;
    const quotes = issue.expected === 'string' && typeof value !== 'object' ? '; put it in quotes' : '';
    return [violation('WRONG_TYPE', `${field} takes ${wanted}, not ${described(value)}${quotes}`, wanted)];
  }
  const { rule = 'INVALID_VALUE', accepted } = (
    issue.code === 'custom' ? (issue.params ?? {}) : {}
  ) as Partial<IssueParams>;
  return [
    violation(
      rule,
      `${field} ${issue.message}${accepted === undefined || rule === 'WRONG_TYPE' ? '' : `; accepted: ${accepted}`}`,
      accepted,
    ),
  ];
}
