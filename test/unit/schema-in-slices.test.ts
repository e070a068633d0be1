import { buildSchema, execute, executeSync, parse, printSchema, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schemaInSlices } from '../../src/platform/graphql/schema-in-slices.ts';
import { slicesOfTen, turnsDuring } from '../kit/turns.ts';

const schema = buildSchema(
  `type Query { t0: T0 } ${Array.from({ length: 500 }, (_, at) => `type T${at} { name(of: Int): String next: T${(at + 1) % 500} }`).join(' ')}`,
);

test.each([
  ['the types', '{ __schema { types { name fields { name args { name } } } } }', 1],
  ['the types several times', `{ ${[0, 1, 2].map((at) => `a${at}: __schema { types { name } }`).join(' ')} }`, 3],
])('%s of a schema are given as graphql-js gives them, with turns for others', async (_name, query, lists) => {
  const document = parse(query);
  const slices = slicesOfTen();
  const sliced = schemaInSlices(schema, () => slices);
  expect(validate(sliced, document)).toEqual([]);
  const { turns, result } = await turnsDuring(() => execute({ schema: sliced, document }));
  expect(result).toEqual(executeSync({ schema, document }));
  expect(turns).toBeGreaterThanOrEqual((lists * 500) / 10 / 11);
});

test('as long as nothing is executed the list is as it is, and single types always are', () => {
  const sliced = schemaInSlices(schema, () => undefined);
  expect(printSchema(sliced)).toBe(printSchema(schema));
  expect(schemaInSlices(schema, slicesOfTen).getType('T7')).toBe(schema.getType('T7'));
});
