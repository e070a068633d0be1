import { Kind, parse, type SelectionSetNode } from 'graphql';
import { expect, test } from 'vitest';
import { extensions } from '../../src/catalog/extensions.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createReader as createTheReader, type RunStatement } from '../../src/catalog/read/reader.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { everyRow } from '../../src/catalog/schema/read-objects.ts';
import { domains } from '../../src/domains/index.ts';
import { planContext } from '../kit/plan-context.ts';
import { turnsDuring } from '../kit/turns.ts';

const catalog = createCatalog(domains);
const schema = createSchema(catalog, extensions);
const regions = [{ kind: catalog.get('Region'), link: everyRow }];

const createReader = (run: RunStatement) => createTheReader(run, () => Promise.reject(new Error('nothing is written')));

const contextOf = () => planContext({ catalog, operation: { schema, fragments: {}, variableValues: {} } });

function below(text: string): SelectionSetNode[] {
  const [operation] = parse(text).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? [operation.selectionSet] : [];
}

const listOf = (text: string, args: Readonly<Record<string, unknown>>) => ({
  key: 'regions',
  name: 'regions',
  type: 'RegionConnection',
  args,
  below: below(text),
});

/** Rows of as many cells as a statement may have columns, all of them the number 1. */
const rows = (count: number): unknown[][] => Array.from({ length: count }, () => Array.from({ length: 50 }, () => 1));

test('the objects of a long page are made piece by piece, with turns for others', async () => {
  const reader = createReader(() => Promise.resolve(rows(1_001)));
  const { turns, result } = await turnsDuring(() =>
    reader.list(contextOf(), listOf('{ nodes { name } }', { first: 1_000 }), regions),
  );
  expect(result).toMatchObject({ nodes: { length: 1_000 } });
  expect(turns).toBeGreaterThanOrEqual(1_000 / 10 / 11);
});

test('many lists of one operation are planned one after another, with turns for others', async () => {
  const reader = createReader(() => Promise.resolve(rows(1)));
  const context = contextOf();
  const { turns } = await turnsDuring(() =>
    Promise.all(
      Array.from({ length: 300 }, () => reader.list(context, listOf('{ nodes { name } }', { first: 1 }), regions)),
    ),
  );
  expect(turns).toBeGreaterThanOrEqual(300 / 11);
});

test('a filter of many values is looked at once for all cursors of a page, and not at all where there are none', async () => {
  let looks = 0;
  const where = {
    toJSON: () => {
      looks++;
      return {};
    },
  };
  const reader = createReader(() => Promise.resolve(rows(1_001)));
  const read = (text: string) => reader.list(contextOf(), listOf(text, { first: 1_000, where }), regions);
  await read('{ nodes { name } }');
  expect(looks).toBe(0);
  const { edges } = (await read('{ edges { cursor } }')) as { edges: { cursor: string }[] };
  expect(new Set(edges.map(({ cursor }) => cursor)).size).toBe(1);
  expect(looks).toBe(1);
});
