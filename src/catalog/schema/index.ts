import type { GraphQLSchema } from 'graphql';
import { addHistory } from '../history/schema/index.ts';
import { noteAttempts } from '../history/schema/note-attempts.ts';
import type { Catalog } from '../model.ts';
import { addAccess, addAuthorization } from './access.ts';
import { createBuilder } from './builder.ts';
import { createInputs } from './inputs.ts';
import { addKindInfo } from './kind-info.ts';
import { addMutations } from './mutations.ts';
import { createOutputs } from './outputs.ts';
import { addQueries } from './queries.ts';

export type { RequestContext } from './context.ts';
export { createObjectLoader } from './object-loader.ts';

/** The GraphQL schema of a catalog, made from its kinds. */
export function createSchema(catalog: Catalog): GraphQLSchema {
  const builder = createBuilder();
  const inputs = createInputs(builder, catalog);
  const outputs = createOutputs(builder, catalog, inputs);
  addQueries(builder, catalog, outputs);
  addKindInfo(builder, catalog);
  addMutations(builder, catalog, inputs, outputs);
  addHistory(builder, catalog);
  addAccess(builder, catalog, outputs);
  addAuthorization(builder);
  const schema = builder.toSchema();
  noteAttempts(catalog, schema);
  return schema;
}
