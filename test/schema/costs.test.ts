import { readFile } from 'node:fs/promises';
import { type FieldDefinitionNode, isObjectType, Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { prices } from '../../src/catalog/schema/index.ts';
import { schema } from './catalog-schema.ts';

const text = await readFile(new URL('../../graphql/schema.graphql', import.meta.url), 'utf8');
const fields = parse(text).definitions.flatMap((definition) =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION
    ? (definition.fields ?? []).map((field) => ({ type: definition.name.value, field }))
    : [],
);
const directive = (field: FieldDefinitionNode, name: string): string | undefined => {
  const found = field.directives?.find((applied) => applied.name.value === name);
  return found && print(found);
};

test('the schema says of every page how many entries it is taken to have', () => {
  const pages = fields.filter(({ field }) => field.arguments?.some(({ name }) => name.value === 'first'));
  expect(pages.length).toBeGreaterThan(150);
  const kept =
    '@listSize(assumedSize: 10, slicingArguments: ["first", "last"], sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)';
  const other = pages.filter(({ field }) => directive(field, 'listSize') !== kept);
  // The feed goes forward only, and is no connection.
  expect(other.map(({ type, field }) => `${type}.${field.name.value}`)).toEqual(['Query.changes']);
});

test('every price is declared, and nothing else', () => {
  const declared = fields.flatMap(({ type, field }) => {
    const cost = directive(field, 'cost');
    const name = field.name.value;
    const owner = schema.getType(type);
    const own = isObjectType(owner) ? owner.getFields()[name]?.extensions.price : undefined;
    const price = prices[`${type}.${name}`] ?? prices[name] ?? own;
    if (cost === undefined) return [];
    expect(cost, `${type}.${field.name.value}`).toBe(`@cost(weight: "${price}")`);
    return [field.name.value, `${type}.${field.name.value}`];
  });
  expect(Object.keys(prices).filter((name) => !declared.includes(name))).toEqual([]);
});
