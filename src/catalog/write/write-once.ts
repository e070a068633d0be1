import type { Queryable } from '../../platform/db/database.ts';
import { createPauses } from '../../platform/pauses.ts';
import type { Rights } from '../access/rights.ts';
import { type AskedAhead, askAhead } from './ask-ahead.ts';
import { allViolations, awaitChecks, type Batch, draftsOf, hasWork, isRefused } from './batch.ts';
import { findFirstOutcome } from './client-requests.ts';
import { type BrokenConstraint, brokenConstraint } from './constraints.ts';
import { isForbidden } from './decide.ts';
import { refuseDraft } from './draft.ts';
import { hideMentions } from './hide-mentions.ts';
import type { Operation, OperationResult } from './operation.ts';
import { ownerOf } from './owner-of.ts';
import { type PreparedAhead, prepareAhead, requireUntouched } from './prepare-ahead.ts';
import { createReading, type Reading } from './reading.ts';
import { refusalsOf } from './refusals.ts';
import type { Outcome, WriteOptions } from './request.ts';
import { resultsOf } from './results.ts';
import { readBatch } from './steps/read.ts';
import { record } from './steps/record.ts';
import { StaleError, takeLastSteps, takeSteps } from './steps.ts';
import { storingAhead } from './store-ahead.ts';
import type { Turns } from './turns.ts';
import { underLock } from './under-lock.ts';
import { verbOf } from './verb.ts';
import { type Member, memberOf } from './write-together.ts';
import type { Writer, WriterState, Written } from './writer.ts';

/** How long a write waits for its effect on permissions before it reports that the effect is pending (iam.md 4.12). */
const IN_FORCE_MS = 2_000;

/** Runs a batch in one transaction. `moved`: permissions that must be computed again first. */
export async function writeOnce(
  writer: Writer,
  state: WriterState,
  turns: Turns<Member, Written>,
  operations: readonly Operation[],
  options: WriteOptions,
  moved: Rights | undefined,
): Promise<Outcome<OperationResult>> {
  const { catalog, database, authorization, history } = writer;
  const { by, validateOnly } = options;
  const verb = verbOf(operations);
  turns.requireRoom();
  const reading = createReading(() => readBatch({ catalog, ...state }, operations, state.atWork.createPauses()));
  const { written, broken } = await attempt(writer, state, turns, { operations, options, verb, reading, moved });
  if (written.is === 'repeated') return repeated(written.results);
  const batch = await reading.last;
  await awaitChecks(batch);
  if (broken !== undefined && !isForbidden(allViolations(batch))) refuseBroken(batch, broken);
  const pause = state.atWork.createPauses();
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

/** A request on its way to its turn. */
interface Asked {
  readonly operations: readonly Operation[];
  readonly options: WriteOptions;
  readonly verb: string;
  readonly reading: Reading;
  readonly moved: Rights | undefined;
}

/** A batch whose turn has come. */
interface Coming {
  readonly batch: Batch;
  readonly askedAhead: AskedAhead;
  readonly prepared?: PreparedAhead;
  /** Whether its objects are stored already. */
  readonly areStored?: boolean;
  /** To be called when nothing that is left to do gets in the way of another batch. */
  readonly stands: () => void;
}

/**
 * Runs the steps in a transaction. Requests take turns in the order of their arrival, however long each takes to read.
 * Gives back a constraint that breaks on the way.
 */
async function attempt(
  writer: Writer,
  state: WriterState,
  turns: Turns<Member, Written>,
  { operations, options, verb, reading, moved }: Asked,
): Promise<{ readonly written: Written; readonly broken?: BrokenConstraint }> {
  const { catalog, database, authorization, history, constraints } = writer;
  const { by, validateOnly, request, onProgress, reports = [] } = options;
  const member = moved === undefined ? memberOf(catalog, operations, options, reading) : undefined;
  const shared = { ...state, catalog, by, authorization, onProgress, reports };
  const work = async (
    connection: Queryable,
    accessVersion: bigint | undefined,
    { batch, askedAhead, prepared, areStored = false, stands }: Coming,
  ): Promise<Written> => {
    const first = request && (await findFirstOutcome(connection, by, request));
    if (first !== undefined) return { is: 'repeated', results: first };
    const transaction = { ...shared, connection, accessVersion, askedAhead, pause: createPauses() };
    if (prepared === undefined) await takeSteps(batch, transaction);
    else {
      await requireUntouched(catalog, connection, prepared);
      await takeLastSteps(batch, prepared, areStored, transaction);
    }
    if (validateOnly || isRefused(batch)) return { is: 'not stored' };
    // What such a batch has not done by now is to write to tables that are written to under the lock alone.
    if (prepared !== undefined) stands();
    const revision = await record(connection, verb, { batch, by, request }, history);
    return revision === 'refused' ? { is: 'not stored' } : { is: 'stored', revision };
  };
  const before = { ...shared, accessVersion: by.rights?.access.version, askedAhead: () => Promise.resolve(false) };
  const ahead = async (): Promise<PreparedAhead | 'left' | 'spent'> => {
    const batch = await reading.last;
    return prepareAhead(database, state.atWork, batch, { ...before, pause: state.atWork.createPauses() });
  };
  // Whatever is wrong with it is met again under the lock. Only what is recorded shows what was touched since.
  const preparing = history === undefined || moved !== undefined ? undefined : ahead().catch(() => 'spent' as const);
  const toStore = Promise.resolve(preparing).then((found) => (typeof found === 'object' ? found : undefined));
  const isKept = ({ is }: Written): boolean => is === 'stored';
  const storing = storingAhead(writer, state, toStore, before, isKept);
  try {
    const alone = async (stands: () => void): Promise<Written> => {
      const batch = await reading.take();
      if (!hasWork(batch)) return { is: 'not stored' };
      const prepared = await preparing;
      // While it has its turn, no other write of this process can change them again.
      if (moved !== undefined) await authorization?.flush();
      await moved?.current();
      const askedAhead = await askAhead(authorization, by, operations);
      const turn = { askedAhead, stands };
      const extent = member === undefined ? 'many' : 'few';
      const write = (coming: Coming): Promise<Written> =>
        underLock(writer, state.atWork, extent, (...opened) => work(...opened, coming), isKept);
      if (prepared === undefined || prepared === 'left') return write({ ...turn, batch });
      try {
        if (prepared !== 'spent') {
          const coming = { ...turn, batch, prepared };
          const written = await storing.goOn((...opened) => work(...opened, { ...coming, areStored: true }));
          return written ?? (await write(coming));
        }
      } catch (error) {
        if (!(error instanceof StaleError)) throw error;
      }
      return write({ ...turn, batch: await reading.take() });
    };
    return { written: await turns.take(alone, member, storing.near) };
  } catch (error) {
    const broken = brokenConstraint(error, constraints);
    if (broken === undefined) throw error;
    return { written: { is: 'not stored' }, broken };
  } finally {
    await storing.giveUp();
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

/** A broken constraint is a violation of the draft on whose row it broke, when the database's error shows which. */
function refuseBroken(batch: Batch, broken: BrokenConstraint): void {
  const owner = ownerOf(broken, draftsOf(batch));
  if (owner === undefined) batch.general.push(broken.violation);
  else refuseDraft(owner, broken.violation);
}
