import type { GraphQLFieldExtensions } from 'graphql';

/** Says of a field of Query that its objects become text without graphql-js; `options`: what else is said of it. */
export const written = <Extensions extends object>({
  extensions,
}: {
  readonly extensions: Extensions;
}): {
  readonly extensions: Extensions & Pick<GraphQLFieldExtensions<unknown, unknown>, 'isWritten'>;
} => ({ extensions: { ...extensions, isWritten: true } });
