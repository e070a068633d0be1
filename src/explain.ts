import { carried, carrying } from './platform/carried.ts';
import type { Answer } from './platform/http/refusal.ts';
import { createTally } from './platform/tally.ts';

/** Asks for `extensions.explain`: the statements and the calls to OpenFGA that a request was answered with. */
export const EXPLAIN_HEADER = 'x-catalog-explain';

/** Runs a request and adds to its result how it was answered, if the caller may know. */
export async function explain(answer: () => Promise<Answer>, mayExplain: () => Promise<boolean>): Promise<Answer> {
  const startedAt = performance.now();
  const { operation, tally: whole } = carried();
  const tally = createTally(whole);
  const explained = () => ({
    statements: tally.statements.length,
    openfgaCalls: tally.openfgaCalls,
    sql: tally.statements.map((statement) => statement.sql),
    ms: Math.round((performance.now() - startedAt) * 100) / 100,
  });
  if (operation !== undefined)
    operation.delivery.moreExtensions = async () => {
      const now = explained();
      return (await mayExplain()) ? { explain: now } : {};
    };
  return carrying({ tally }, answer);
}
