import type { Statement } from '../carried.ts';

const MOST_STATEMENTS = 20;
const LONGEST_TEXT = 4_096;

/** What a slow operation ran, the slowest first: texts without values, each once with how often and how long it ran. */
export function planOf(statements: readonly Statement[]): readonly { sql: string; times: number; ms: number }[] {
  return [...Map.groupBy(statements, ({ sql }) => sql)]
    .map(([sql, runs]) => ({
      sql: sql.slice(0, LONGEST_TEXT),
      times: runs.length,
      ms: Math.round(runs.reduce((sum, { ms }) => sum + ms, 0) * 10) / 10,
    }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, MOST_STATEMENTS);
}
