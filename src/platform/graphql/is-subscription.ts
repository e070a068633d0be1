import { Lexer, Source, TokenKind } from 'graphql';
import { MAX_TOKENS } from './require-modest.ts';

const STEPS: Partial<Record<string, number>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.PAREN_R]: -1,
  [TokenKind.BRACKET_R]: -1,
};

/** Whether the operation that is asked for is a subscription: read off a document, without parsing it. */
export function isSubscription(text: string, operationName: unknown): boolean {
  if (!text.includes('subscription')) return false;
  try {
    return subscriptionsIn(text).some((name) => !operationName || name === operationName);
  } catch {
    return false; // Whoever parses it says what is wrong with it.
  }
}

/** The names of the subscriptions in a document; of those that have none, nothing. */
function subscriptionsIn(text: string): (string | undefined)[] {
  const lexer = new Lexer(new Source(text));
  const names: (string | undefined)[] = [];
  let depth = 0;
  for (let count = 0; count < MAX_TOKENS; count++) {
    const last = lexer.token.kind;
    const { kind, value } = lexer.advance();
    if (kind === TokenKind.EOF) break;
    depth += STEPS[kind] ?? 0;
    const isBeginning = depth === 0 && (last === TokenKind.SOF || last === TokenKind.BRACE_R);
    if (!isBeginning || kind !== TokenKind.NAME || value !== 'subscription') continue;
    const next = lexer.lookahead();
    names.push(next.kind === TokenKind.NAME ? next.value : undefined);
  }
  return names;
}
