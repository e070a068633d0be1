import { createHash } from 'node:crypto';
import type { OperationDefinitionNode } from 'graphql';
import { carried } from '../../../platform/carried.ts';
import { kept } from '../../../platform/kept.ts';
import type { RequestContext } from '../context.ts';
import type { AskedOperation } from './write-operation.ts';

/**
 * What an answer depends on besides the state of the catalog: what is asked, by whom, with what access. Undefined where the answer is
 * for this request alone.
 */
export type AnswerKey = (asked: AskedOperation, context: RequestContext) => string | undefined;

/** Longer variables are not worth the time to compare them. */
const LONGEST_VARIABLES = 65_536;
/** A longer key is kept as its digest. */
const LONGEST_KEY = 1_000;

export function createAnswerKey(): AnswerKey {
  let numbered = 0;
  const numberOf = kept((_operation: OperationDefinitionNode) => ++numbered);
  return ({ operation, variables }, { author, rights }) => {
    const isExplained = carried().operation?.delivery.moreExtensions !== undefined;
    if (author.caller.principalId === null || isExplained) return undefined;
    const values = JSON.stringify(variables);
    if (values.length > LONGEST_VARIABLES) return undefined;
    const key = JSON.stringify([numberOf(operation), author.caller, rights.access.key, values]);
    return key.length > LONGEST_KEY ? createHash('sha256').update(key).digest('base64url') : key;
  };
}
