import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Requirement } from './parse.ts';

const numeric = '^-?[0-9]{1,18}$';

/** A requirement on a text expression, as of a derived label, that is null when the label is absent. */
export function onExpression(value: Sql, { operator, values }: Requirement): Sql {
  switch (operator) {
    case 'exists':
      return sql`${value} is not null`;
    case 'absent':
      return sql`${value} is null`;
    case 'in':
      return sql`coalesce(${value} = any(${values}::text[]), false)`;
    case 'notin':
      return sql`coalesce(${value} <> all(${values}::text[]), true)`;
    default: {
      // A label that is no whole number fits neither comparison; the case keeps the cast from ever failing.
      const sign = sql.raw(operator === 'gt' ? '>' : '<');
      return sql`(case when ${value} ~ ${numeric} then (${value})::numeric ${sign} ${values[0] ?? '0'}::numeric else false end)`;
    }
  }
}

/** A requirement on a jsonb column, in the form its GIN index serves. */
export function onColumn(labels: Sql, requirement: Requirement): Sql {
  const { key, operator, values } = requirement;
  const equals = (value: string): Sql => sql`${labels} @> ${JSON.stringify({ [key]: value })}::jsonb`;
  // One text for any number of values; a bitmap scan of the index goes through the array.
  const anyEquals = (): Sql => {
    const [only = '', another] = values;
    if (another === undefined) return equals(only);
    return sql`${labels} @> any(${values.map((value) => JSON.stringify({ [key]: value }))}::text[]::jsonb[])`;
  };
  switch (operator) {
    case 'exists':
      return sql`${labels} ? ${key}::text`;
    case 'absent':
      return sql`not ${labels} ? ${key}::text`;
    case 'in':
      return anyEquals();
    case 'notin':
      return sql`not (${anyEquals()})`;
    default:
      return onExpression(sql`(${labels} ->> ${key}::text)`, requirement);
  }
}

/** The condition that stored labels fit. */
export const compileSelector = (requirements: readonly Requirement[], labels: Sql): Sql =>
  sql.join(
    requirements.map((requirement) => onColumn(labels, requirement)),
    ' and ',
  );
