import type { Violation } from './violation.ts';

/** What is said in place of a name. */
export const HIDDEN = 'something that you may not see';

/** The names that a violation mentions of objects with these uids. */
export const namesOf = ({ mentions = [] }: Violation, hidden: ReadonlySet<string>): string[] =>
  mentions.filter(({ id }) => hidden.has(id)).map(({ name }) => name);

/** A violation without some names: not in its sentences, nor in what was refused and what would be accepted. */
export function hideIn(violation: Violation, names: readonly string[]): Violation {
  if (names.length === 0) return violation;
  const patterns = names.map((name) => {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // By kind and name, or by its name alone as one word.
    return new RegExp(`(?<![\\w.-])(?:\\w+/)?${literal}(?![\\w-]|\\.\\w)`, 'g');
  });
  const clean = (text: string): string => patterns.reduce((cleaned, pattern) => cleaned.replace(pattern, HIDDEN), text);
  const { subject, message, accepted, value, missing } = violation;
  return {
    ...violation,
    message: clean(message),
    ...(subject !== undefined && { subject: clean(subject) }),
    ...(accepted !== undefined && { accepted: clean(accepted) }),
    ...(value !== undefined && { value: cleanValue(value, clean) }),
    ...(missing !== undefined && {
      missing: missing.map((fact) => ({ ...fact, object: clean(fact.object), needed: clean(fact.needed) })),
    }),
  };
}

function cleanValue(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleanValue(inner, clean)]));
}
