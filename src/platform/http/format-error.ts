import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CatalogError } from '../errors.ts';

/** The innermost cause: graphql-js wraps errors more than once. */
function innermost(error: unknown): unknown {
  let cause = unwrapResolverError(error);
  while (cause instanceof GraphQLError && cause.originalError !== undefined && cause.originalError !== null)
    cause = cause.originalError;
  return cause;
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
    return { ...formatted, message: cause.message, extensions: { code: cause.code, ...cause.data } };
  }
  if (cause instanceof GraphQLError) {
    const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
    // Apollo gives its own code to whatever a validation rule reports; ours name what was broken.
    const isOurs = 'violations' in extensions;
    return { ...formatted, extensions: isOurs ? { ...extensions, code: 'BAD_USER_INPUT' } : extensions };
  }
  report(cause);
  return { ...formatted, message: 'internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
}
