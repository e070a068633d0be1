import {
  astFromValue,
  type ConstDirectiveNode,
  type ConstValueNode,
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDirective,
  type GraphQLField,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLString,
  getNamedType,
  isCompositeType,
  Kind,
} from 'graphql';
import { listSizeOf, type Prices, priceOf } from './operation-cost.ts';

/** `@cost` and `@listSize` of the cost specification for GraphQL (ibm.github.io/graphql-specs/cost-spec.html). */
export const costDirective = new GraphQLDirective({
  name: 'cost',
  description: 'What reading the field costs, counted in objects. Without it an object costs 1 and a value nothing.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: { weight: { type: new GraphQLNonNull(GraphQLString), description: 'The cost, a number.' } },
});

export const listSizeDirective = new GraphQLDirective({
  name: 'listSize',
  description: 'How many items a list is taken to have when the cost of an operation is worked out.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    assumedSize: { type: GraphQLInt, description: 'The number of items when no argument says it.' },
    slicingArguments: {
      type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
      description: 'Arguments that say the number of items; the first that is given counts.',
    },
    sizedFields: {
      type: new GraphQLList(new GraphQLNonNull(GraphQLString)),
      description: 'Fields of the answer that have this number of items. Without them the field itself is the list.',
    },
    requireOneSlicingArgument: { type: GraphQLBoolean, description: 'Whether one of the arguments has to be given.' },
  },
});

/** What the schema says of a field's cost, as applied directives; the same figures that the limit goes by. */
export function costDirectivesOf(
  prices: Prices,
  type: string,
  field: GraphQLField<unknown, unknown>,
): ConstDirectiveNode[] {
  const price = priceOf(prices, type, field);
  const ordinary = isCompositeType(getNamedType(field.type)) ? 1 : 0;
  const cost = price === ordinary ? [] : [applied(costDirective, { weight: String(price) })];
  const size = listSizeOf(field);
  if (size === undefined || !isCompositeType(getNamedType(field.type)) || type.endsWith('Connection')) return cost;
  const { assumedSize, slicingArguments, isPage, isOfKeys } = size;
  const listSize = applied(listSizeDirective, {
    assumedSize,
    // A list of ids or keys has as many items as of them are given, which the specification has no words for.
    ...(slicingArguments.length > 0 && !isOfKeys && { slicingArguments }),
    ...(isPage && { sizedFields: ['nodes', 'edges'] }),
    requireOneSlicingArgument: false,
  });
  return [...cost, listSize];
}

function applied(directive: GraphQLDirective, values: Readonly<Record<string, unknown>>): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: directive.name },
    arguments: directive.args.flatMap(({ name, type }) => {
      const value = name in values ? (astFromValue(values[name], type) as ConstValueNode | null) : null;
      return value === null ? [] : [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value }];
    }),
  };
}
