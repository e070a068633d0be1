import { type GraphQLSchema, getNullableType } from 'graphql';

/**
 * Makes the fields of Query and Mutation nullable. One that fails is then null, and hides nothing of the others of the
 * same request: neither what they have read nor what they have committed.
 */
export function makeRootFieldsNullable(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(root?.getFields() ?? {})) field.type = getNullableType(field.type);
}
