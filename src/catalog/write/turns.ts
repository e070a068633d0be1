import type { Tally } from '../../platform/carried.ts';
import { currentDeadline, withDeadlineOfAll } from '../../platform/deadline.ts';
import { UnavailableError } from '../../platform/errors.ts';
import { takeOut } from '../../platform/take-out.ts';
import { addToTally, tallied } from '../../platform/tally.ts';
import type { WriteWatch } from './write-watch.ts';

/** Says which writers can be done together, and does them. */
export interface Joining<Member, Result> {
  /** Whether a writer can come along when these others are done. */
  readonly fits: (member: Member, others: readonly Member[]) => boolean;
  /**
   * Does them: all that it gives a result of are done. Those that have to be done alone it names; whoever is neither is done
   * once more without them. When it throws, each is done alone, and meets the error that is its own.
   */
  readonly run: (members: readonly Member[]) => Promise<Joined<Member, Result>>;
}

export interface Joined<Member, Result> {
  readonly done: ReadonlyMap<Member, Result>;
  readonly apart: ReadonlySet<Member>;
}

/**
 * Lets one writer write at a time, in the order of asking; those who wait behind it and fit come along. Writers would
 * wait for each other in the database anyway; here they wait without holding a connection, so that reads go on.
 */
export interface Turns<Member, Result> {
  /** Throws `UnavailableError` when no more may wait: before any work is done for one more. */
  requireRoom(): void;
  /**
   * Runs `alone` when its turn has come, unless it was done as a `member` of others by then. Whoever asked for it and goes
   * away meanwhile waits no longer. `alone` says (`stands`) when nothing that it still does gets in the way of another writer;
   * `near` is called when the one whose turn it is has said so, and this one is next.
   */
  take(alone: (stands: () => void) => Promise<Result>, member?: Member, near?: () => void): Promise<Result>;
  readonly waiting: number;
}

/** About the time in which as many writers as wait by default have their turns. */
const RETRY_AFTER_SECONDS = 10;
/** So many are done together at most, so that nobody waits longer for them than for a batch of that size. */
const MOST_TOGETHER = 32;
/** So long the first one waits for those who were done together before it: whoever was answered with others asks again with them. */
const GATHERING_MS = 3;

type Come<Result> = { readonly is: 'its turn' } | { readonly is: 'done'; readonly result: Result };

/** A writer that waits for its turn, or has it. */
interface Writer<Member, Result> {
  /** Undefined when it is done alone. */
  member: Member | undefined;
  /** Called once. */
  near: () => void;
  readonly deadline: ReturnType<typeof currentDeadline>;
  /** What was done for it together with others. */
  readonly shared: Tally[];
  come: (how: Come<Result>) => void;
  /** Leaves the queue, when nobody waits for it any more. */
  giveUp: () => void;
}

const nothing = (): void => undefined;

/** `most`: writers that may wait. */
export function createTurns<Member, Result>(
  most: number,
  joining: Joining<Member, Result>,
  watch?: WriteWatch,
  gatheringMs = GATHERING_MS,
): Turns<Member, Result> {
  const queue: Writer<Member, Result>[] = [];
  let isTaken = false;
  /** Whether the one whose turn it is gets in nobody's way any more. */
  let isStanding = false;
  /** How many the last turn has done. */
  let lastDone = 1;
  let onQueued = nothing;

  const tellNext = (): void => {
    const [next] = queue;
    if (!isStanding || next === undefined) return;
    next.near();
    next.near = nothing;
  };

  const leave = (): void => {
    isStanding = false;
    const next = queue.shift();
    if (next === undefined) isTaken = false;
    else next.come({ is: 'its turn' });
  };

  /** Waits at one end of the queue; gives up when nobody waits for the writer any more. */
  const wait = async (writer: Writer<Member, Result>): Promise<Come<Result>> => {
    const { promise, resolve, reject } = Promise.withResolvers<Come<Result>>();
    const ended = writer.deadline?.ended;
    writer.come = resolve;
    writer.giveUp = () => {
      // One that is no longer there is done with others just now: they end as well.
      if (!takeOut(queue, writer)) return;
      reject(ended?.reason);
      tellNext();
    };
    queue.push(writer);
    onQueued();
    tellNext();
    ended?.follow(writer.giveUp);
    try {
      return await promise;
    } finally {
      ended?.unfollow(writer.giveUp);
    }
  };

  /** Waits a little until as many have come as the last turn has done. */
  const gather = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, gatheringMs);
    onQueued = () => {
      if (queue.length + 1 >= lastDone) resolve();
    };
    onQueued();
    await promise;
    clearTimeout(timer);
    onQueued = nothing;
  };

  /** Takes those out of the queue that fit to a writer whose turn it is. */
  const takeAlong = (first: Writer<Member, Result>): Writer<Member, Result>[] => {
    if (first.member === undefined) return [];
    const members = [first.member];
    const along = queue.filter(({ member }) => {
      if (member === undefined || members.length >= MOST_TOGETHER || !joining.fits(member, members)) return false;
      members.push(member);
      return true;
    });
    for (const one of along) takeOut(queue, one);
    return along;
  };

  /** Does a writer whose turn it is, with those that come along; gives its result, or that it is still to be done. */
  const runTogether = async (
    first: Writer<Member, Result>,
    along: readonly Writer<Member, Result>[],
  ): Promise<Come<Result>> => {
    const all = [first, ...along];
    const members = all.flatMap(({ member }) => (member === undefined ? [] : [member]));
    const deadlines = all.flatMap(({ deadline }) => deadline ?? []);
    const run = () => joining.run(members).catch(() => ({ done: new Map<Member, Result>(), apart: new Set(members) }));
    const { result: joined, ...tally } = await withDeadlineOfAll(deadlines, () => tallied(run));
    watch?.joined(all.length, joined.apart.size === 0 ? 'kept' : 'parted');
    lastDone = joined.done.size;
    const resultOf = ({ member }: Writer<Member, Result>): Come<Result> =>
      member !== undefined && joined.done.has(member)
        ? { is: 'done', result: joined.done.get(member) as Result }
        : { is: 'its turn' };
    // Whoever is still to be done keeps its place before all others.
    const left = along.filter((one) => resultOf(one).is !== 'done');
    for (const one of all) {
      if (one !== first) one.shared.push(tally);
      if (one.member !== undefined && joined.apart.has(one.member)) one.member = undefined;
    }
    queue.unshift(...left);
    for (const one of along) {
      const how = resultOf(one);
      if (how.is === 'done') one.come(how);
      else if (one.deadline?.ended.isAborted === true) one.giveUp();
    }
    return resultOf(first);
  };

  return {
    requireRoom: () => {
      if (!isTaken || queue.length < most) return;
      throw new UnavailableError(`${most} writers wait already; try again`, {
        reason: 'TOO_MANY_WRITERS',
        retryable: true,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
    take: async (alone, member, near = nothing) => {
      const deadline = currentDeadline();
      deadline?.ended.throwIfAborted();
      const writer: Writer<Member, Result> = { member, near, deadline, shared: [], come: nothing, giveUp: nothing };
      const askedAt = performance.now();
      let how: Come<Result> = { is: 'its turn' };
      // Whoever comes from the queue is handed the turn, or was done by another, who has it still.
      if (isTaken) how = await wait(writer);
      else isTaken = true;
      watch?.waitedForTurn(performance.now() - askedAt);
      for (const tally of writer.shared) addToTally(tally);
      if (how.is === 'done') return how.result;
      try {
        if (member !== undefined && lastDone > 1) await gather();
        for (let along = takeAlong(writer); along.length > 0; along = takeAlong(writer)) {
          how = await runTogether(writer, along);
          if (how.is === 'done') return how.result;
        }
        lastDone = 1;
        return await alone(() => {
          isStanding = true;
          tellNext();
        });
      } finally {
        leave();
      }
    },
    get waiting() {
      return queue.length;
    },
  };
}
