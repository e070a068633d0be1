import type { ApolloServerPlugin } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import {
  execute,
  type FieldNode,
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../read/plan-types.ts';
import type { RequestContext } from './context.ts';

/*
 * Lists of records are long, flat, and planned to the last value: what graphql-js does with each field of each of them, it does
 * in vain, and it is most of what they cost. So an operation that asks for nothing but such lists is executed on a schema of
 * its own, in which a record is a scalar: its value is the whole object, as the plan has made it (`planWhole`).
 *
 *   type PublishedNameConnection { nodes: [PublishedName!]! … }       what clients see, and what documents are validated against
 *   type PublishedNameConnection { nodes: [WholePublishedName!]! … }  what such an operation is executed on
 */

const PREFIX = 'Whole';

/** Whether the records below this type are made whole. */
export const isWhole = (type: GraphQLOutputType): boolean => {
  const named = getNamedType(type);
  if (!isObjectType(named)) return named.name.startsWith(PREFIX);
  const nodes = named.getFields().nodes;
  return nodes !== undefined && getNamedType(nodes.type).name.startsWith(PREFIX);
};

/** The schema in which these types are scalars below fields of Query. */
function wholeSchema(schema: GraphQLSchema, records: ReadonlySet<string>): GraphQLSchema {
  const whole = new Map(
    [...records].map((name) => [
      name,
      new GraphQLScalarType({ name: `${PREFIX}${name}`, serialize: (value) => value }),
    ]),
  );
  const copies = new Map<string, GraphQLObjectType>();
  const replaced = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(replaced(type.ofType));
    if (isListType(type)) return new GraphQLList(replaced(type.ofType));
    const scalar = whole.get(type.name);
    if (scalar !== undefined) return scalar;
    const item = /^(\w+)(Connection|Edge)$/.exec(type.name)?.[1] ?? '';
    return isObjectType(type) && records.has(item) ? copyOf(type) : type;
  };
  const copyOf = (type: GraphQLObjectType): GraphQLObjectType => {
    const known = copies.get(type.name);
    if (known !== undefined) return known;
    const config = type.toConfig();
    const copy = new GraphQLObjectType({
      ...config,
      fields: () =>
        Object.fromEntries(
          Object.entries(config.fields).map(([name, field]): [string, GraphQLFieldConfig<unknown, unknown>] => [
            name,
            { ...field, type: replaced(field.type) },
          ]),
        ),
    });
    copies.set(type.name, copy);
    return copy;
  };
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no Query');
  const root = copyOf(query);
  root.getFields();
  for (const copy of copies.values()) copy.getFields(); // Copies of what they lead to are made, too.
  const { types, ...config } = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    query: root,
    types: types.filter(({ name }) => !copies.has(name)),
    assumeValid: true,
  });
}

/** Whether every field of the operation is one of these, and no record is asked for objects below it. */
function asksForRecords(
  fragments: Operation['fragments'],
  operation: OperationDefinitionNode,
  fields: ReadonlySet<string>,
): boolean {
  /** The fields of a selection; undefined when it spreads something that is not known. */
  const fieldsOf = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      return fragment === undefined ? [] : fieldsOf(fragment.selectionSet);
    });
  const transparent = new Set(['nodes', 'edges', 'node', 'pageInfo']);
  const isFlat = ({ name, selectionSet }: FieldNode): boolean =>
    selectionSet === undefined || (transparent.has(name.value) && fieldsOf(selectionSet).every(isFlat));
  const roots = fieldsOf(operation.selectionSet);
  return (
    operation.operation === 'query' &&
    roots.length > 0 &&
    roots.every(
      ({ name, selectionSet }) =>
        fields.has(name.value) && selectionSet !== undefined && fieldsOf(selectionSet).every(isFlat),
    )
  );
}

/** A page of flat records becomes text in a few milliseconds: nobody has to look how long it is. */
function stringifyAtOnce(answer: unknown): void {
  for (const part of [answer, ...Object.values(answer ?? {})])
    if (typeof part === 'object' && part !== null)
      Object.defineProperty(part, 'toJSON', {
        value: () => (Array.isArray(part) ? [...(part as unknown[])] : { ...part }),
      });
}

/** Answers operations that ask for nothing but lists of records; whatever goes wrong is left to the ordinary execution. */
export function wholeRecords(schema: GraphQLSchema): ApolloServerPlugin<RequestContext> {
  const query = Object.values(schema.getQueryType()?.getFields() ?? {});
  const own = query.filter(({ extensions }) => extensions.givesRecords === true);
  const fields = new Set(own.map(({ name }) => name));
  const records = new Set(own.map(({ type }) => getNamedType(type).name.replace(/Connection$/, '')));
  const whole = wholeSchema(schema, records);
  return {
    requestDidStart: async () => ({
      responseForOperation: async ({ document, operation, request, contextValue }) => {
        if (operation === undefined) return null;
        const fragments = Object.fromEntries(
          document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
        );
        if (!asksForRecords(fragments, operation, fields)) return null;
        const { data, errors } = await execute({
          schema: whole,
          document,
          contextValue,
          variableValues: request.variables,
          operationName: request.operationName,
        });
        if (errors !== undefined) return null;
        for (const answer of Object.values(data ?? {})) stringifyAtOnce(answer);
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: data ?? null } } };
      },
    }),
  };
}
