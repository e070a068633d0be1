import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Check } from '../../access/check.ts';
import type { Author } from '../../author.ts';
import type { History } from '../../history/history.ts';
import { type Batch, draftsOf } from '../batch.ts';
import { type ClientRequest, keepOutcome } from '../client-requests.ts';
import { isFoundDeletion } from '../deletion.ts';
import { resultsOf } from '../results.ts';

/** A request whose effect is recorded. */
interface Recorded {
  readonly batch: Batch;
  readonly by: Author;
  readonly request: ClientRequest | undefined;
}

/**
 * The last step of a transaction that is kept: history, the outcome for the same request when it comes again, and the
 * access version. Gives the position in the outbox up to which the write's effect on rights has to be applied; 0: none.
 */
export async function record(
  connection: Queryable,
  verb: string,
  recorded: Recorded,
  history: History | undefined,
): Promise<bigint> {
  const { by, batch } = recorded;
  await history?.record(connection, by, verb, batch.checks, askedFor(batch));
  return conclude(connection, [recorded]);
}

/** The objects that a batch is about; what else has changed went along with them, whether or not its author may see it. */
const askedFor = (batch: Batch): string[] => [
  ...draftsOf(batch).map(({ id }) => id),
  ...batch.deletions.flatMap((one) => (isFoundDeletion(one) && one.stored !== undefined ? [one.stored.id] : [])),
];

/** The same for requests that one transaction has done; each with the objects that it has changed. */
export async function recordTogether(
  connection: Queryable,
  verb: string,
  recorded: readonly (Recorded & { readonly objectIds: readonly string[] })[],
  checks: readonly Check[],
  history: History | undefined,
): Promise<bigint> {
  await history?.recordTogether(connection, verb, recorded, checks);
  return conclude(connection, recorded);
}

async function conclude(connection: Queryable, recorded: readonly Recorded[]): Promise<bigint> {
  for (const { by, request, batch } of recorded) {
    if (request !== undefined) await keepOutcome(connection, by, request, resultsOf(batch, true));
  }
  const [row] = await connection.cells(
    // The newest is this transaction's own or none is: all others wrote theirs before it had the lock.
    sql`select access_version_follow(), (select case when n.created_at = now() then n.seq end
        from (select seq, created_at from authz_outbox where applied_at is null order by seq desc limit 1) n)`,
  );
  return typeof row?.[1] === 'bigint' ? row[1] : 0n;
}
