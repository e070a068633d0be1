import type { GraphQLRequestContextDidResolveOperation } from '@apollo/server';
import { expect, test } from 'vitest';
import { carrying } from '../../src/platform/carried.ts';
import { withDeadline } from '../../src/platform/deadline.ts';
import { createFairShares } from '../../src/platform/fair-shares.ts';
import { createBegin, operationTurns } from '../../src/platform/graphql/operation-turns.ts';
import { createScope } from '../../src/platform/http/delivery.ts';

type At = GraphQLRequestContextDidResolveOperation<{ readonly caller: string }>;

/** An operation over a connection on which too much waits to be read. */
async function operationBehind(caller: string, told: string[]): Promise<void> {
  const shares = createFairShares({ atOnce: 1, queued: 1, waitMs: 1_000 });
  const turns = operationTurns<{ readonly caller: string }>(
    createBegin(shares, { queryMs: 60_000, mutationMs: 60_000 }),
    ({ caller }) => caller,
  );
  const operation = createScope({
    requestId: '',
    traceId: undefined,
    trace: {},
    transport: 'websocket',
    delivery: {
      takesStream: true,
      isReadOnly: false,
      isLarge: false,
      isBehind: () => true,
      caughtUp: async () => void told.push('caught up'),
    },
    connection: {},
    wantsCost: false,
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
