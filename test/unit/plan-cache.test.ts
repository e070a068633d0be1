import { type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { expect, test } from 'vitest';
import { type Access, fullAccess } from '../../src/catalog/access/access.ts';
import { createPlanCache } from '../../src/catalog/read/plan-cache.ts';
import type { PlanContext } from '../../src/catalog/read/plan-types.ts';
import { SelectLevel } from '../../src/catalog/read/select-level.ts';
import { accessBelow } from '../kit/access.ts';
import { planContext } from '../kit/plan-context.ts';
import { catalog, schema } from '../schema/catalog-schema.ts';

function read(text: string): { set: SelectionSetNode; fragments: Record<string, FragmentDefinitionNode> } {
  const { definitions } = parse(text);
  const fragments = definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [one] : []));
  const operation = definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('no operation');
  return {
    set: operation.selectionSet,
    fragments: Object.fromEntries(fragments.map((one) => [one.name.value, one])),
  };
}

const document = read(`
  query { name ...Page labelValue(key: $key) }
  fragment Page on Region { sites(first: $first) { nodes { ...Site } } }
  fragment Site on Site { name @include(if: $named) }`);

const contextOf = (variableValues: object, access: Access = fullAccess, isWritten = true) =>
  planContext({
    catalog,
    operation: { schema, fragments: document.fragments, variableValues: { ...variableValues }, isWritten },
    access,
  });

const make = () => ({ level: new SelectLevel() });

function results() {
  const noted: string[] = [];
  const { planOf } = createPlanCache((result) => noted.push(result));
  const plan = (context: PlanContext, ...what: unknown[]) => planOf(context, [document.set], what, make);
  return { noted, plan };
}

test('a plan is made once for a selection and the values of its variables, those in fragments included', () => {
  const { noted, plan } = results();
  const first = plan(contextOf({ key: 'a', first: 1, named: true, other: 1 }));
  expect(plan(contextOf({ key: 'a', first: 1, named: true, other: 2 }))).toBe(first);
  for (const other of [{ key: 'b' }, { first: 2 }, { named: false }, { first: null }, { first: '1' }, { first: 1n }])
    expect(plan(contextOf({ key: 'a', first: 1, named: true, ...other }))).not.toBe(first);
  expect(plan(contextOf({ key: 'a', named: true }))).not.toBe(first);
  expect(plan(contextOf({ key: 'a', first: 1, named: true }), 'another kind')).not.toBe(first);
  expect(noted.filter((result) => result === 'hit')).toHaveLength(1);
});

test('a plan holds for whoever may read the same, and for nobody else', () => {
  const { plan } = results();
  const [one, other] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];
  const ofOne = plan(contextOf({}, accessBelow([one])));
  expect(plan(contextOf({}, accessBelow([one])))).toBe(ofOne);
  expect(plan(contextOf({}, accessBelow([other])))).not.toBe(ofOne);
  expect(plan(contextOf({}, accessBelow([one, other])))).not.toBe(ofOne);
  expect(plan(contextOf({}))).not.toBe(ofOne);
});

test('plans for graphql-js, which fill up with what is to be loaded, are made anew', () => {
  const { noted, plan } = results();
  expect(plan(contextOf({}, fullAccess, false))).not.toBe(plan(contextOf({}, fullAccess, false)));
  expect(noted).toEqual([]);
});

test('a plan keeps no variables but its own, and nobody who waits for the page that it was made for', () => {
  const { planOf } = createPlanCache();
  const given: PlanContext[] = [];
  const context = { ...contextOf({ key: 'a', large: 'x'.repeat(1_000) }), pageEnds: () => Promise.resolve() };
  planOf(context, [document.set], [], (lasting) => {
    given.push(lasting);
    return make();
  });
  expect(given.map(({ operation }) => operation.variableValues)).toEqual([{ key: 'a' }]);
  expect(given.map(({ pageEnds }) => pageEnds)).toEqual([undefined]);
});
