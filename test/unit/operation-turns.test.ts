import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { expect, test } from 'vitest';
import { carrying } from '../../src/platform/carried.ts';
import { withDeadline } from '../../src/platform/deadline.ts';
import { createFairShares, STRANGERS } from '../../src/platform/fair-shares.ts';
import { createBegin, operationTurns } from '../../src/platform/graphql/operation-turns.ts';
import { createScope, type Sending } from '../../src/platform/http/delivery.ts';

const TIMES = { queryMs: 60_000, mutationMs: 60_000 };
const OVER = { requestId: '', traceId: undefined, trace: {}, connection: {}, wantsCost: false };

type At = GraphQLRequestContextDidResolveOperation<{ readonly caller: string }>;

/** An operation over a connection on which too much waits to be read. */
async function operationBehind(caller: string, told: string[]): Promise<void> {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 1_000 });
  const turns = operationTurns<{ readonly caller: string }>(createBegin(shares, TIMES), ({ caller }) => caller);
  const operation = createScope({
    ...OVER,
    transport: 'websocket',
    delivery: {
      takesStream: true,
      isReadOnly: false,
      isLarge: false,
      isBehind: () => true,
      caughtUp: async () => void told.push('caught up'),
    },
  });
  await withDeadline(undefined, () =>
    carrying({ operation }, async () => {
      await turns.didResolveOperation?.({ contextValue: { caller } } as At);
      told.push('begins');
    }),
  );
}

test('an operation begins when the answers before it have been read', async () => {
  const told: string[] = [];
  await operationBehind('ada', told);
  expect(told).toEqual(['caught up', 'begins']);
});

test('that of a stranger, who would keep others waiting, is refused', async () => {
  const told: string[] = [];
  await expect(operationBehind('', told)).rejects.toThrow('read what was answered before you ask for more');
  expect(told).toEqual([]);
});

/** No time goes by: a stranger's place is left without a rest. */
const still = { now: () => 0, later: () => expect.unreachable() };
const one = () => createFairShares({ atOnce: 1, queued: 0, waitMs: 1 }, still);

/** Runs an operation of somebody whose answer is made; gives what hands it over and what reads it. */
async function madeAnswer(begin: ReturnType<typeof createBegin>, caller: string, giveUp: () => void) {
  let sent: Sending | undefined;
  const delivery = {
    takesStream: false,
    isReadOnly: false,
    isLarge: false,
    whenSent: (sending: Sending) => {
      sent = sending;
    },
    giveUp,
  };
  const operation = createScope({ ...OVER, transport: 'post', delivery });
  await withDeadline(undefined, () => carrying({ operation }, async () => begin(caller, false)));
  return { hand: () => sent?.handed?.(), read: () => sent?.read() };
}

/** The same when it is long and has been handed to its connection. */
async function unreadAnswer(begin: ReturnType<typeof createBegin>, caller: string, giveUp: () => void) {
  const { hand, read } = await madeAnswer(begin, caller, giveUp);
  hand();
  return read;
}

const ENOUGH = 40;

test('an answer of a stranger that is made and not yet sent is not one that nobody reads: it keeps the place', async () => {
  const begin = createBegin(one(), TIMES);
  const giveUp = () => expect.unreachable();
  for (let at = 0; at < ENOUGH; at++) {
    const { hand, read } = await madeAnswer(begin, STRANGERS, giveUp);
    await expect(madeAnswer(begin, STRANGERS, giveUp)).rejects.toThrow('operations of yours');
    if (at % 2 === 0) hand();
    read();
  }
});

test('an answer of a stranger that nobody takes any more is not handed over afterwards', async () => {
  const begin = createBegin(one(), TIMES);
  for (let at = 0; at < ENOUGH; at++) {
    const { hand, read } = await madeAnswer(begin, STRANGERS, () => expect.unreachable());
    read();
    hand();
  }
});

test('strangers have one place and leave it before they have read; of 32 long answers the oldest gives way to the next', async () => {
  const begin = createBegin(one(), TIMES);
  const given: number[] = [];
  const reads = [];
  for (let at = 0; at < 33; at++) reads.push(await unreadAnswer(begin, STRANGERS, () => given.push(at)));
  expect(given).toEqual([0]);
  for (const read of reads) read();
  for (let at = 33; at < 65; at++) await unreadAnswer(begin, STRANGERS, () => given.push(at));
  expect(given).toEqual([0]);
});

test('everybody else has their own place taken until they have read', async () => {
  const begin = createBegin(one(), TIMES);
  const giveUp = () => expect.unreachable();
  const read = await unreadAnswer(begin, 'ada', giveUp);
  await expect(unreadAnswer(begin, 'ada', giveUp)).rejects.toThrow('operations of yours');
  await unreadAnswer(begin, 'bob', giveUp);
  read();
  await unreadAnswer(begin, 'ada', giveUp);
});
