import { buildSchema, type GraphQLInputType, getVariableValues, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { coerceInSlices } from '../../src/platform/graphql/coerce-in-slices.ts';
import { slicesOfTen, turnsDuring } from '../kit/turns.ts';

const schema = buildSchema(`
  input One { name: String!, size: Int = 3, tags: [String!], inner: One, more: [[One!]] }
  input Either @oneOf { one: One, other: [Int!] }
  type Query { ones(in: [One!]!, either: [Either!]): Int }`);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const one = (at: number): object => ({ name: `n${at}`, tags: ['a'] });
const ones = (count: number): object[] => numbers(count).map(one);

async function coerce(type: string, value: unknown) {
  const [definition] = parse(`query ($x: ${type}) { __typename }`).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const expected = getVariableValues(schema, definition.variableDefinitions ?? [], { x: value });
  const errors: string[] = [];
  const inputType = { 'One!': schema.getType('One'), Either: schema.getType('Either') }[type] as GraphQLInputType;
  const { turns, result } = await turnsDuring(() =>
    coerceInSlices(value, inputType, slicesOfTen(), (path, _value, { message }) =>
      errors.push(`${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}; ${message}`),
    ),
  );
  return { turns, result, errors, expected };
}

test.each([
  ['a list of objects in an object', 'One!', { name: 'n', more: [ones(2_000)] }],
  ['a list of values', 'One!', { name: 'n', tags: numbers(2_000).map(String) }],
  [
    'objects in objects',
    'One!',
    { name: 'n', inner: { name: 'm', inner: { name: 'o', size: 5, more: [ones(500), ones(500)] } } },
  ],
  ['a value where a list stands', 'One!', { name: 'n', more: { name: 'x', more: [ones(500)] } }],
  ['one of several', 'Either', { other: numbers(2_000) }],
])('%s: what graphql-js makes of it, with turns for others', async (_name, type, value) => {
  const { turns, result, errors, expected } = await coerce(type, value);
  expect(errors).toEqual([]);
  expect(result).toEqual(expected.coerced?.x);
  expect(turns).toBeGreaterThanOrEqual(_name === 'a value where a list stands' ? 0 : Math.floor(1_000 / 11));
});

test.each([
  ['wrong values far inside', 'One!', { name: 'n', more: [[...ones(200), { name: 1 }, { size: 'x' }, null, 5]] }],
  ['unknown members beside large ones', 'One!', { name: 'n', more: [ones(200)], mor: 1, what: numbers(500) }],
  ['a required member that is missing', 'One!', { more: [ones(200)] }],
  ['a large value of a scalar', 'One!', { name: numbers(500) }],
  ['two of several', 'Either', { one: one(1), other: numbers(500) }],
])('%s: the errors of graphql-js', async (_name, type, value) => {
  const { errors, expected } = await coerce(type, value);
  const told = (expected.errors ?? []).map(({ message }) => message.replace(/^.*?(?: at "x(.*?)")?; /s, '$1; '));
  expect(told.length).toBeGreaterThan(0);
  expect(errors.toSorted()).toEqual(told.toSorted());
});
