import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  parse,
  visit,
} from 'graphql';
import { expect, test } from 'vitest';
import { schemaText } from '../../scripts/schema-text.ts';
import { listSizeOf } from '../../src/platform/graphql/operation-cost.ts';
import { catalog, schema } from './catalog-schema.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

type AnyField = GraphQLField<unknown, unknown>;
const outputFields: readonly { readonly at: string; readonly of: GraphQLNamedType; readonly field: AnyField }[] =
  types.flatMap((of) =>
    isObjectType(of) || isInterfaceType(of)
      ? Object.values(of.getFields()).map((field) => ({ at: `${of.name}.${field.name}`, of, field }))
      : [],
  );

/** Everything that has a name and a description, with where it stands. */
const described: { readonly at: string; readonly name: string; readonly description: string | null | undefined }[] = [
  ...types.map(({ name, description }) => ({ at: name, name, description })),
  ...outputFields.flatMap(({ at, field }) => [
    { at, name: field.name, description: field.description },
    ...field.args.map(({ name, description }) => ({ at: `${at}(${name}:)`, name, description })),
  ]),
  ...types.flatMap((type) => {
    const members = isInputObjectType(type)
      ? Object.values(type.getFields())
      : isEnumType(type)
        ? type.getValues()
        : [];
    return members.map(({ name, description }) => ({ at: `${type.name}.${name}`, name, description }));
  }),
];

const listOf = (type: GraphQLType) => {
  const nullable = isNonNullType(type) ? type.ofType : type;
  return isListType(nullable) ? nullable : undefined;
};

const shown = (argument: GraphQLArgument | undefined): string =>
  argument === undefined ? '' : `${argument.name}: ${argument.type}`;

/** What a rule is broken by. */
const broken = <Item extends { readonly at: string }>(
  items: readonly Item[],
  isKept: (item: Item) => boolean,
): string[] => items.filter((item) => !isKept(item)).map(({ at }) => at);

test('everything is described in full sentences (E56)', () => {
  const isSentence = (text: string): boolean =>
    /^[\p{Lu}\d`“"]/u.test(text) && /[.…]$/.test(text) && !/ {2}/.test(text);
  expect(broken(described, ({ description }) => typeof description === 'string' && isSentence(description))).toEqual(
    [],
  );
});

test('names are written as GraphQL has them: PascalCase, camelCase, UPPER_CASE', () => {
  expect(
    broken(
      types.map(({ name }) => ({ at: name })),
      ({ at }) => /^[A-Z][A-Za-z0-9]*$/.test(at),
    ),
  ).toEqual([]);
  const values = types.flatMap((type) =>
    isEnumType(type) ? type.getValues().map(({ name }) => ({ at: `${type.name}.${name}`, name })) : [],
  );
  expect(broken(values, ({ name }) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
  const isValue = new Set(values.map(({ at }) => at));
  const members = described.filter(({ at }) => /[.(]/.test(at) && !isValue.has(at));
  expect(broken(members, ({ name }) => /^[a-z][A-Za-z0-9]*$/.test(name))).toEqual([]);
});

test('names of types and members are of readable length', () => {
  expect(broken(described, ({ name }) => name.length <= 60)).toEqual([]);
});

test('every field of Query and Mutation is nullable: one that fails hides nothing of the others', () => {
  const roots = new Set<GraphQLNamedType | null | undefined>([schema.getQueryType(), schema.getMutationType()]);
  const fields = outputFields.filter(({ of }) => roots.has(of));
  expect(fields.length).toBeGreaterThan(catalog.kinds.length);
  expect(broken(fields, ({ field }) => !isNonNullType(field.type))).toEqual([]);
});

const verbs =
  /^(apply|batch|bind|connect|create|deactivate|delete|deprecate|disconnect|move|place|publish|reactivate|rebuild|report|resume|retire|suspend|unbind|unplace|update|approve|deny|enable|disable|reinstate)(?=[A-Z]|$)/;

test('a mutation begins with a verb, takes one input, and gives a payload with userErrors', () => {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => ({
    at: field.name,
    field,
  }));
  expect(broken(mutations, ({ at }) => verbs.test(at))).toEqual([]);
  // It takes nothing and fails with an error or not at all.
  const ordinary = mutations.filter(({ at }) => at !== 'rebuildAuthorization');
  expect(
    broken(ordinary, ({ field: { args } }) => args.length === 1 && /^input: \w+Input!$/.test(shown(args[0]))),
  ).toEqual([]);
  const hasErrors = ({ type }: AnyField): boolean => {
    const payload = getNamedType(type);
    if (!isObjectType(payload) || !payload.name.endsWith('Payload')) return false;
    return String(payload.getFields().userErrors?.type) === '[UserError!]!';
  };
  expect(broken(ordinary, ({ field }) => hasErrors(field))).toEqual([]);
});

test('every answer to a write has room for warnings, of what was written or of each of its results', () => {
  const warns = (type: GraphQLType | undefined): boolean => {
    const named = type && getNamedType(type);
    return isObjectType(named) && String(named.getFields().warnings?.type) === '[Warning!]!';
  };
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const without = fields.filter(({ type }) => {
    const payload = getNamedType(type);
    return !warns(payload) && !(isObjectType(payload) && warns(payload.getFields().results?.type));
  });
  // They change no object of the catalog.
  expect(without.map(({ name }) => name).sort()).toEqual(['rebuildAuthorization', 'reportFeedProgress']);
});

test('all mutations that give an object of a kind give the same payload', () => {
  const payloads = types.filter(({ name }) => name.endsWith('Payload'));
  const expected = new Set([
    ...[
      ...catalog.kinds,
      ...catalog.actions.flatMap(({ shownKinds }) => (shownKinds.length === 1 ? shownKinds : [])),
    ].map(({ type }) => `${type}Payload`),
    ...catalog.actions.flatMap(({ shows, shownKinds }) => (shownKinds.length > 1 ? [`${shows}Payload`] : [])),
    ...['DeleteObjectPayload', 'ApplyPayload', 'DeletePayload', 'BatchPayload', 'ReportFeedProgressPayload'],
  ]);
  expect(payloads.map(({ name }) => name).sort()).toEqual([...expected].sort());
});

test('every list that can grow is a connection of the same form, and takes the same arguments', () => {
  const connections = types.filter(isObjectType).filter(({ name }) => name.endsWith('Connection'));
  expect(connections.length).toBeGreaterThan(catalog.kinds.length);
  for (const connection of connections) {
    const item = connection.name.replace(/Connection$/, '');
    const fieldsOf = (type: GraphQLNamedType | undefined) =>
      isObjectType(type)
        ? Object.fromEntries(Object.values(type.getFields()).map(({ name, type: of }) => [name, String(of)]))
        : {};
    // Names in force are read at one position, which their pages tell.
    const { position = 'BigInt!', ...form } = fieldsOf(connection);
    expect(position).toBe('BigInt!');
    expect(form).toEqual({
      nodes: `[${item}!]!`,
      edges: `[${item}Edge!]!`,
      pageInfo: 'PageInfo!',
      totalCount: 'Int!',
      totalCountCapped: 'Boolean!',
    });
    expect(fieldsOf(schema.getType(`${item}Edge`))).toEqual({ cursor: 'String!', node: `${item}!` });
  }
  const lists = outputFields.filter(({ field }) => getNamedType(field.type).name.endsWith('Connection'));
  expect(broken(lists, ({ of, field }) => of === schema.getQueryType() || isNonNullType(field.type))).toEqual([]);
  const pages = ['after: String', 'before: String', 'first: Int', 'last: Int'];
  expect(
    broken(lists, ({ field }) => pages.every((argument) => field.args.some((one) => shown(one) === argument))),
  ).toEqual([]);
});

test('an order is an enum whose values come in pairs, and a list can be sorted by several of them', () => {
  const orders = types.filter(isEnumType).filter(({ name }) => name.endsWith('Order'));
  expect(orders.length).toBe(catalog.kinds.length + 1);
  for (const order of orders) {
    const names = order.getValues().map(({ name }) => name);
    expect(names).toEqual(
      names
        .map((name) => name.replace(/_(ASC|DESC)$/, ''))
        .flatMap((name, index) => (index % 2 === 0 ? [`${name}_ASC`, `${name}_DESC`] : [])),
    );
  }
  const sorted = outputFields.flatMap(({ at, field }) => {
    const argument = field.args.find(({ name }) => name === 'orderBy');
    return argument === undefined ? [] : [{ at, argument }];
  });
  expect(broken(sorted, ({ argument }) => /^orderBy: \[\w+Order!\]$/.test(shown(argument)))).toEqual([]);
});

test('objects that may be missing or hidden are nullable; lists and their items are not', () => {
  const objects = new Set([
    'CatalogObject',
    ...catalog.abstracts.map(({ name }) => name),
    ...catalog.kinds.map(({ type }) => type),
  ]);
  const single = outputFields.filter(
    ({ of, field }) => !of.name.endsWith('Edge') && !listOf(field.type) && objects.has(getNamedType(field.type).name),
  );
  expect(broken(single, ({ field }) => !isNonNullType(field.type))).toEqual([]);
  const lists = outputFields.filter(({ field }) => listOf(field.type) !== undefined);
  const isWhole = ({ field }: { readonly field: AnyField }): boolean => {
    const list = listOf(field.type);
    return isNonNullType(field.type) && list !== undefined && isNonNullType(list.ofType);
  };
  // All fields of Query are null when they fail; those that answer key by key say by position which one was not found.
  const query = lists.filter(({ of }) => of === schema.getQueryType());
  const isByKey = ({ field }: { readonly field: AnyField }): boolean =>
    field.name === 'nodes' || (field.extensions.sizedBy !== undefined && listSizeOf(field)?.isOfKeys === true);
  const isItemWhole = ({ field }: { readonly field: AnyField }): boolean => isNonNullType(listOf(field.type)?.ofType);
  expect(broken(query, (item) => isItemWhole(item) || isByKey(item))).toEqual([]);
  // An empty path in the input would be the input as a whole.
  expect(
    broken(
      lists.filter((item) => !query.includes(item)),
      isWhole,
    ),
  ).toEqual(['UserError.inputPath']);
  const inputs: { at: string; member: GraphQLInputField | GraphQLArgument }[] = [
    ...types.flatMap((type) =>
      isInputObjectType(type)
        ? Object.values(type.getFields()).map((member) => ({ at: `${type.name}.${member.name}`, member }))
        : [],
    ),
    ...outputFields.flatMap(({ at, field }) => field.args.map((member) => ({ at: `${at}(${member.name}:)`, member }))),
  ];
  expect(
    broken(inputs, ({ member }) => {
      const list = listOf(member.type);
      return list === undefined || isNonNullType(list.ofType);
    }),
  ).toEqual([]);
});

test('every object that has an opaque id of its own can be asked for by it', () => {
  expect(
    broken(
      catalog.kinds.map(({ type }) => ({ at: type })),
      ({ at }) => {
        const type = schema.getType(at);
        return (
          isObjectType(type) &&
          type.getInterfaces().some(({ name }) => name === 'Node') &&
          String(type.getFields().id?.type) === 'ID!'
        );
      },
    ),
  ).toEqual([]);
});

test('every type can be reached from Query, Mutation or Subscription (E55, E56)', () => {
  const reached = new Set<GraphQLNamedType>();
  const reach = (type: GraphQLNamedType | undefined | null): void => {
    if (type === undefined || type === null || reached.has(type)) return;
    reached.add(type);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const { type: of, args } of Object.values(type.getFields())) {
        reach(getNamedType(of));
        for (const argument of args) reach(getNamedType(argument.type));
      }
      for (const of of type.getInterfaces()) reach(of);
    }
    if (isInterfaceType(type)) for (const of of schema.getPossibleTypes(type)) reach(of);
    if (isInputObjectType(type)) for (const { type: of } of Object.values(type.getFields())) reach(getNamedType(of));
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) reach(root);
  expect(
    broken(
      types.map((type) => ({ at: type.name, type })),
      ({ type }) => reached.has(type),
    ),
  ).toEqual([]);
});

test('every directive that the committed schema applies is defined in it, @oneOf too: older tools do not know that (E54)', () => {
  const applied = new Set<string>();
  const document = parse(schemaText(schema));
  visit(document, { Directive: ({ name }) => void applied.add(name.value) });
  const defined = document.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
  );
  expect([...applied].filter((name) => name !== 'deprecated').sort()).toEqual(defined.sort());
});

test('the committed schema can be read: under 300 lines for each kind', () => {
  expect(schemaText(schema).split('\n').length).toBeLessThan(300 * catalog.kinds.length);
});
