import type { Mention, Violation } from './violation.ts';

/** What is said in place of a name. */
export const HIDDEN = 'something that you may not see';

/** The names that a violation mentions of objects with these uids. */
export const namesOf = ({ mentions = [] }: Pick<Violation, 'mentions'>, hidden: ReadonlySet<string>): string[] =>
  mentions.filter(({ id }) => hidden.has(id)).map(({ name }) => name);

/** By kind and name or namespace and name, or by its name alone as one word. */
function patternOf(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])(?:[\\w.-]+/)?${literal}(?![\\w-]|\\.\\w)`, 'g');
}

/** Which of these mentions a text may be about: those whose names stand in it. */
export function mentionedIn(text: string, mentions: readonly Mention[]): readonly Mention[] {
  const found = wordsOf(text);
  return mentions.filter(({ name }) => (plain.test(name) ? found.has(name) : text.includes(name)));
}

/** A name of nothing but what words consist of. */
const plain = /^\w[\w.-]*$/;
const words = /\w[\w.-]*/g;

/** The names that a word may be, in a text: full stops at its end, or before a dash, may be the sentence's. */
const namesIn = (word: string): string[] => [
  word,
  ...Array.from(word.matchAll(/\.(?!\w)/g), ({ index }) => word.slice(0, index)),
];

const wordsOf = (text: string): ReadonlySet<string> => new Set((text.match(words) ?? []).flatMap(namesIn));

/**
 * Takes names out of violations: of their sentences, of what was refused and of what would be accepted. However many
 * names there are, only those are looked for whose words a text has.
 */
export function createHider(names: readonly string[]): (violation: Violation, more: readonly string[]) => Violation {
  const known = new Set(names.filter((name) => plain.test(name)));
  const others = [...new Set(names.filter((name) => !plain.test(name)))].map(patternOf);
  return (violation, more) => {
    const own = more.map(patternOf);
    const clean = (text: string): string => {
      const found = [...wordsOf(text)].filter((name) => known.has(name));
      const longestFirst = found.sort((a, b) => b.length - a.length);
      const patterns = [...own, ...longestFirst.map(patternOf), ...others];
      return patterns.reduce((cleaned, pattern) => cleaned.replace(pattern, HIDDEN), text);
    };
    return hideWith(violation, clean);
  };
}

/** A violation without some names. */
export const hideIn = (violation: Violation, names: readonly string[]): Violation =>
  names.length === 0 ? violation : createHider([])(violation, names);

function hideWith(violation: Violation, clean: (text: string) => string): Violation {
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
