import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Author } from '../../author.ts';
import type { History } from '../../history/history.ts';
import type { Batch } from '../batch.ts';
import { type ClientRequest, keepOutcome } from '../client-requests.ts';
import { resultsOf } from '../results.ts';

/**
 * The last step of a transaction that is kept: history, the outcome for the same request when it comes again, and the
 * access version. Gives the position in the outbox up to which the write's effect on rights has to be applied; 0: none.
 */
export async function record(
  connection: Queryable,
  batch: Batch,
  {
    by,
    verb,
    history,
    request,
  }: {
    readonly by: Author;
    readonly verb: string;
    readonly history: History | undefined;
    readonly request: ClientRequest | undefined;
  },
): Promise<bigint> {
  await history?.record(connection, by, verb, batch.checks);
  if (request !== undefined) await keepOutcome(connection, by, request, resultsOf(batch, true));
  const [row] = await connection.cells(
    // The newest is this transaction's own or none is: all others wrote theirs before it had the lock.
    sql`select access_version_follow(), (select case when n.created_at = now() then n.seq end
        from (select seq, created_at from authz_outbox where applied_at is null order by seq desc limit 1) n)`,
  );
  return typeof row?.[1] === 'bigint' ? row[1] : 0n;
}
