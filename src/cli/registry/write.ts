import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { createTable } from '../table.ts';
import { noteViolations, noteWarnings, USER_ERROR_FIELDS, type UserError, type Warning } from '../violations.ts';
import { askVerdict, MOST_CHANGES, noteRefusals, printPlan, type RegistryChange, type Verdict } from './verdict.ts';

/** One operation of a batch, what the rules call it, and how a table tells of it. */
export interface Planned {
  readonly operation: Readonly<Record<string, unknown>>;
  readonly change: RegistryChange;
  readonly object: string;
  /** `v1 → v2` */
  readonly what: string;
}

interface BatchPayload {
  readonly results: readonly {
    readonly operation: number;
    readonly outcome: string;
    readonly warnings: readonly Warning[];
  }[];
  readonly userErrors: readonly UserError[];
}

const BATCH = `mutation CatalogRollOut($input: BatchInput!) { batch(input: $input) {
  results { operation outcome warnings { code message } } userErrors { ${USER_ERROR_FIELDS} } } }`;

/** What stands in the way behind what a batch was refused for: the phase may be only the first of it. */
const whatElse = ({ violations }: Verdict, told: readonly UserError[]): Pick<Verdict, 'violations' | 'warnings'> => ({
  violations: violations.filter(({ code }) => code !== 'DOES_NOT_FIT' && !told.some((error) => error.code === code)),
  warnings: [],
});

/** Does it as one batch. When it is refused, says what has to be done before, with the command that was typed last. */
export async function rollOut(
  session: Session,
  planned: readonly Planned[],
  { isTrial, typed }: { readonly isTrial: boolean; readonly typed: string },
): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const input = { operations: planned.map(({ operation }) => operation), validateOnly: isTrial };
  const { batch } = await client.execute<{ batch: BatchPayload }>(BATCH, { input }, { isWrite: !isTrial });
  if (batch.userErrors.length > 0) {
    noteViolations(batch.userErrors, [], terminal);
    terminal.note(`nothing was changed: ${count(batch.userErrors.length, 'refusal')}`);
    const changes = planned.map(({ change }) => change);
    if (changes.length <= MOST_CHANGES) {
      const verdict = await askVerdict(client, changes);
      if (!verdict.isAllowed && !verdict.isPossible) noteRefusals(session, whatElse(verdict, batch.userErrors));
      if (!verdict.isAllowed) await printPlan(session, changes, verdict, typed);
    }
    return 1;
  }
  for (const { warnings } of batch.results) noteWarnings(warnings, terminal);
  if (terminal.isQuiet) return 0;
  const outcomes = new Map(batch.results.map(({ operation, outcome }) => [operation, outcome.toLowerCase()]));
  const table = createTable(['OBJECT', 'CHANGE', 'OUTCOME']);
  const rows = planned.map(({ object, what }, index) => {
    const outcome = outcomes.get(index) ?? 'unchanged';
    return [object, what, isTrial && outcome !== 'unchanged' ? `would be ${outcome}` : outcome];
  });
  await terminal.print(table.rows(rows));
  return 0;
}
