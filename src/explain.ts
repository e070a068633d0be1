import type { Answer } from './platform/http/refusal.ts';
import { tallied } from './platform/tally.ts';

/** Asks for `extensions.explain`: the statements and the calls to OpenFGA that a request was answered with. */
export const EXPLAIN_HEADER = 'x-catalog-explain';

/** Runs a request and adds to its response how it was answered, if the caller may know. */
export async function explain(answer: () => Promise<Answer>, mayExplain: () => Promise<boolean>): Promise<Answer> {
  const startedAt = performance.now();
  const { result, statements, openfgaCalls } = await tallied(answer);
  const ms = Math.round((performance.now() - startedAt) * 100) / 100;
  if (!(await mayExplain())) return result;
  return withExtension(result, {
    statements: statements.length,
    openfgaCalls,
    sql: statements.map((statement) => statement.sql),
    ms,
  });
}

function withExtension(response: Answer, explained: object): Answer {
  // What is kept ready to be sent took no statement.
  if (typeof response.body !== 'string') return response;
  const parsed = JSON.parse(response.body) as { extensions?: object };
  return { ...response, body: JSON.stringify({ ...parsed, extensions: { ...parsed.extensions, explain: explained } }) };
}
