import { invalidInput } from '../../platform/errors.ts';
import { isLabelKey, isLabelValue } from '../values/names.ts';
import { requireFew, requireFewValues } from './bounds.ts';

/** One condition of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent' | 'gt' | 'lt';
  readonly values: readonly string[];
}

interface Token {
  readonly text: string;
  readonly at: number;
  readonly isWord: boolean;
}

const symbols: ReadonlySet<string> = new Set(['==', '!=', '=', '!', '>', '<', '(', ')', ',']);
/** A symbol, or a word; between them are blanks. */
const token = /[=!]=|[=!<>(),]|[^ \t\r\n=!<>(),]+/g;

/** The tokens of a text, each when it is asked for: what is refused is not read to its end. */
function readTokens(text: string) {
  const found = text.matchAll(token);
  const next = (): Token | undefined => {
    const { value } = found.next();
    return value && { text: value[0], at: value.index, isWord: !symbols.has(value[0]) };
  };
  let current = next();
  return {
    peek: () => current,
    skip: () => {
      current = next();
    },
  };
}

/**
 * Kubernetes' label selector grammar, exactly (apimachinery `pkg/labels`): requirements joined by `,`, operators
 * `=`, `==`, `!=`, `in`, `notin`, `>`, `<`, `key`, `!key`. Throws InvalidInputError with the place of the problem.
 */
export function parseSelector(text: string, path = 'labelSelector'): Requirement[] {
  const { peek, skip } = readTokens(text);
  const fail = (rule: string, message: string, accepted: string, at = peek()?.at ?? text.length): never => {
    const fullMessage = `${message} at character ${at + 1}; accepted: ${accepted}`;
    throw invalidInput({ rule, path, message: fullMessage, value: text, accepted, column: at + 1 });
  };
  const isSymbol = (symbol: string): boolean => peek()?.isWord === false && peek()?.text === symbol;
  const key = (): string => {
    const token = peek();
    if (token === undefined || !token.isWord)
      return fail('SELECTOR', 'a label key is missing', 'a key such as tier or app.example.com/tier');
    if (!isLabelKey(token.text))
      return fail(
        'SELECTOR_KEY',
        `'${token.text}' is not a label key`,
        '[prefix/]name, name of 1–63 letters, digits, -_.',
      );
    skip();
    return token.text;
  };
  const value = (): string => {
    const token = peek();
    if (token === undefined || !token.isWord) return '';
    if (!isLabelValue(token.text))
      return fail('SELECTOR_VALUE', `'${token.text}' is not a label value`, 'at most 63 letters, digits, -_.');
    skip();
    return token.text;
  };
  const values = (): string[] => {
    if (!isSymbol('(')) fail('SELECTOR', "'(' is missing", 'a list such as (a,b)');
    skip();
    const list = [value()];
    while (isSymbol(',')) {
      skip();
      requireFewValues(list.length + 1, path);
      list.push(value());
    }
    if (!isSymbol(')')) fail('SELECTOR', "')' is missing", "',' or ')'");
    skip();
    return list;
  };
  const operators = '=, ==, !=, in, notin, >, <';
  const requirement = (): Requirement => {
    if (isSymbol('!')) {
      skip();
      return { key: key(), operator: 'absent', values: [] };
    }
    const name = key();
    const token = peek();
    if (token === undefined || isSymbol(',')) return { key: name, operator: 'exists', values: [] };
    if (token.isWord) {
      if (token.text !== 'in' && token.text !== 'notin') {
        return fail('SELECTOR_OPERATOR', `unknown operator '${token.text}'`, operators);
      }
      skip();
      return { key: name, operator: token.text, values: values() };
    }
    skip();
    if (token.text === '=' || token.text === '==') return { key: name, operator: 'in', values: [value()] };
    if (token.text === '!=') return { key: name, operator: 'notin', values: [value()] };
    if (token.text === '>' || token.text === '<') {
      const number = peek();
      if (number === undefined || !/^-?\d{1,18}$/.test(number.text))
        return fail('SELECTOR_VALUE', `'${token.text}' takes a whole number`, 'at most 18 digits');
      skip();
      return { key: name, operator: token.text === '>' ? 'gt' : 'lt', values: [number.text] };
    }
    return fail('SELECTOR_OPERATOR', `unknown operator '${token.text}'`, operators, token.at);
  };

  if (peek() === undefined) return [];
  const requirements = [requirement()];
  while (peek() !== undefined) {
    if (!isSymbol(',')) fail('SELECTOR', `'${peek()?.text ?? ''}' is not expected`, "',' or the end");
    skip();
    requireFew(requirements.length + 1, path);
    requirements.push(requirement());
  }
  return requirements;
}
