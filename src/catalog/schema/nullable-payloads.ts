import { type GraphQLSchema, getNullableType } from 'graphql';

/**
 * Makes the fields of Mutation nullable. One that fails is then null, and hides nothing of another of the same request,
 * which has been committed.
 */
export function makePayloadsNullable(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}))
    field.type = getNullableType(field.type);
}
