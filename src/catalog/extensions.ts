import { historyExtension } from './history/schema/index.ts';
import type { SchemaExtension } from './schema/extension.ts';
import { searchExtension } from './search/extension.ts';

/** What parts of the catalog bring into its schema. */
export const extensions: readonly SchemaExtension[] = [historyExtension, searchExtension];
