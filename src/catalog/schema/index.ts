import type { GraphQLSchema } from 'graphql';
import type { Catalog } from '../model.ts';
import { addAccess, addAuthorization } from './access.ts';
import { createBuilder } from './builder.ts';
import type { SchemaExtension } from './extension.ts';
import { createInputs } from './inputs.ts';
import { addKindInfo } from './kind-info.ts';
import { addMutations } from './mutations.ts';
import { createOutputs } from './outputs.ts';
import { addQueries } from './queries.ts';

export type { RequestContext } from './context.ts';
export { createObjectLoader } from './object-loader.ts';

/** The GraphQL schema of a catalog: made from its kinds, with what other parts of the catalog bring along. */
export function createSchema(catalog: Catalog, extensions: readonly SchemaExtension[]): GraphQLSchema {
  const builder = createBuilder();
  const inputs = createInputs(builder, catalog);
  const outputs = createOutputs(builder, catalog, inputs, extensions);
  addQueries(builder, catalog, outputs);
  addKindInfo(builder, catalog);
  addMutations(builder, catalog, inputs, outputs);
  for (const extension of extensions) extension.add(builder, catalog);
  addAccess(builder, catalog, outputs);
  addAuthorization(builder);
  const schema = builder.toSchema();
  for (const extension of extensions) extension.complete(catalog, schema);
  return schema;
}
