import { invalidInput } from '../../platform/errors.ts';
import { isLabelKey, isLabelValue } from '../values/names.ts';

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

const tokenize = (text: string): Token[] =>
  Array.from(text.matchAll(token), ({ 0: found, index: at }) => ({ text: found, at, isWord: !symbols.has(found) }));

/**
 * Kubernetes' label selector grammar, exactly (apimachinery `pkg/labels`): requirements joined by `,`, operators
 * `=`, `==`, `!=`, `in`, `notin`, `>`, `<`, `key`, `!key`. Throws InvalidInputError with the place of the problem.
 */
export function parseSelector(text: string, path = 'labelSelector'): Requirement[] {
  const tokens = tokenize(text);
  let next = 0;
  const fail = (rule: string, message: string, accepted: string, at = tokens[next]?.at ?? text.length): never => {
    const fullMessage = `${message} at character ${at + 1}; accepted: ${accepted}`;
    throw invalidInput({ rule, path, message: fullMessage, value: text, accepted, column: at + 1 });
  };
  const peek = (): Token | undefined => tokens[next];
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
    next++;
    return token.text;
  };
  const value = (): string => {
    const token = peek();
    if (token === undefined || !token.isWord) return '';
    if (!isLabelValue(token.text))
      return fail('SELECTOR_VALUE', `'${token.text}' is not a label value`, 'at most 63 letters, digits, -_.');
    next++;
    return token.text;
  };
  const values = (): string[] => {
    if (!isSymbol('(')) fail('SELECTOR', "'(' is missing", 'a list such as (a,b)');
    next++;
    const list = [value()];
    while (isSymbol(',')) {
      next++;
      list.push(value());
    }
    if (!isSymbol(')')) fail('SELECTOR', "')' is missing", "',' or ')'");
    next++;
    return list;
  };
  const operators = '=, ==, !=, in, notin, >, <';
  const requirement = (): Requirement => {
    if (isSymbol('!')) {
      next++;
      return { key: key(), operator: 'absent', values: [] };
    }
    const name = key();
    const token = peek();
    if (token === undefined || isSymbol(',')) return { key: name, operator: 'exists', values: [] };
    if (token.isWord) {
      if (token.text !== 'in' && token.text !== 'notin') {
        return fail('SELECTOR_OPERATOR', `unknown operator '${token.text}'`, operators);
      }
      next++;
      return { key: name, operator: token.text, values: values() };
    }
    next++;
    if (token.text === '=' || token.text === '==') return { key: name, operator: 'in', values: [value()] };
    if (token.text === '!=') return { key: name, operator: 'notin', values: [value()] };
    if (token.text === '>' || token.text === '<') {
      const number = peek();
      if (number === undefined || !/^-?\d{1,18}$/.test(number.text))
        return fail('SELECTOR_VALUE', `'${token.text}' takes a whole number`, 'at most 18 digits');
      next++;
      return { key: name, operator: token.text === '>' ? 'gt' : 'lt', values: [number.text] };
    }
    return fail('SELECTOR_OPERATOR', `unknown operator '${token.text}'`, operators, token.at);
  };

  if (tokens.length === 0) return [];
  const requirements = [requirement()];
  while (next < tokens.length) {
    if (!isSymbol(',')) fail('SELECTOR', `'${peek()?.text ?? ''}' is not expected`, "',' or the end");
    next++;
    requirements.push(requirement());
  }
  return requirements;
}
