import { expect, test } from 'vitest';
import type { ApplyPayload } from '../../src/cli/apply-request.ts';
import { inOrder, type RowObject } from '../../src/cli/csv/batches-in-order.ts';
import { growingBatches } from '../../src/cli/csv/growing-batches.ts';

const rows = (from: number, ...names: string[]): RowObject[] =>
  names.map((name, index) => ({ line: from + index, manifest: { kind: 'Cable', metadata: { name } } }));
const namesOf = (objects: readonly RowObject[]): string => objects.map((one) => one.manifest.metadata.name).join(' ');

/** A service of which each answer is given by the test; `log` has what was sent and told, in that order. */
function service() {
  const log: string[] = [];
  const waiting = new Map<string, (refusedLines: readonly number[]) => void>();
  const send = (objects: readonly RowObject[]): Promise<ApplyPayload> => {
    log.push(`sent ${namesOf(objects)}`);
    return new Promise((resolve) => {
      waiting.set(namesOf(objects), (lines) => {
        const rest = { field: null, subject: null, value: null, accepted: null, source: 'x', column: null };
        const userErrors = lines.map((line) => ({ code: 'PORT_TAKEN', message: 'it is taken', line, ...rest }));
        const created = lines.length === 0 ? objects.length : 0;
        const counts = { created, updated: 0, unchanged: 0, refused: lines.length };
        resolve({ applied: lines.length === 0, counts, results: [], userErrors });
      });
    });
  };
  const batches = inOrder({
    send,
    tell: async ({ counts, refused }) => {
      log.push(`told ${counts.created} created, refused: ${refused.map(({ line }) => line).join(' ')}`);
    },
  });
  /** Answers a request, and lets everyone do what follows from that. */
  const answer = async (names: string, ...refusedLines: number[]): Promise<void> => {
    waiting.get(names)?.(refusedLines);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { log, batches, answer };
}

test('the next batch is on its way while one is stored; what came of them is told in their order', async () => {
  const { log, batches, answer } = service();
  await batches.add(rows(2, 'a'));
  const second = batches.add(rows(3, 'b'));
  expect(log).toEqual(['sent a', 'sent b']);
  await answer('b');
  expect(log).toEqual(['sent a', 'sent b']);
  await answer('a');
  await second;
  await batches.end();
  expect(log).toEqual(['sent a', 'sent b', 'told 1 created, refused: ', 'told 1 created, refused: ']);
});

test('what is refused is told, and the rest of its batch is sent again', async () => {
  const { log, batches, answer } = service();
  await batches.add(rows(2, 'a', 'b', 'c'));
  await answer('a b c', 2);
  await answer('b c', 4);
  await answer('b');
  await batches.end();
  expect(log).toEqual(['sent a b c', 'sent b c', 'sent b', 'told 1 created, refused: 2 4']);
});

test('a refusal that the batch before it may have caused is asked for again when that one is done', async () => {
  const { log, batches, answer } = service();
  await batches.add(rows(2, 'a'));
  const second = batches.add(rows(3, 'b'));
  await answer('b', 3);
  await answer('a');
  await second;
  await answer('b');
  await batches.end();
  expect(log).toEqual(['sent a', 'sent b', 'told 1 created, refused: ', 'sent b', 'told 1 created, refused: ']);
});

test('a batch that writes an object of the one before it waits for it', async () => {
  const { log, batches, answer } = service();
  await batches.add(rows(2, 'a', 'b'));
  const second = batches.add(rows(4, 'b', 'c'));
  expect(log).toEqual(['sent a b']);
  await answer('a b');
  await second;
  expect(log).toEqual(['sent a b', 'told 2 created, refused: ', 'sent b c']);
  await answer('b c');
  await batches.end();
});

test('rows that are refused with each other end the import, naming the first', async () => {
  const { batches, answer } = service();
  await batches.add(rows(2, 'a', 'b', 'c', 'd', 'e', 'f'));
  for (const [index, names] of ['a b c d e f', 'b c d e f', 'c d e f', 'd e f', 'e f'].entries())
    await answer(names, index + 2);
  await expect(batches.end()).rejects.toThrow('rows from line 7 on are refused with each other');
});

test('of several batches the first is small and the next ones larger; all rows are in them, in their order', async () => {
  const batchesOf = (count: number, most: number): Promise<number[][]> => {
    async function* rows() {
      for (let row = 0; row < count; row++) yield row;
    }
    return Array.fromAsync(growingBatches(rows(), most));
  };
  const sizes = async (count: number, most: number): Promise<number[]> => {
    const batches = await batchesOf(count, most);
    expect(batches.flat()).toEqual(Array.from({ length: count }, (_, row) => row));
    return batches.map(({ length }) => length);
  };
  expect(await sizes(0, 2_500)).toEqual([]);
  expect(await sizes(1, 2_500)).toEqual([1]);
  expect(await sizes(2_500, 2_500)).toEqual([2_500]);
  expect(await sizes(2_501, 2_500)).toEqual([250, 500, 1_000, 751]);
  expect(await sizes(10_000, 2_500)).toEqual([250, 500, 1_000, 2_000, 2_500, 2_500, 1_250]);
  expect(await sizes(5, 2)).toEqual([2, 2, 1]);
});
