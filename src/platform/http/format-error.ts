import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CatalogError } from '../errors.ts';
import { cut } from '../violation.ts';

/** The innermost cause: graphql-js wraps errors more than once. */
function innermost(error: unknown): unknown {
  let cause = unwrapResolverError(error);
  while (cause instanceof GraphQLError && cause.originalError !== undefined && cause.originalError !== null)
    cause = cause.originalError;
  return cause;
}

/** The code where Apollo Server gives one that is not right, or none. */
function codeFor({ extensions }: GraphQLError): { readonly code?: string } {
  // Apollo gives its own code to whatever a validation rule reports; ours name what was broken.
  if ('violations' in extensions) return { code: 'BAD_USER_INPUT' };
  // What it refuses about persisted queries has a status, and the code of a defect.
  const { http } = extensions as { readonly http?: { readonly status?: number } };
  return extensions.code === undefined && http?.status === 400 ? { code: 'BAD_REQUEST' } : {};
}

/** What a caller sees of an error: the family's code and data; of a defect nothing but the id under which it is logged. */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: string,
  report: (cause: unknown) => void,
): GraphQLFormattedError {
  const cause = innermost(error);
  if (cause instanceof CatalogError) {
    return { ...formatted, message: cut(cause.message), extensions: { code: cause.code, ...cause.data } };
  }
  if (cause instanceof GraphQLError) {
    const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
    return { ...formatted, message: cut(formatted.message), extensions: { ...extensions, ...codeFor(cause) } };
  }
  report(cause);
  return { ...formatted, message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
}
