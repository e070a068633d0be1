import { createHash } from 'node:crypto';
import type { GraphQLResolveInfo, Source } from 'graphql';
import type { Author } from '../author.ts';
import type { RequestContext } from './context.ts';

/** Of an operation; it is whatever the client says. */
const LONGEST_NAME = 256;

/** By the document's source, which stays the same as long as the parsed document is remembered. */
const hashes = new WeakMap<Source, string>();

function hashOf(source: Source): string {
  const known = hashes.get(source) ?? createHash('sha256').update(source.body).digest('hex');
  hashes.set(source, known);
  return known;
}

/** Who asks for a field of Query, Mutation or Subscription, and in which document. */
export function authorOf({ author }: Pick<RequestContext, 'author'>, info: GraphQLResolveInfo): Author {
  const { name, loc } = info.operation;
  return {
    ...author,
    field: info.fieldName,
    ...(name !== undefined && { operation: name.value.slice(0, LONGEST_NAME) }),
    ...(loc !== undefined && { documentHash: hashOf(loc.source) }),
  };
}
