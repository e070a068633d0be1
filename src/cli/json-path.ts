import { JSONPath } from 'jsonpath-plus';
import { stringifyJson } from '../catalog/manifests/json.ts';
import { usageError } from './cli-error.ts';

/** The values at a path of kubectl's form: `.spec.ports[*].name`, `{.metadata.labels.a\.b/c}`, `items[?(@.x=="y")]`. */
export type Path = (value: unknown) => readonly unknown[];

const QUOTED = String.raw`\[?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`;
const STEP = String.raw`(?:[^.[\]\\=<>!()&|"'\s]|\\.)`;
const KUBECTL_ONLY = new RegExp(
  String.raw`(?<quoted>${QUOTED})|\.?(?<key>${STEP}*\\\.${STEP}*)|\[-(?<fromEnd>\d+)\]`,
  'g',
);

/**
 * What kubectl has and the library does not: `.a\.b` and `['a\.b']` are `['a.b']`, and `[-2]` is the last but one. What stands
 * in quotes and is no key stays as it is.
 */
const inLibrarysForm = (path: string): string =>
  path.replace(KUBECTL_ONLY, (all, quoted?: string, key?: string, fromEnd?: string) => {
    if (quoted !== undefined) return quoted.startsWith('[') ? quoted.replaceAll('\\.', '.') : quoted;
    if (key !== undefined) return `['${key.replace(/\\(.)/g, '$1').replaceAll("'", "\\'")}']`;
    if (fromEnd !== undefined) return Number(fromEnd) === 1 ? '[-1:]' : `[-${fromEnd}:-${Number(fromEnd) - 1}]`;
    return all;
  });

export function readPath(text: string): Path {
  const bare = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  const path = inLibrarysForm(bare.replace(/^[$@]/, ''));
  const rooted = path === '' || /^[.[]/.test(path) ? `$${path === '.' ? '' : path}` : `$.${path}`;
  return (value) => {
    if (value === null || typeof value !== 'object') return rooted === '$' ? [value] : [];
    try {
      return JSONPath({ path: rooted, json: value, eval: 'safe', wrap: true }) as unknown[];
    } catch (error) {
      throw usageError(
        `the path '${text}' cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        'accepted: .spec.label, .spec.ports[*].name, .items[?(@.kind=="Rack")].metadata.name',
      );
    }
  };
}

/** A value as part of a line: texts as they are, all else as JSON. */
export const plainText = (value: unknown): string => (typeof value === 'string' ? value : stringifyJson(value, 0));

type Part = (value: unknown) => string;

const TOKEN = /\{((?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}/gy;
const TEXT = /[^{]+/y;

/**
 * A template of `kubectl -o jsonpath`: text, paths and quoted text in braces, and `{range PATH} … {end}`. Several values of
 * a path are divided by spaces. A template without braces is one path.
 */
export function readTemplate(template: string): Part {
  const tokens = template.includes('{') ? tokensOf(template) : [{ inside: template }];
  const all: Part[] = [];
  const open: { readonly each: Path; readonly outer: Part[] }[] = [];
  let parts = all;
  for (const token of tokens) {
    const { inside } = token;
    if (inside === undefined) parts.push(() => token.text);
    else if (/^range\b/.test(inside)) {
      open.push({ each: readPath(inside.slice('range'.length)), outer: parts });
      parts = [];
    } else if (inside === 'end') {
      const range = open.pop();
      if (range === undefined) throw wrong(template, '{end} without {range}');
      range.outer.push(repeated(range.each, parts));
      parts = range.outer;
    } else parts.push(inside.startsWith('"') || inside.startsWith("'") ? quoted(template, inside) : valuesAt(inside));
  }
  if (open.length > 0) throw wrong(template, '{range} without {end}');
  return (value) => all.map((part) => part(value)).join('');
}

const repeated =
  (each: Path, parts: readonly Part[]): Part =>
  (value) =>
    each(value)
      .map((item) => parts.map((part) => part(item)).join(''))
      .join('');

function valuesAt(text: string): Part {
  const path = readPath(text);
  return (value) => path(value).map(plainText).join(' ');
}

function quoted(template: string, text: string): Part {
  try {
    const inner = text.startsWith("'") ? `"${text.slice(1, -1).replaceAll('"', '\\"').replaceAll("\\'", "'")}"` : text;
    const content = JSON.parse(inner) as string;
    return () => content;
  } catch {
    throw wrong(template, `${text} is not text in quotes`);
  }
}

type Token = { readonly inside: string } | { readonly inside?: undefined; readonly text: string };

function tokensOf(template: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < template.length; ) {
    const pattern = template[at] === '{' ? TOKEN : TEXT;
    pattern.lastIndex = at;
    const found = pattern.exec(template);
    if (found === null) throw wrong(template, `the brace at character ${at + 1} is not closed`);
    tokens.push(pattern === TOKEN ? { inside: (found[1] ?? '').trim() } : { text: found[0] });
    at = pattern.lastIndex;
  }
  return tokens;
}

const wrong = (template: string, why: string) =>
  usageError(
    `the template '${template}' cannot be read: ${why}`,
    `accepted: {.metadata.name}, {range .items[*]}{.metadata.name}{"\\n"}{end}`,
  );
