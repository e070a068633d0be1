import type { Database, Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { canBeDraft } from '../draft-references.ts';
import type { Catalog, KindModel } from '../model.ts';
import { lookUpTransaction } from '../transaction.ts';
import type { AtWork } from './at-work.ts';
import { type Batch, draftsOf, isRefused, type Transaction } from './batch.ts';
import type { ReadDraft } from './draft.ts';
import { refuseDuplicates } from './duplicates.ts';
import { isAnyNamed } from './steps/find-stored.ts';
import { type Prepared, prepare, StaleError } from './steps.ts';

/*
 * A large batch of new objects is prepared while the write before it has the lock, and goes on from there under its own:
 *
 *   batch n     ──── lock ─ store ─ judge ─ record ─ commit
 *   batch n+1   ──── read ─ note what was touched last ─ look up ─ … ─ check ──── lock ─ has it been touched? ─ store ─ …
 *
 * It stands as long as nothing was touched since but objects that were looked for neither by their names nor by anything
 * else; otherwise the batch is read and prepared once more, under the lock.
 */

/** For fewer objects, looking twice at what was touched takes longer than what it saves. */
const FEWEST = 1_000;

/** A batch that was prepared, with what has to be as it was then. */
export interface PreparedAhead extends Prepared {
  readonly seen: Seen;
  readonly lookedFor: ReadonlySet<string>;
}

/** What the catalog was when preparing began. */
interface Seen {
  readonly epoch: string;
  readonly position: bigint;
  /** A number for each kind, and for scopes, which each transaction changes that touches any. */
  readonly stamps: string;
}

/** Everything that steps before storing look up of objects of the kind, they look up by name. */
const isByNameAlone = (kind: KindModel): boolean =>
  !kind.isOwnScope && kind.keys.length === 0 && kind.namesHeld === undefined && !canBeDraft(kind);

/** Whether a batch makes many objects of such kinds, does nothing else, and nothing was found wrong with it. */
function isFit(batch: Batch, drafts: readonly ReadDraft[]): boolean {
  const { created, updates, deletions, actions } = batch;
  return (
    drafts.length >= FEWEST &&
    created.length + updates.length + deletions.length + actions.length === 0 &&
    !isRefused(batch) &&
    [...new Set(drafts.map(({ kind }) => kind))].every(isByNameAlone)
  );
}

/**
 * Prepares a batch before it has its turn. `left`: the batch is as it was; `spent`: it has to be read again, since something
 * is wrong with it, which has to be said of the state under the lock.
 */
export async function prepareAhead(
  database: Database,
  atWork: AtWork,
  batch: Batch,
  transaction: Omit<Transaction, 'connection' | 'lookedFor'>,
): Promise<PreparedAhead | 'left' | 'spent'> {
  const drafts = draftsOf(batch);
  if (!isFit(batch, drafts)) return 'left';
  const lookedFor = new Set<string>();
  const work = async (connection: Queryable): Promise<PreparedAhead | 'left' | 'spent'> => {
    const looking = { ...transaction, connection, lookedFor };
    const seen = await look(connection);
    if (await isAnyNamed(drafts, looking)) return 'left';
    await transaction.pause();
    refuseDuplicates(drafts);
    await transaction.pause();
    const prepared = await prepare(batch, drafts, looking, true);
    return prepared === undefined || isRefused(batch) ? 'spent' : { ...prepared, seen, lookedFor };
  };
  return atWork.aheadOfTurn(() => lookUpTransaction(database, work));
}

/** Each statement sees what was committed before it, so what was touched last is read before anything is looked up. */
async function look(connection: Queryable): Promise<Seen> {
  const [row = []] = await connection.cells(
    sql`select h.epoch, h.position, (select jsonb_object_agg(t.name, t.stamp) from last_touched t)::text from change_head h`,
  );
  const [epoch, position, stamps] = row;
  return { epoch: String(epoch), position: BigInt(String(position)), stamps: String(stamps ?? '{}') };
}

/** Ensures, under the lock, that what was looked up ahead is as it was. */
export async function requireUntouched(
  { kinds }: Catalog,
  connection: Queryable,
  { seen: { epoch, position, stamps }, lookedFor }: PreparedAhead,
): Promise<void> {
  const byName = kinds.filter(isByNameAlone).map(({ kind }) => kind);
  const touched = await connection.cells(sql`
    select 1 from change_head h where h.epoch <> ${epoch}::uuid
      or exists (select from last_touched t where t.name <> all(${byName}) and t.stamp is distinct from (${stamps}::jsonb ->> t.name)::bigint)
      or exists (select from change c where c.position > ${position}::bigint and c.name in (select unnest(${[...lookedFor]}::text[])))`);
  if (touched.length > 0) throw new StaleError();
}
