import { sql } from '../../platform/db/sql.ts';
import { inSpan } from '../../platform/telemetry/spans.ts';
import { type Batch, isRefused, type Transaction } from './batch.ts';
import type { FoundDeletion } from './deletion.ts';
import { type ComparedDraft, isSound, keepsSpec, type PlacedDraft, type ReadDraft } from './draft.ts';
import { refuseDuplicates } from './duplicates.ts';
import { type OwnersChange, storeOwners } from './field-owners.ts';
import { refuseCircles, refuseDeep } from './scopes.ts';
import { authorizeDrafts, guardDrafts } from './steps/authorize.ts';
import { authorizeDeletions } from './steps/authorize-deletions.ts';
import { check } from './steps/check.ts';
import { compare } from './steps/compare.ts';
import { deleteAll, deleteFree, deleteWaiting, refuseChangedAndDeleted, refuseReferred } from './steps/delete.ts';
import { derive, judgeDerived } from './steps/derive.ts';
import { findDeletions } from './steps/find-deletions.ts';
import { findStored } from './steps/find-stored.ts';
import { findUpdates } from './steps/find-updates.ts';
import { judge } from './steps/judge.ts';
import { judgeDeleted } from './steps/judge-deleted.ts';
import { judgeTogether } from './steps/judge-together.ts';
import { place, storable } from './steps/place.ts';
import { planActions } from './steps/plan-actions.ts';
import { refuseAllNew } from './steps/refuse-all-new.ts';
import { report } from './steps/report.ts';
import { resolveReferences } from './steps/resolve.ts';
import { store } from './steps/store.ts';
import { refuseSystemNames } from './system-names.ts';
import { unsoundOf } from './unsound.ts';

/** A step shows in the trace of its request. */
const step = <T>(name: string, work: () => Promise<T>): Promise<T> => inSpan(`write: ${name}`, work);

/**
 * All steps between reading and committing, inside the batch's transaction. Violations are added to the batch; the
 * caller commits only when there are none.
 *
 *   read ─► plan actions ─► find deletions, updates ─► authorize deletions ─► delete what is free
 *        ─► find stored ─► resolve ─► compare ─► place ─► authorize ─► check ─► store ─► report ─► judge ─► judge together ─► derive ─► judge derived ─► record
 *
 * Deletions that had to wait come after storing, and what is derived then comes before them.
 *
 * Reading comes before the transaction (steps/read.ts), recording after all this (steps/record.ts), with what OpenFGA answers
 * in the middle of it.
 */
export async function takeSteps(batch: Batch, transaction: Transaction): Promise<void> {
  await step('plan actions', () => planActions(batch, transaction));
  const deletions = await step('find deletions', () => findDeletions(batch, transaction));
  const drafts = await step('find updates', () => findUpdates(batch, transaction));
  refuseSystemNames([], deletions, transaction.by);
  await step('authorize deletions', () => authorizeDeletions(batch, deletions, transaction));
  await transaction.pause();
  refuseDuplicates(drafts);
  await transaction.pause();
  refuseChangedAndDeleted(deletions, drafts);
  if (drafts.length === 0) {
    await step('delete', () => deleteAll(deletions, transaction));
    batch.general.push(...(await step('judge deleted', () => judgeDeleted(deletions, transaction))));
    if (!isRefused(batch)) await step('judge together', () => judgeTogether(batch, [], deletions, transaction));
    if (!isRefused(batch)) await transaction.connection.execute(sql`set constraints all immediate`);
  } else {
    const waiting = await step('delete', () => deleteFree(deletions, transaction));
    const prepared = await prepare(batch, drafts, transaction);
    if (prepared !== undefined) await storePrepared(batch, prepared, deletions, waiting, transaction);
    if (!isRefused(batch))
      batch.general.push(...(await step('judge deleted', () => judgeDeleted(deletions, transaction))));
  }
}

/** The drafts of a batch before any of them is stored. */
export interface Prepared {
  readonly drafts: readonly ReadDraft[];
  readonly compared: readonly ComparedDraft[];
  readonly placed: readonly PlacedDraft[];
  /** The field owners to be. */
  readonly owners: readonly OwnersChange[];
}

/** What was found ahead of the batch's turn does not hold any more. */
export class StaleError extends Error {}

/** All that is done with drafts before they are stored; undefined when they are refused together. `areNew`: none is stored. */
export async function prepare(
  batch: Batch,
  drafts: readonly ReadDraft[],
  transaction: Transaction,
  areNew = false,
): Promise<Prepared | undefined> {
  const { by, pause } = transaction;
  const found = await step('find stored', () => findStored(drafts, transaction, areNew));
  if (await refuseAllNew(batch, found, transaction)) return undefined;
  const resolved = await step('resolve', () => resolveReferences(transaction, found, by.rights?.access));
  const compared = await step('compare', () => compare(resolved, transaction));
  refuseSystemNames(compared, [], by);
  const placed = await step('place', () => place(compared, transaction));
  await refuseDeep(placed, pause);
  await step('authorize', () => authorizeDrafts(batch, placed, transaction));
  const owners = await step('check', () => check(compared, transaction));
  return { drafts, compared, placed, owners };
}

/** Stores the objects of a prepared batch before its turn. */
export async function storePlaced({ placed }: Prepared, transaction: Transaction): Promise<void> {
  await step('store', () => store(placed, transaction));
}

/**
 * The rest of the way of a batch that was prepared before its turn came: what it looked up stands. `areStored`: so are its
 * objects; when one of them is refused now, they have to go.
 */
export async function takeLastSteps(
  batch: Batch,
  prepared: Prepared,
  areStored: boolean,
  transaction: Transaction,
): Promise<void> {
  await step('authorize', () => guardDrafts(batch, prepared.placed, transaction));
  if (areStored && isRefused(batch)) throw new StaleError();
  await storePrepared(batch, { ...prepared, areStored }, [], [], transaction);
}

/**
 * When some drafts are refused, the others are still stored and judged, so that all violations are reported at once.
 */
async function storePrepared(
  batch: Batch,
  { drafts, compared, placed, owners, areStored = false }: Prepared & { readonly areStored?: boolean },
  deletions: readonly FoundDeletion[],
  waiting: readonly FoundDeletion[],
  transaction: Transaction,
): Promise<void> {
  const { connection, pause } = transaction;
  await pause();
  const unsound = unsoundOf(compared);
  await pause();
  const sound = storable(placed, unsound);
  await pause();
  const circling = areStored ? [] : await step('store', () => store(sound, transaction));
  await step('report', () => report(batch, compared, transaction));
  // Derived rows may still refer to objects that are to be deleted.
  const isDeletedFirst = waiting.length > 0 && compared.every(isSound);
  if (isDeletedFirst) {
    await step('derive', () => derive(sound, transaction));
    await step('delete', () => deleteWaiting(waiting, drafts, transaction));
  }
  batch.general.push(...(await step('judge', () => judge(sound, unsound, transaction))));
  refuseCircles(circling);
  // What was refused is not in the state that is judged, nor what was not deleted.
  const isWhole = unsound.size === 0 && (waiting.length === 0 || isDeletedFirst) && isUnrefused(deletions);
  if (isWhole) await step('judge together', () => judgeTogether(batch, sound, deletions, transaction));
  const isKept = batch.general.length === 0 && compared.every(isSound);
  if (isKept) {
    if (!isDeletedFirst) await step('derive', () => derive(sound, transaction));
    await step('judge derived', () => judgeDerived(sound, transaction));
    await storeOwners(connection, owners);
    // No constraint is over labels; what follows from them is held to all of them when it is committed.
    if (!isRefused(batch) && !drafts.every(keepsSpec)) await connection.execute(sql`set constraints all immediate`);
  }
  if (waiting.length > 0 && !isDeletedFirst) {
    const changing = Map.groupBy(drafts, ({ kind }) => kind);
    const apart = new Map([...changing].map(([kind, own]) => [kind, own.map(({ id }) => id)] as const));
    await refuseReferred(waiting, transaction, apart);
  }
}

const isUnrefused = (deletions: readonly FoundDeletion[]): boolean =>
  deletions.every(({ violations }) => violations.length === 0);
