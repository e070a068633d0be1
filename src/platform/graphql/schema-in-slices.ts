import { assertValidSchema, type GraphQLSchema } from 'graphql';
import { inSlices } from '../in-slices.ts';
import type { TimeSlices } from '../time-slices.ts';

type Types = ReturnType<GraphQLSchema['getTypeMap']>;

/**
 * The same schema for executing operations: the list of all its types (`__schema { types }`) gives others their turn.
 * graphql-js would complete hundreds of types at once; now they come as promises, a few at a time. Nothing else that
 * executes an operation asks for that list. `slicesNow`: undefined as long as none is executed; the list is then as it is.
 */
export function schemaInSlices(schema: GraphQLSchema, slicesNow: () => TimeSlices | undefined): GraphQLSchema {
  assertValidSchema(schema); // That is remembered, and is not looked at again for the schema made of it.
  const types = schema.getTypeMap();
  const names = Object.keys(types);
  const inTurns = (): Types => {
    const slices = slicesNow();
    if (slices === undefined) return types;
    const given = inSlices(Object.values(types), slices);
    return Object.fromEntries(names.map((name, at) => [name, given[at]])) as Types;
  };
  return Object.create(schema, {
    getTypeMap: { value: inTurns },
    getType: { value: (name: string) => types[name] },
  }) as GraphQLSchema;
}
