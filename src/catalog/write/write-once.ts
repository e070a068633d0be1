import type { Database, Queryable } from '../../platform/db/database.ts';
import { createPauses } from '../../platform/pauses.ts';
import type { Rights } from '../access/rights.ts';
import type { History } from '../history/history.ts';
import type { ParseApart } from '../manifests/parse-apart.ts';
import type { Catalog } from '../model.ts';
import { beginWriting } from '../transaction.ts';
import type { Authorization } from './authorization.ts';
import { allViolations, type Batch, draftsOf, hasWork, isRefused, isSmall, type SchemaOf } from './batch.ts';
import { findFirstOutcome } from './client-requests.ts';
import { type BrokenConstraint, brokenConstraint, type ConstraintRules } from './constraints.ts';
import { isForbidden } from './decide.ts';
import { refuseDraft } from './draft.ts';
import { hideMentions } from './hide-mentions.ts';
import type { Operation, OperationResult } from './operation.ts';
import { ownerOf } from './owner-of.ts';
import { refusalsOf } from './refusals.ts';
import type { Outcome, WriteOptions } from './request.ts';
import { resultsOf } from './results.ts';
import { readBatch } from './steps/read.ts';
import { record } from './steps/record.ts';
import { awaitChecks, takeSteps } from './steps.ts';
import type { Turns } from './turns.ts';
import type { WriteWatch } from './write-watch.ts';

export interface Writer {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly constraints: ConstraintRules;
  /** Records every write; absent: nothing is recorded. */
  readonly history?: History;
  /** Decides what callers may write, and brings what was written in force; absent: only the system writes. */
  readonly authorization?: Authorization;
  /** Writers that may wait; further ones are refused at once. */
  readonly mostWaiting?: number;
  readonly watch?: WriteWatch;
}

/** What is made once for all writes. */
export interface WriterState {
  readonly schemaOf: SchemaOf;
  readonly parse: ParseApart;
  readonly turns: Turns;
}

/** The outcome of a transaction. */
type Written =
  | { readonly is: 'stored'; readonly revision: bigint }
  | { readonly is: 'not stored' }
  | { readonly is: 'repeated'; readonly results: readonly OperationResult[] | 'reused' };

/** How long a write waits for its effect on permissions before it reports that the effect is pending (iam.md 4.12). */
const IN_FORCE_MS = 2_000;

/** Runs a batch in one transaction. `moved`: permissions that must be computed again first. */
export async function writeOnce(
  writer: Writer,
  state: WriterState,
  operations: readonly Operation[],
  options: WriteOptions,
  moved: Rights | undefined,
): Promise<Outcome<OperationResult>> {
  const { catalog, database, authorization, history } = writer;
  const { by, validateOnly } = options;
  const verb = verbOf(operations);
  state.turns.requireRoom();
  const reading = readBatch({ catalog, ...state }, operations);
  reading.catch(() => undefined); // The error is handled when the write's turn comes, which may be much later.
  const { written, broken } = await attempt(writer, state, reading, options, verb, moved);
  if (written.is === 'repeated') return repeated(written.results);
  const batch = await reading;
  await awaitChecks(batch);
  if (broken !== undefined && !isForbidden(allViolations(batch))) refuseBroken(batch, broken);
  const pause = createPauses();
  await hideMentions(catalog, database, batch, by.rights?.access, pause);
  await pause();
  const violations = allViolations(batch);
  const isApplied = violations.length === 0 && !validateOnly;
  const revision = written.is === 'stored' ? written.revision : 0n;
  const isInForce = !isApplied || revision === 0n || (await authorization?.isApplied(revision, IN_FORCE_MS)) !== false;
  if (!validateOnly) await history?.recordRefusals(by, refusalsOf(batch, verb));
  await pause();
  const effect = isApplied && { authorization: { isInForce, revision } };
  return { isApplied, ...effect, results: resultsOf(batch, isApplied, batch.reports), violations };
}

/**
 * Runs the steps in a transaction. Requests take turns in the order of their arrival, however long each takes to read.
 * Gives back a constraint that breaks on the way.
 */
async function attempt(
  writer: Writer,
  { schemaOf, parse, turns }: WriterState,
  reading: Promise<Batch>,
  { by, validateOnly, request, onProgress, reports = [] }: WriteOptions,
  verb: string,
  moved: Rights | undefined,
): Promise<{ readonly written: Written; readonly broken?: BrokenConstraint }> {
  const { catalog, database, authorization, history, constraints, watch } = writer;
  let lockedAt: number | undefined;
  const work = async (connection: Queryable, batch: Batch): Promise<Written> => {
    const askedAt = performance.now();
    await beginWriting(connection, isSmall(batch) ? 'few' : 'many');
    lockedAt = performance.now();
    watch?.waitedForLock(lockedAt - askedAt);
    const first = request && (await findFirstOutcome(connection, by, request));
    if (first !== undefined) return { is: 'repeated', results: first };
    await takeSteps(batch, {
      catalog,
      connection,
      schemaOf,
      parse,
      by,
      authorization,
      onProgress,
      reports,
      pause: createPauses(),
    });
    if (validateOnly || isRefused(batch)) return { is: 'not stored' };
    return { is: 'stored', revision: await record(connection, batch, { by, verb, history, request }) };
  };
  try {
    const written = await turns.take(async (): Promise<Written> => {
      const batch = await reading;
      if (!hasWork(batch)) return { is: 'not stored' };
      // While it has its turn, no other write of this process can change them again.
      if (moved !== undefined) await authorization?.flush();
      await moved?.current();
      return database.transaction((connection) => work(connection, batch), { isKept: ({ is }) => is === 'stored' });
    });
    return { written };
  } catch (error) {
    const broken = brokenConstraint(error, constraints);
    if (broken === undefined) throw error;
    return { written: { is: 'not stored' }, broken };
  } finally {
    if (lockedAt !== undefined) watch?.heldLock(performance.now() - lockedAt);
  }
}

const repeated = (results: readonly OperationResult[] | 'reused'): Outcome<OperationResult> =>
  results === 'reused' ? refusedRequest : { isApplied: true, results, violations: [] };

const refusedRequest: Outcome<never> = {
  isApplied: false,
  results: [],
  violations: [
    {
      rule: 'REQUEST_ID_REUSED',
      message: 'another request came with this id within the last 24 hours',
      path: 'clientRequestId',
      inputPath: ['input', 'clientRequestId'],
      accepted: 'an id of its own for each request',
    },
  ],
};

/** The verb of a whole request, for records that are about no single object. */
export function verbOf(operations: readonly Operation[]): string {
  const verbs = new Set(operations.map((one) => (one.do === 'act' ? one.action.name : one.do)));
  const [only = 'batch', another] = verbs;
  return another === undefined ? only : 'batch';
}

/** A broken constraint is a violation of the draft on whose row it broke, when the database's error shows which. */
function refuseBroken(batch: Batch, broken: BrokenConstraint): void {
  const owner = ownerOf(broken, draftsOf(batch));
  if (owner === undefined) batch.general.push(broken.violation);
  else refuseDraft(owner, broken.violation);
}
