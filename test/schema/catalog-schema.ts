import type { GraphQLSchema } from 'graphql';
import { extensions } from '../../src/catalog/extensions.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { createSchema } from '../../src/catalog/schema/index.ts';
import { domains } from '../../src/domains/index.ts';

export const catalog = createCatalog(domains);

/** The schema that the service answers with. */
export const schema: GraphQLSchema = createSchema(catalog, extensions);
