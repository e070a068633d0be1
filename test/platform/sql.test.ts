import { expect, test } from 'vitest';
import { sql } from '../../src/platform/db/sql.ts';

test('values become parameters, identifiers are quoted', () => {
  const statement = sql`select ${sql.ident('id')} from ${sql.ident('ra"ck')} where id = ${'x'} and n > ${3}`;
  expect(statement.text).toBe('select "id" from "ra""ck" where id = $1 and n > $2');
  expect(statement.values).toEqual(['x', 3]);
});

test('pieces nest to any depth and are numbered through', () => {
  const low = sql`a = ${1}`;
  const high = sql`(${low} or b = ${2})`;
  const statement = sql`select ${0} where ${high} and ${low} and c = ${3}`;
  expect(statement.text).toBe('select $1 where (a = $2 or b = $3) and a = $4 and c = $5');
  expect(statement.values).toEqual([0, 1, 2, 1, 3]);
});

test('lists are joined, empty ones too', () => {
  const joined = sql.join([sql`${1}`, sql.raw('now()'), sql`${2}`], ', ');
  expect(sql`values (${joined})`.text).toBe('values ($1, now(), $2)');
  expect(sql`array[${sql.join([], ', ')}]`.text).toBe('array[]');
});

test('undefined, null and arrays are values like any other', () => {
  expect(sql`${null} ${undefined} ${[1, 2]}`.values).toEqual([null, undefined, [1, 2]]);
});
