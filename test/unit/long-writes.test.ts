import { describe, expect, test } from 'vitest';
import { createCatalog } from '../../src/catalog/model.ts';
import { encodeList } from '../../src/catalog/write/encode-list.ts';
import type { Operation } from '../../src/catalog/write/operation.ts';
import { levelsOf } from '../../src/catalog/write/scopes.ts';
import { readBatch } from '../../src/catalog/write/steps/read.ts';
import { domains } from '../../src/domains/index.ts';

const catalog = createCatalog(domains);

test('operations of a batch are read with a pause after each', async () => {
  const operations = Array.from(
    { length: 50 },
    (_, at): Operation => ({
      do: 'create',
      kind: catalog.get('Region'),
      name: `region-${at}`,
      content: { spec: { displayName: 'R' }, uidReferences: [] },
      positionOf: () => ({ inputPath: [] }),
    }),
  );
  const read = { catalog, schemaOf: unused, parse: unused };
  let pauses = 0;
  const batch = await readBatch(read, operations, async () => {
    pauses++;
  });
  expect(batch.entries.map(({ head }) => head.name)).toEqual(operations.map((_, at) => `region-${at}`));
  expect(pauses).toBe(50);
});

test('rows are made text and encoded with pauses, and are the JSON of all', async () => {
  const items = Array.from({ length: 105 }, (_, at) => ({ name: `ü☃ ${at}`, big: 2n ** 60n }));
  let pauses = 0;
  const pause = async (): Promise<void> => {
    pauses++;
  };
  const encoded = await encodeList(items, pause, ({ name }) => JSON.stringify({ name }));
  expect(JSON.parse(encoded.toString())).toEqual(items.map(({ name }) => ({ name })));
  expect(pauses).toBe(5);
  expect((await encodeList([], pause, String)).toString()).toBe('[]');
  expect((await encodeList(items.slice(0, 1), pause, ({ big }) => String(big))).toString()).toBe(`[${2n ** 60n}]`);
});

function unused(): never {
  throw new Error('a create needs neither a parser nor the form of a spec here');
}

describe('how deep scopes of a batch stand in each other', () => {
  /** Each name stands in the next one of its line. */
  const standing = (...lines: readonly string[]) =>
    new Map(
      lines.flatMap((line) => {
        const names = line.split(' ');
        return names.slice(0, -1).map((id, at) => [id, { id, standsInId: names[at + 1] ?? '' }] as const);
      }),
    );

  // a ─► b ─► c ─► (stored)     d ─► b
  test('is how many there are from each one up', () => {
    const levels = levelsOf(standing('a b c stored', 'd b'));
    expect(Object.fromEntries(levels)).toEqual({ a: 3, b: 2, c: 1, d: 3 });
  });

  // a ─► b ─► c ─► d ─► b
  test('is in a circle as many as the circle has, and more for what leads into it', () => {
    expect(Object.fromEntries(levelsOf(standing('a b c d b')))).toEqual({ a: 4, b: 3, c: 3, d: 3 });
  });

  test('is worked out with two looks at each, however long the line is', () => {
    const line = standing(Array.from({ length: 2_001 }, (_, at) => `s${at}`).join(' '));
    let looks = 0;
    const counted = new Map(line);
    counted.get = (id) => {
      looks++;
      return line.get(id);
    };
    expect(levelsOf(counted).get('s0')).toBe(2_000);
    expect(looks).toBeLessThanOrEqual(2 * 2_000);
  });
});
