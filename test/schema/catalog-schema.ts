import type { GraphQLSchema } from 'graphql';
import { historyExtension } from '../../src/catalog/history/schema/index.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';

export const catalog = createCatalog(domains);

/** The schema that the service answers with. */
export const schema: GraphQLSchema = createSchema(catalog, [historyExtension]);
