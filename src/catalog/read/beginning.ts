import { type Sql, sql } from '../../platform/db/sql.ts';

const LAST_POINT = 0x10_ffff;
const BEFORE_SURROGATES = 0xd7ff;
const AFTER_SURROGATES = 0xe000;

/** The first text, by code points, behind all that begin with this one; undefined where there is none behind them. */
export function behindBeginning(beginning: string): string | undefined {
  const points = Array.from(beginning.toWellFormed(), (letter) => letter.codePointAt(0) ?? 0);
  while (points.at(-1) === LAST_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1);
}

/**
 * That a text begins with another, in a database that compares texts by code points. An index leads to it whatever the values
 * are: of `like` PostgreSQL has to know the pattern when it plans, and a plan for all patterns looks through the whole table.
 */
export function beginsWith(value: Sql, beginning: string): Sql {
  const behind = behindBeginning(beginning);
  const from = sql`${value} >= ${beginning}::text`;
  return behind === undefined ? from : sql`(${from} and ${value} < ${behind}::text)`;
}

/** A text in which no letter sorts otherwise before another one than alone. */
const PLAIN = /^[ -~]*$/;

/**
 * What holds of all texts that begin with another in the order in which numbers count (`natural_order`): an index in that order has them
 * between these two. Digits at the end may be the first ones of a larger number.
 */
export function boundsInNaturalOrder(value: Sql, beginning: string): Sql[] {
  if (!PLAIN.test(beginning)) return [];
  const last = `${beginning.replace(/\d+$/, '')}\uffff`;
  return [sql`${value} >= ${beginning}::text`, sql`${value} <= ${last}::text`];
}
