import { invalidInput } from '../../platform/errors.ts';

type Where = Readonly<Record<string, unknown>>;

/** More conditions than a person or a portal writes; values of `in` do not count. */
export const MAX_CONDITIONS = 200;

const isWhere = (value: unknown): value is Where =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A `where` of bounded size. Alternatives that compare the same field with single values become one comparison with a
 * list, so that neither the statement's text nor the time to plan it grows with their number. Throws when more than
 * `MAX_CONDITIONS` conditions are left.
 */
export function boundedWhere(where: unknown): unknown {
  if (!isWhere(where)) return where;
  const bounded = withSets(where);
  const count = conditionsIn(bounded);
  if (count <= MAX_CONDITIONS) return bounded;
  throw invalidInput({
    rule: 'FILTER_TOO_LARGE',
    path: 'where',
    message: `where has ${count} conditions; at most ${MAX_CONDITIONS} are allowed`,
    accepted: 'many values of one field in one `in`',
  });
}

function withSets(where: Where): Where {
  return Object.fromEntries(
    Object.entries(where).map(([name, value]) => {
      if (isWhere(value)) return [name, withSets(value)];
      if ((name !== 'and' && name !== 'or') || !Array.isArray(value)) return [name, value];
      const members = value.map((member: unknown) => (isWhere(member) ? withSets(member) : member));
      return [name, name === 'or' ? mergeAlternatives(members) : members];
    }),
  );
}

/** `[{name: {eq: "a"}}, {name: {in: ["b"]}}, other]` → `[{name: {in: ["a", "b"]}}, other]`. */
function mergeAlternatives(alternatives: readonly unknown[]): unknown[] {
  const sets = new Map<string, unknown[]>();
  const rest: unknown[] = [];
  for (const alternative of alternatives) {
    const comparison = isWhere(alternative) ? valuesOf(alternative) : undefined;
    if (comparison === undefined) rest.push(alternative);
    else {
      const known = sets.get(comparison.name);
      if (known === undefined) sets.set(comparison.name, [...comparison.values]);
      else known.push(...comparison.values);
    }
  }
  return [...[...sets].map(([name, values]) => ({ [name]: { in: values } })), ...rest];
}

/** The field and the values that an alternative compares, when it does nothing else. */
function valuesOf(where: Where): { name: string; values: readonly unknown[] } | undefined {
  const [entry, another] = Object.entries(where);
  if (entry === undefined || another !== undefined) return undefined;
  const [name, comparison] = entry;
  if (!isWhere(comparison)) return undefined;
  const [only, more] = Object.entries(comparison);
  if (only === undefined || more !== undefined) return undefined;
  const [operator, operand] = only;
  if (operator === 'eq' && operand !== null) return { name, values: [operand] };
  return operator === 'in' && Array.isArray(operand) ? { name, values: operand } : undefined;
}

function conditionsIn(where: Where): number {
  let count = 0;
  for (const [name, value] of Object.entries(where)) {
    if (name === 'and' || name === 'or') {
      for (const inner of Array.isArray(value) ? value : []) count += isWhere(inner) ? conditionsIn(inner) : 0;
    } else if (isWhere(value)) count += Math.max(1, conditionsIn(value));
    else count += 1;
  }
  return count;
}
