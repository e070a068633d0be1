import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Author } from '../../author.ts';
import type { Concluded, History } from '../../history/history.ts';
import type { KindModel } from '../../model.ts';
import { awaitChecks, type Batch, draftsOf, isRefused, violationsOf } from '../batch.ts';
import { type ClientRequest, keepOutcome } from '../client-requests.ts';
import { isFoundDeletion } from '../deletion.ts';
import { isChanged, isCompared, keepsSpec } from '../draft.ts';
import { resultsOf } from '../results.ts';

/** A request whose effect is recorded. */
interface Recorded {
  readonly batch: Batch;
  readonly by: Author;
  readonly request: ClientRequest | undefined;
}

/**
 * The position in the outbox up to which a write's effect on rights has to be applied, 0: none; or that OpenFGA has refused
 * the write, whose answers are waited for while its changes are recorded already.
 */
type Stored = bigint | 'refused';

/**
 * The last step of a transaction that is kept: history, the outcome for the same request when it comes again, and the
 * access version.
 */
export async function record(
  connection: Queryable,
  verb: string,
  recorded: Recorded,
  history: History | undefined,
): Promise<Stored> {
  const { by, batch } = recorded;
  const [kind, ...others] = new Set(draftsOf(batch).map((draft) => draft.kind));
  if (kind !== undefined && others.length === 0 && isRelabelling(batch))
    return recordTogether(connection, verb, kind, [recorded], batch, history);
  await keepOutcomes(connection, [recorded]);
  const settled = settledBy(batch, () => !isRefused(batch));
  const recording = { verb, checks: batch.checks, settled, conclusion };
  return conclude(connection, settled, await history?.record(connection, by, recording, askedFor(batch)));
}

/** Nothing is changed by a batch but labels and annotations, and nothing is wrong with it. */
export const isRelabelling = ({ entries, deletions }: Batch): boolean =>
  deletions.length === 0 &&
  entries.every((entry) => entry.draft !== undefined && keepsSpec(entry.draft) && violationsOf(entry).length === 0);

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
  all: Batch,
  history: History | undefined,
): Promise<Stored> {
  await keepOutcomes(connection, recorded);
  const done = recorded.map(({ by, batch }) => ({ by, objectIds: changedIn(batch) }));
  const settled = settledBy(all, () => recorded.every(({ batch }) => isRelabelling(batch)));
  const recording = { verb, checks: all.checks, settled, conclusion };
  return conclude(connection, settled, await history?.recordTogether(connection, kind, done, recording));
}

/** Waits for OpenFGA's answers, once, and says whether what is recorded is still as it should be. */
const settledBy =
  (batch: Batch, isAsItShould: () => boolean): (() => Promise<boolean>) =>
  async () => {
    await awaitChecks(batch);
    return isAsItShould();
  };

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

/** What comes of a write: the last statement of its history has said it, where there was one. */
async function conclude(
  connection: Queryable,
  settled: () => Promise<boolean>,
  concluded: Concluded | undefined,
): Promise<Stored> {
  if (concluded === 'refused' || !(await settled())) return 'refused';
  const isConcluded = typeof concluded === 'object';
  const [row = []] = isConcluded ? [concluded] : await connection.cells(sql`select ${conclusion}`);
  const position = row.at(-1);
  return typeof position === 'bigint' ? position : 0n;
}
