import { GraphQLError } from 'graphql';
import { CatalogError } from '../errors.ts';

const statuses: Readonly<Record<string, number>> = { RATE_LIMITED: 429, UNAVAILABLE: 503, BAD_USER_INPUT: 400 };

/** An error that ends an operation before it is run, with the status that it has over HTTP. */
export function operationError(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const status = error instanceof CatalogError ? (statuses[error.code] ?? 500) : 500;
  return new GraphQLError(originalError.message, { originalError, extensions: { http: { status } } });
}
