import type { Queryable } from '../../platform/db/database.ts';
import { createPauses } from '../../platform/pauses.ts';
import type { Author } from '../author.ts';
import type { Catalog, KindModel } from '../model.ts';
import { askAhead } from './ask-ahead.ts';
import { type Batch, newBatch } from './batch.ts';
import { type ClientRequest, findFirstOutcome } from './client-requests.ts';
import { changesNoField, type Operation, type UpdateOperation } from './operation.ts';
import type { Reading } from './reading.ts';
import type { WriteOptions } from './request.ts';
import { isRelabelling, recordTogether } from './steps/record.ts';
import { takeSteps } from './steps.ts';
import type { Joined, Joining } from './turns.ts';
import { underLock } from './under-lock.ts';
import type { Writer, WriterState, Written } from './writer.ts';

/*
 * Requests that wait for their turn and cannot touch each other are done in one transaction, as one batch:
 *
 *   waiting:  a  b  c  d      a, b and d fit; c is done in the next turn
 *   a + b + d ─► steps ─► all accepted: each has its audit records and changes, one commit
 *                     └─► b is refused: nothing is kept; a + d once more, then b alone, which says why
 *
 * Whatever else goes wrong, each is done alone: so what one is answered with never depends on the others
 * (docs/decisions/writes-together.md).
 */

/** A request that can be done together with others. */
export interface Member {
  readonly by: Author;
  readonly request: ClientRequest | undefined;
  /** The objects that it is about, as it names them; all of one kind. */
  readonly kind: KindModel;
  readonly targets: readonly string[];
  readonly operations: readonly UpdateOperation[];
  readonly reading: Reading;
}

/** What they all do. */
const VERB = 'update';

/** Operations of one such request, at most. */
const MOST_OPERATIONS = 10;

/** A request as a member; undefined when it is to be done alone. */
export function memberOf(
  catalog: Catalog,
  operations: readonly Operation[],
  { by, validateOnly, request, onProgress, reports = [] }: WriteOptions,
  reading: Reading,
): Member | undefined {
  if (validateOnly || onProgress !== undefined || reports.length > 0 || operations.length > MOST_OPERATIONS) return;
  // Nobody has rights to compare, and will be refused.
  if (by.rights !== undefined && by.caller.principalId === null) return;
  const updates = operations.filter((one): one is UpdateOperation => one.do === VERB);
  const [first] = updates;
  if (first === undefined || updates.length < operations.length) return;
  const isAlike = ({ kind }: UpdateOperation): boolean => kind === first.kind;
  if (!isSimple(catalog, first.kind) || !updates.every((one) => isAlike(one) && changesNoField(one))) return;
  const targets = updates.map(({ target }) => target.id ?? target.name ?? '');
  return { by, request, kind: first.kind, targets, operations: updates, reading };
}

/** No rule looks at objects of the kind together with all others that a batch has touched. */
const isSimple = ({ judges }: Catalog, { kind }: KindModel): boolean =>
  !judges.some(({ kinds }) => kinds.includes(kind));

/** The same caller with the same rights: what is read for them is read once. */
const isSameAuthor = (a: Author, b: Author): boolean =>
  a.caller.principalId === b.caller.principalId &&
  a.caller.name === b.caller.name &&
  a.rights?.access === b.rights?.access;

export const writeTogether = (writer: Writer, state: WriterState): Joining<Member, Written> => ({
  fits: (member, others) =>
    others.every(
      ({ by, kind, targets }) =>
        isSameAuthor(member.by, by) && kind === member.kind && !targets.some((one) => member.targets.includes(one)),
    ),
  run: (members) => run(writer, state, members),
});

/** What a request has in the batch of all. */
interface Part {
  readonly member: Member;
  readonly batch: Batch;
}

async function run(writer: Writer, state: WriterState, members: readonly Member[]): Promise<Joined<Member, Written>> {
  const { catalog, authorization, history } = writer;
  const parts = await Promise.all(members.map(async (member) => ({ member, batch: await member.reading.take() })));
  const asked = members.flatMap(({ operations }) => operations);
  const askedAhead = await askAhead(authorization, members[0]?.by, asked);
  const work = async (connection: Queryable, accessVersion: bigint | undefined): Promise<Joined<Member, Written>> => {
    const done = await findRepeated(connection, parts);
    const fresh = parts.filter(({ member }) => !done.has(member));
    const [first] = fresh;
    if (first === undefined) return { done, apart: new Set() };
    const all = joinBatches(fresh);
    const pause = createPauses();
    const shared = { by: first.member.by, authorization, askedAhead, onProgress: undefined, reports: [], pause };
    await takeSteps(all, { ...state, ...shared, catalog, connection, accessVersion });
    const refused = all.general.length > 0 ? fresh : fresh.filter(isRefusedNow);
    if (refused.length > 0) return { done, apart: new Set(refused.map(({ member }) => member)) };
    const recorded = fresh.map(({ member, batch }) => ({ ...member, batch }));
    const revision = await recordTogether(connection, VERB, first.member.kind, recorded, all, history);
    if (revision === 'refused') return { done, apart: new Set(fresh.filter(isRefusedNow).map(({ member }) => member)) };
    for (const { member } of fresh) done.set(member, { is: 'stored', revision });
    return { done, apart: new Set() };
  };
  return underLock(writer, state.atWork, 'few', work, ({ apart }) => apart.size === 0);
}

const isRefusedNow = ({ batch }: Part): boolean => !isRelabelling(batch);

/** Requests that were done before. */
async function findRepeated(connection: Queryable, parts: readonly Part[]): Promise<Map<Member, Written>> {
  const done = new Map<Member, Written>();
  for (const { member } of parts) {
    const { by, request } = member;
    const results = request && (await findFirstOutcome(connection, by, request));
    if (results !== undefined) done.set(member, { is: 'repeated', results });
  }
  return done;
}

/** One batch of several; its entries are theirs, so that each has what comes of its own. */
function joinBatches(parts: readonly Part[]): Batch {
  const all = newBatch();
  for (const { batch } of parts) {
    all.entries.push(...batch.entries);
    all.updates.push(...batch.updates);
  }
  return all;
}
