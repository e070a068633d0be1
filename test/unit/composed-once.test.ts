import { Kind, parse, type SelectionSetNode } from 'graphql';
import { expect, test } from 'vitest';
import { equalText } from '../../src/catalog/read/equal-text.ts';
import { askedRows, planList } from '../../src/catalog/read/list.ts';
import type { Arguments, Target } from '../../src/catalog/read/plan-types.ts';
import { rowsPlan, rowsPlanAround } from '../../src/catalog/read/rows-plan.ts';
import { SelectLevel } from '../../src/catalog/read/select-level.ts';
import { everyRow } from '../../src/catalog/schema/read-objects.ts';
import { type Sql, sql } from '../../src/platform/db/sql.ts';
import { planContext } from '../kit/plan-context.ts';
import { catalog, schema } from '../schema/catalog-schema.ts';

/* Statements that are composed once and run with other values: each is what it would be if it were composed anew. */

const context = planContext({
  catalog,
  operation: { schema, fragments: {}, variableValues: {}, isWritten: true },
});

function setOf(text: string): SelectionSetNode {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return operation.selectionSet;
}

const below = [setOf('{ nodes { name } }')];
const site: Target = { kind: catalog.get('Site'), link: everyRow };
const targets = [site];
const listOf = (args: Arguments, of = targets) =>
  planList(context, { key: 'sites', name: 'sites', type: 'SiteConnection', args, below }, of, true);
const told = ({ text, values }: Sql) => ({ text, values });

const asked: readonly Arguments[] = [
  {},
  { first: 5 },
  { first: 6 },
  { first: 5, where: { name: { eq: 'a' } } },
  { first: 5, where: { name: { eq: 'b' } } },
  { first: 5, where: { name: { in: ['a', 'b'] } } },
  { first: 5, where: { name: { in: ['a,b'] } } },
  { first: 5, where: { revision: { eq: 1n } } },
  { last: 5 },
  { first: 5, labelSelector: 'env=lab' },
  { first: 5, where: { name: { in: Array.from({ length: 300 }, (_, index) => `site-${index}`) } } },
];

test('a list that is asked for with the same arguments again has the same statement, with others its own', () => {
  const plan = listOf({});
  for (const args of [...asked, ...asked].flatMap((one) => [one, { ...one }, {}])) {
    const statement = plan.statement(undefined, askedRows(context, args, targets, plan.order));
    const anew = listOf(args);
    expect(told(statement)).toEqual(told(anew.statement(undefined, anew.asked)));
  }
  const [one, same] = [0, 1].map(() =>
    plan.statement(undefined, askedRows(context, { first: 7 }, targets, plan.order)),
  );
  expect(one).toBe(same);
});

test('what targets ask of their rows is part of the statement, whatever the arguments are', () => {
  const named = (name: string): Target[] => [{ ...site, where: (row) => sql`${row}.name = ${name}` }];
  const plan = listOf({ first: 5 }, named('a'));
  for (const name of ['a', 'b', 'a'])
    expect(plan.statement(undefined, askedRows(context, { first: 5 }, named(name), plan.order)).values).toContain(name);
});

test('of the rows of a list no more is read than what is asked for', () => {
  const read = (args: Arguments, nodes = 'name') => {
    const sets = [setOf(`{ nodes { ${nodes} } }`)];
    const plan = planList(context, { key: 'sites', name: 'sites', type: 'SiteConnection', args, below: sets }, targets);
    return plan.statement(['a', 'b']).text.match(/lateral \(select (.*?) from "site" r/)?.[1];
  };
  expect(read({})).toBe('r."name", r."name" as "s0", r.id as "s1"');
  expect(read({ orderBy: ['CREATED_AT_ASC'] }, 'id region { name }')).toBe(
    'r."id", r."region_id", r."created_at" as "s0", r.id as "s1"',
  );
});

test('whether something is so stands in the text of a statement, for indexes of those of which it is', () => {
  const meters = [{ kind: catalog.get('MeterDefinition'), link: everyRow }];
  const statement = (inForce: boolean) => {
    const args = { where: { inForce: { eq: inForce } } };
    const selected = { key: 'meters', name: 'meters', type: 'MeterDefinitionConnection', args, below };
    return planList(context, selected, meters, true).statement(undefined);
  };
  expect(statement(true).text).toContain('r."in_force" = true');
  expect(statement(false).text).toContain('r."in_force" = false');
});

test('a statement around a piece has the text of the piece and its values of now', () => {
  const level = new SelectLevel();
  level.column(sql`t.name`);
  const plan = { level, columns: [], shapes: [], version: -1, found: undefined };
  const around = (piece: Sql) => ({ from: sql`${'before'}, ${piece}, ${'behind'}`, orderBy: sql`` });
  const pieces = ['a', 'b', Symbol('c')].flatMap((value) => [
    sql`t.name = ${value}`,
    sql`t.id = ${value} and t.name = ${value}`,
    ...Array.from({ length: 9 }, (_, index) => sql`${sql.ident(`t${index}`)}.name = ${value}`),
  ]);
  for (const piece of [...pieces, ...pieces.reverse()])
    expect(told(rowsPlanAround(plan, piece, around).statement)).toEqual(told(rowsPlan(plan, around(piece)).statement));
});

test('texts are equal for equal values alone', () => {
  const values = [
    null,
    undefined,
    'null',
    'undefined',
    1,
    '1',
    1n,
    '1n',
    true,
    'true',
    '',
    [],
    {},
    [null],
    [undefined],
    [[]],
    ['a', 'b'],
    ['a,b'],
    ['a"', 'b'],
    { a: 1 },
    { a: undefined },
    { 'a:1': 1 },
    { a: 1, b: 2 },
    { a: '1,b:2' },
    [{ a: 1 }, 2],
    [{ a: [1, 2] }],
  ];
  expect(new Set(values.map(equalText)).size).toBe(values.length);
  expect(values.map((value) => equalText(structuredClone(value)))).toEqual(values.map(equalText));
});

test.each([
  ['{ nodes { name displayName } }', 't."name"'],
  ['{ nodes { displayName } }', 't."display_name"'],
  ['{ nodes { description } }', 'case when t.id is not null then 1 end'],
  ['{ nodes { displayName id } }', 't.id'],
  ['{ nodes { displayName racks { totalCount } } }', 't.id'],
])('that there is an object is told by what is sent of it anyway, else by one letter: %s', (text, cell) => {
  const selected = { key: 'sites', name: 'sites', type: 'SiteConnection', args: {}, below: [setOf(text)] };
  const { level, shape } = planList(context, selected, targets, true);
  expect(level.columns[shape.places.there]?.text).toBe(cell);
  expect(level.columns.filter((column) => column.text.includes('t.id'))).toHaveLength(cell.includes('id') ? 1 : 0);
});
