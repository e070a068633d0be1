import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Check } from '../../access/check.ts';
import type { Author } from '../../author.ts';
import type { History } from '../../history/history.ts';
import type { KindModel } from '../../model.ts';
import { type Batch, draftsOf, violationsOf } from '../batch.ts';
import { type ClientRequest, keepOutcome } from '../client-requests.ts';
import { isFoundDeletion } from '../deletion.ts';
import { isChanged, isCompared } from '../draft.ts';
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
  const [kind, ...others] = new Set(draftsOf(batch).map((draft) => draft.kind));
  if (kind !== undefined && others.length === 0 && isRelabelling(batch))
    return recordTogether(connection, verb, kind, [recorded], batch.checks, history);
  await keepOutcomes(connection, [recorded]);
  const concluded = await history?.record(connection, by, verb, batch.checks, askedFor(batch), conclusion);
  return positionIn(concluded ?? (await conclude(connection)));
}

/** Nothing is changed by a batch but labels and annotations, and nothing is wrong with it. */
export const isRelabelling = ({ entries, deletions }: Batch): boolean =>
  deletions.length === 0 &&
  entries.every((entry) => entry.draft?.keepsSpec === true && violationsOf(entry).length === 0);

/** The objects that a batch is about; what else has changed went along with them, whether or not its author may see it. */
const askedFor = (batch: Batch): string[] => [
  ...draftsOf(batch).map(({ id }) => id),
  ...batch.deletions.flatMap((one) => (isFoundDeletion(one) && one.stored !== undefined ? [one.stored.id] : [])),
];

/** The same for requests that one transaction has done, each of which has changed labels and annotations of a kind alone. */
export async function recordTogether(
  connection: Queryable,
  verb: string,
  kind: KindModel,
  recorded: readonly Recorded[],
  checks: readonly Check[],
  history: History | undefined,
): Promise<bigint> {
  await keepOutcomes(connection, recorded);
  const done = recorded.map(({ by, batch }) => ({ by, objectIds: changedIn(batch) }));
  const concluded = await history?.recordTogether(connection, verb, kind, done, checks, conclusion);
  return positionIn(concluded ?? (await conclude(connection)));
}

const changedIn = (batch: Batch): string[] =>
  draftsOf(batch).flatMap((draft) => (isCompared(draft) && isChanged(draft) ? [draft.id] : []));

async function keepOutcomes(connection: Queryable, recorded: readonly Recorded[]): Promise<void> {
  for (const { by, request, batch } of recorded) {
    if (request !== undefined) await keepOutcome(connection, by, request, resultsOf(batch, true));
  }
}

/**
 * What the last statement of a write does and gives besides. The newest entry of the outbox is this transaction's own or none
 * is: all others wrote theirs before it had the lock.
 */
const conclusion = sql`access_version_follow(), (select case when n.created_at = now() then n.seq end
  from (select seq, created_at from authz_outbox where applied_at is null order by seq desc limit 1) n)`;

async function conclude(connection: Queryable): Promise<readonly unknown[]> {
  const [row = []] = await connection.cells(sql`select ${conclusion}`);
  return row;
}

const positionIn = (concluded: readonly unknown[]): bigint => {
  const position = concluded.at(-1);
  return typeof position === 'bigint' ? position : 0n;
};
