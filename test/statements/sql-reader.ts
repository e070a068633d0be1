import ts from 'typescript';

/** One way in which a piece of SQL can read, and the `sql` templates that it is made of. */
export interface Reading {
  /** Each value stands as `VALUE`. */
  readonly text: string;
  readonly templates: ReadonlySet<ts.TaggedTemplateExpression>;
}

/** Stands for a value; `numbered` makes `$1`, `$2` … of them. */
export const VALUE = '\u0001';

export function numbered(text: string): string {
  let count = 0;
  return text.replaceAll(VALUE, () => {
    count += 1;
    return `$${count}`;
  });
}

/** What a name stands for inside a function that is read on behalf of one of its callers. */
type Scope = ReadonlyMap<ts.Symbol, { readonly node: ts.Expression; readonly scope: Scope }>;

const MOST_READINGS = 64;
/** Steps of one reading; a function that calls itself would have no end. */
const MOST_STEPS = 2_000;

/**
 * Reads SQL out of source code, without running it: templates with the fragments that they are put together from, as far
 * as constants, conditions, choices of literal names, and functions that return a piece decide them.
 *
 *     const own = sql`p.id = ${id}`            sql`select 1 from ${sql.ident(table)} p where ${own}`
 *                                        ──►  select 1 from "port" p where p.id = $1
 */
export function createSqlReader(checker: ts.TypeChecker) {
  const isSql = (node: ts.Expression): boolean => checker.getTypeAtLocation(node).getSymbol()?.name === 'Sql';

  const symbolOf = (node: ts.Node): ts.Symbol | undefined => {
    const symbol = checker.getSymbolAtLocation(node);
    return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  };

  let steps = 0;

  function read(node: ts.Expression, scope: Scope): Reading[] | undefined {
    steps += 1;
    if (steps > MOST_STEPS) return undefined;
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
      return read(node.expression, scope);
    }
    if (ts.isTaggedTemplateExpression(node) && isSql(node)) return readTemplate(node, scope);
    if (ts.isConditionalExpression(node)) return anyOf([read(node.whenTrue, scope), read(node.whenFalse, scope)]);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) {
      return read(node.right, scope);
    }
    if (ts.isCallExpression(node)) return readCall(node, scope);
    if (ts.isElementAccessExpression(node)) {
      const members = objectMembers(node.expression);
      return members && anyOf(members.map((member) => read(member, scope)));
    }
    const meaning = meaningOf(node, scope);
    return meaning && read(meaning.node, meaning.scope);
  }

  /** What a name stands for: what it was called with, or the constant's own initial value. */
  function meaningOf(node: ts.Expression, scope: Scope): { node: ts.Expression; scope: Scope } | undefined {
    const symbol = symbolOf(ts.isPropertyAccessExpression(node) ? node.name : node);
    if (symbol === undefined) return undefined;
    const bound = scope.get(symbol);
    if (bound !== undefined) return bound;
    const { valueDeclaration: declaration } = symbol;
    if (declaration === undefined) return undefined;
    if (ts.isVariableDeclaration(declaration) && declaration.parent.flags & ts.NodeFlags.Const) {
      return declaration.initializer && { node: declaration.initializer, scope };
    }
    if (ts.isPropertyAssignment(declaration)) return { node: declaration.initializer, scope };
    return undefined;
  }

  function readTemplate(node: ts.TaggedTemplateExpression, scope: Scope): Reading[] | undefined {
    const own = new Set([node]);
    const { template } = node;
    if (ts.isNoSubstitutionTemplateLiteral(template)) return [{ text: template.text, templates: own }];
    const parts: Reading[][] = [[{ text: template.head.text, templates: own }]];
    for (const { expression, literal } of template.templateSpans) {
      const pieces = isSql(expression) ? read(expression, scope) : [{ text: VALUE, templates: new Set<never>() }];
      if (pieces === undefined) return undefined;
      parts.push(pieces, [{ text: literal.text, templates: new Set() }]);
    }
    return product(parts);
  }

  function readCall(node: ts.CallExpression, scope: Scope): Reading[] | undefined {
    const name = node.expression.getText();
    const [first, second] = node.arguments;
    if (name === 'sql.join' && first !== undefined && second !== undefined) {
      const lists = readList(first, scope);
      const [separator = ''] = texts(second, scope) ?? [];
      return lists && anyOf(lists.map((pieces) => join(pieces, separator)));
    }
    if ((name === 'sql.raw' || name === 'sql.ident') && first !== undefined) {
      const quote = (text: string): string => (name === 'sql.ident' ? `"${text}"` : text);
      return texts(first, scope)?.map((text) => ({ text: quote(text), templates: new Set() }));
    }
    return readBody(node.expression, [...node.arguments], scope);
  }

  /** What a function returns when it is called like this. */
  function readBody(called: ts.Expression, args: readonly ts.Expression[], scope: Scope): Reading[] | undefined {
    const meaning = functionOf(called, scope);
    if (meaning === undefined) return undefined;
    const inner = new Map(meaning.scope);
    for (const [index, parameter] of meaning.function.parameters.entries()) bind(parameter, args[index], scope, inner);
    return anyOf(returnsOf(meaning.function).map((result) => read(result, inner)));
  }

  function functionOf(
    node: ts.Expression,
    scope: Scope,
  ): { function: ts.FunctionLikeDeclaration; scope: Scope } | undefined {
    if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return { function: node, scope };
    const declaration = symbolOf(ts.isPropertyAccessExpression(node) ? node.name : node)?.valueDeclaration;
    if (declaration !== undefined && (ts.isFunctionDeclaration(declaration) || ts.isMethodDeclaration(declaration))) {
      return { function: declaration, scope };
    }
    const meaning = ts.isCallExpression(node) ? undefined : meaningOf(node, scope);
    return meaning && functionOf(meaning.node, meaning.scope);
  }

  /** Parameters come to mean the arguments; members of an object that is taken apart mean those of the one given. */
  function bind(
    parameter: ts.ParameterDeclaration,
    argument: ts.Expression | undefined,
    scope: Scope,
    inner: Map<ts.Symbol, { node: ts.Expression; scope: Scope }>,
  ): void {
    const node = argument ?? parameter.initializer;
    if (node === undefined) return;
    if (ts.isIdentifier(parameter.name)) {
      const symbol = symbolOf(parameter.name);
      if (symbol !== undefined) inner.set(symbol, { node, scope });
      return;
    }
    if (!ts.isObjectBindingPattern(parameter.name) || !ts.isObjectLiteralExpression(node)) return;
    for (const element of parameter.name.elements) {
      const symbol = symbolOf(element.name);
      const key = (element.propertyName ?? element.name).getText();
      const member = node.properties.find((property) => property.name?.getText() === key);
      if (symbol !== undefined && member !== undefined && ts.isPropertyAssignment(member)) {
        inner.set(symbol, { node: member.initializer, scope });
      } else if (symbol !== undefined && element.initializer !== undefined) {
        inner.set(symbol, { node: element.initializer, scope });
      }
    }
  }

  function readList(node: ts.Expression, scope: Scope): Reading[][][] | undefined {
    if (ts.isArrayLiteralExpression(node)) {
      const parts: Reading[][][][] = [];
      for (const element of node.elements) {
        const list = ts.isSpreadElement(element) ? readList(element.expression, scope) : one(read(element, scope));
        if (list === undefined) return undefined;
        parts.push(list);
      }
      let lists: Reading[][][] = [[]];
      for (const part of parts) {
        if (lists.length * part.length > MOST_READINGS) return undefined;
        lists = lists.flatMap((list) => part.map((more) => [...list, ...more]));
      }
      return lists;
    }
    if (ts.isConditionalExpression(node)) {
      const lists = [readList(node.whenTrue, scope), readList(node.whenFalse, scope)];
      return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
    }
    // A list that is made of another one: one of its pieces stands for all.
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const [callback] = node.arguments;
      const { name, expression } = node.expression;
      if ((name.text === 'map' || name.text === 'flatMap') && callback !== undefined) {
        const element =
          ts.isIdentifier(expression) || ts.isArrayLiteralExpression(expression) ? elementOf(expression, scope) : [];
        return one(readBody(callback, element, scope));
      }
      if (name.text === 'values' && callback !== undefined) {
        const members = objectMembers(callback)?.map((member) => read(member, scope));
        return members?.every((member) => member !== undefined) ? [members] : undefined;
      }
    }
    const meaning = meaningOf(node, scope);
    // A list that starts empty is filled later, by what does not stand here.
    if (meaning === undefined || meaning.node.getText() === '[]') return undefined;
    return readList(meaning.node, meaning.scope);
  }

  function elementOf(node: ts.Expression, scope: Scope): ts.Expression[] {
    const list = ts.isArrayLiteralExpression(node) ? node : meaningOf(node, scope)?.node;
    const [first] = list !== undefined && ts.isArrayLiteralExpression(list) ? list.elements : [];
    return first === undefined ? [] : [first];
  }

  function objectMembers(node: ts.Expression): ts.Expression[] | undefined {
    const object = ts.isObjectLiteralExpression(node) ? node : meaningOf(node, new Map())?.node;
    const literal =
      object !== undefined && (ts.isAsExpression(object) || ts.isSatisfiesExpression(object))
        ? object.expression
        : object;
    if (literal === undefined || !ts.isObjectLiteralExpression(literal)) return undefined;
    return literal.properties.flatMap((property) => (ts.isPropertyAssignment(property) ? [property.initializer] : []));
  }

  /** Every text that an expression can have. */
  function texts(node: ts.Expression, scope: Scope): string[] | undefined {
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [node.text];
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return texts(node.expression, scope);
    if (ts.isConditionalExpression(node)) return allOf([texts(node.whenTrue, scope), texts(node.whenFalse, scope)]);
    if (ts.isTemplateExpression(node)) {
      let found = [node.head.text];
      for (const { expression, literal } of node.templateSpans) {
        const parts = texts(expression, scope);
        if (parts === undefined) return undefined;
        found = found.flatMap((before) => parts.map((part) => before + part + literal.text));
      }
      return found;
    }
    const meaning = ts.isIdentifier(node) ? meaningOf(node, scope) : undefined;
    const own = meaning && texts(meaning.node, meaning.scope);
    return own ?? literalTexts(checker.getTypeAtLocation(node));
  }

  return {
    /** Whether a template is SQL of ours; Kysely's tag is called the same. */
    isSql,
    /** Every way in which a template can read; undefined when that is not to be seen from the source. */
    read: (template: ts.TaggedTemplateExpression): Reading[] | undefined => {
      steps = 0;
      return read(template, new Map());
    },
  };
}

function literalTexts(type: ts.Type): string[] | undefined {
  const members = type.isUnion() ? type.types : [type];
  const texts = members.map((member) =>
    member.isStringLiteral() || member.isNumberLiteral() ? String(member.value) : undefined,
  );
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

function returnsOf(node: ts.FunctionLikeDeclaration): ts.Expression[] {
  if (node.body === undefined) return [];
  if (!ts.isBlock(node.body)) return [node.body];
  const found: ts.Expression[] = [];
  const visit = (part: ts.Node): void => {
    if (ts.isFunctionLike(part)) return;
    if (ts.isReturnStatement(part) && part.expression !== undefined) found.push(part.expression);
    ts.forEachChild(part, visit);
  };
  visit(node.body);
  return found;
}

const one = (readings: Reading[] | undefined): Reading[][][] | undefined => readings && [[readings]];

const anyOf = (choices: readonly (Reading[] | undefined)[]): Reading[] | undefined => {
  if (choices.length === 0 || choices.includes(undefined)) return undefined;
  const readings = choices.flatMap((choice) => choice ?? []);
  return readings.length > MOST_READINGS ? undefined : readings;
};

const allOf = (choices: readonly (string[] | undefined)[]): string[] | undefined =>
  choices.includes(undefined) ? undefined : choices.flatMap((choice) => choice ?? []);

/** Every combination of one reading of each part; undefined when they are too many. */
function product(parts: readonly Reading[][]): Reading[] | undefined {
  let found: Reading[] = [{ text: '', templates: new Set() }];
  for (const part of parts) {
    if (found.length * part.length > MOST_READINGS) return undefined;
    found = found.flatMap(({ text, templates }) =>
      part.map((more) => ({ text: text + more.text, templates: new Set([...templates, ...more.templates]) })),
    );
  }
  return found;
}

function join(pieces: readonly Reading[][], separator: string): Reading[] | undefined {
  const between: Reading[] = [{ text: separator, templates: new Set() }];
  const parts = pieces.flatMap((piece, index) => (index === 0 ? [piece] : [between, piece]));
  return product(parts);
}
