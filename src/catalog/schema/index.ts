import { type GraphQLSchema, specifiedDirectives } from 'graphql';
import { costDirective, listSizeDirective } from '../../platform/graphql/cost-directives.ts';
import type { Catalog } from '../model.ts';
import { addAccess } from './access.ts';
import { addAuthorization } from './authorization-status.ts';
import { createBuilder } from './builder.ts';
import { addRelayTypes } from './connection-type.ts';
import { createDynamicTypes } from './dynamic-types.ts';
import type { SchemaExtension } from './extension.ts';
import { createInputs } from './inputs.ts';
import { addKindInfo } from './kind-info.ts';
import { addMe } from './me.ts';
import { addMutations } from './mutations.ts';
import { makeRootFieldsNullable } from './nullable-root-fields.ts';
import { addOutputs } from './outputs.ts';
import { addQueries } from './queries.ts';
import { addValueTypes } from './value-types.ts';

export { type RequestContext, readWithAccess } from './context.ts';
export { createObjectLoader } from './object-loader.ts';
export { prices } from './prices.ts';
export { type AnswerMemory, writtenAnswers } from './written/written-answers.ts';

/** The GraphQL schema of a catalog: made from its kinds, with what other parts of the catalog bring along. */
export function createSchema(catalog: Catalog, extensions: readonly SchemaExtension[]): GraphQLSchema {
  const builder = createBuilder();
  const types = createDynamicTypes(builder);
  const inputs = createInputs(types, catalog);
  addValueTypes(builder);
  addRelayTypes(types);
  addOutputs(types, catalog, inputs, extensions);
  addQueries(builder, types, catalog, inputs);
  addKindInfo(builder, catalog);
  addMutations(builder, types, catalog, inputs);
  for (const extension of extensions) extension.add(builder, types, catalog, inputs);
  addMe(builder, catalog);
  addAccess(builder, catalog);
  addAuthorization(builder);
  const schema = builder.toSchema({ directives: [...specifiedDirectives, costDirective, listSizeDirective] });
  makeRootFieldsNullable(schema);
  for (const extension of extensions) extension.complete(catalog, schema);
  return schema;
}
