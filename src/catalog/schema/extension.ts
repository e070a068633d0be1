import type { GraphQLSchema } from 'graphql';
import type { Catalog, KindModel } from '../model.ts';
import type { Builder } from './builder.ts';
import type { DynamicTypes } from './dynamic-types.ts';
import type { FieldSpec } from './field-spec.ts';
import type { Inputs } from './inputs.ts';
import type { LiveStatus } from './manifest-source.ts';

/** What another part of the catalog brings into the schema, which does not know that part. */
export interface SchemaExtension {
  /** Fields that every object of a kind has besides those of its own. */
  readonly objectFields: (kind: KindModel) => readonly FieldSpec[];
  /** What manifests of a kind show under `status` besides, as it is when they are read. */
  readonly liveStatus: (kind: KindModel) => LiveStatus | undefined;
  /** Adds types and root fields. */
  readonly add: (builder: Builder, types: DynamicTypes, catalog: Catalog, inputs: Inputs) => void;
  /** Completes the schema when all of it has been built. */
  readonly complete: (catalog: Catalog, schema: GraphQLSchema) => void;
}
