import { describe, expect, test } from 'vitest';
import type { Check } from '../../src/catalog/access/check.ts';
import { decisionOf, decisionsOf } from '../../src/catalog/history/decision.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { encodeList } from '../../src/catalog/write/encode-list.ts';
import { executeAhead } from '../../src/catalog/write/execute-ahead.ts';
import type { Operation } from '../../src/catalog/write/operation.ts';
import { levelsOf } from '../../src/catalog/write/scopes.ts';
import { readBatch } from '../../src/catalog/write/steps/read.ts';
import { domains } from '../../src/domains/index.ts';
import type { Queryable } from '../../src/platform/db/database.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { random } from '../mutations/random.ts';

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

describe('statements that are made while the one before them runs', () => {
  /** What happens, in its order; a statement takes until the next one has been made, if there is one. */
  const happened = async (failing?: number) => {
    const events: string[] = [];
    const made = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const connection = {
      execute: async (statement: unknown): Promise<number> => {
        const number = Number((statement as Sql).text);
        events.push(`run ${number}`);
        await made[number + 1]?.promise;
        if (number === failing) throw new Error(`${number} failed`);
        events.push(`ran ${number}`);
        return 1;
      },
    } as unknown as Queryable;
    const statements = made.map(({ resolve }, number) => async () => {
      events.push(`make ${number}`);
      resolve();
      return number === 1 ? undefined : sql.raw(String(number));
    });
    const outcome = await executeAhead(connection, statements).then(() => 'done', String);
    return { events, outcome };
  };

  test('run in their order; where there is nothing to run the next one is made', async () => {
    expect(await happened()).toEqual({
      events: ['make 0', 'run 0', 'make 1', 'ran 0', 'make 2', 'run 2', 'ran 2'],
      outcome: 'done',
    });
  });

  test('are made no more, and not run, when one has failed', async () => {
    expect(await happened(0)).toEqual({ events: ['make 0', 'run 0', 'make 1'], outcome: 'Error: 0 failed' });
    expect((await happened(2)).outcome).toBe('Error: 2 failed');
  });
});

test('what is recorded of a decision on each object is what its checks say, however many objects they are about', () => {
  const draw = random(Number(process.env.SEED ?? 1));
  const pick = <T>(...from: readonly T[]): T => draw.pick(from);
  for (let round = 0; round < 50; round++) {
    const checks = Array.from({ length: 1 + draw.upTo(12) }, (): Check => {
      const openfga = pick(undefined, { relation: pick('r', 's'), modelId: pick('m', 'n'), consistency: 'c' });
      const heldOn = pick(undefined, 'above', 'root');
      return {
        objectIds: Array.from({ length: 1 + draw.upTo(3) }, () => pick('a', 'b', 'c', 'd', 'e')),
        permission: pick('create', 'update'),
        isAllowed: true,
        scopeId: pick('x', 'y'),
        ...(heldOn && { heldOn }),
        ...(openfga && { openfga }),
      };
    });
    const { distinct, places } = decisionsOf(checks);
    const decisions: object[] = JSON.parse(distinct);
    const found = Object.entries<number>(JSON.parse(places)).map(([id, place]) => [id, decisions[place]]);
    const ids = [...new Set(checks.flatMap(({ objectIds }) => objectIds))];
    const own = (id: string) => checks.flatMap((check) => check.objectIds.filter((one) => one === id).map(() => check));
    expect(found).toEqual(ids.map((id) => [id, { decision: 'allow', ...decisionOf(own(id)) }]));
    expect(new Set(decisions.map((one) => JSON.stringify(one))).size).toBe(decisions.length);
  }
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
