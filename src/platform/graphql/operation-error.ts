import { GraphQLError } from 'graphql';
import { statusOf } from '../error-statuses.ts';
import { CatalogError } from '../errors.ts';

/** An error that ends an operation before it is run, with the status that it has over HTTP. */
export function operationError(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const status = error instanceof CatalogError ? statusOf(error.code) : 500;
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status } } });
}
