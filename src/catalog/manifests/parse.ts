import { type Document, visit } from 'yaml';
import type { Violation } from '../../platform/errors.ts';
import { isObject } from '../values/is-object.ts';
import { brokenByText, brokenByValue, tooManyInAll } from './broken-bound.ts';
import { parseMapping } from './json.ts';
import { LONGEST_AT_ONCE } from './limits.ts';
import { linesIn, type Part, partsOf } from './parts.ts';
import { pathText, type Steps } from './path.ts';
import { createPositionOf, type Places, placesOf } from './places.ts';
import { hasKey, type KeyedPair, keyOf, openYaml, type Position, startOf, type Yaml } from './yaml.ts';

/** A file of manifests as it came in. */
export interface ManifestFile {
  readonly source?: string;
  readonly content: string;
  /** Line of the file at which the content begins, when it is a piece of it. */
  readonly firstLine?: number;
}

/** One document of a file. */
export interface ParsedDocument {
  readonly source: string | undefined;
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** The position of a path in the file; that of the nearest enclosing node if the path itself is absent. */
  positionOf(path: Steps): Position;
}

export interface ParsedFile {
  readonly documents: readonly ParsedDocument[];
  readonly violations: readonly Violation[];
}

/** Whole numbers that a JavaScript number holds exactly become one; the rest stay BigInt. */
function exact(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(exact);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, exact(inner)]));
  }
  return value;
}

const causeText = (cause: unknown): string => {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.startsWith('Maximum call stack') ? 'it is nested too deeply' : (text.split('\n')[0] ?? 'malformed YAML');
};

/** The first entry of a mapping that repeats a key. */
function repeatedKey(document: Document.Parsed): KeyedPair | undefined {
  let found: KeyedPair | undefined;
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const pair of map.items.filter(hasKey)) {
        const key = keyOf(pair);
        if (seen.has(key)) {
          found = pair;
          return visit.BREAK;
        }
        seen.add(key);
      }
      return undefined;
    },
  });
  return found;
}

/** Reads YAML (or JSON, which is YAML): every document, or where and why it cannot be read. */
export function parseManifests(file: ManifestFile): ParsedFile {
  const parts = [...partsOfFile(file)].map((part) => parsePart(part, file.source));
  return {
    documents: parts.flatMap(({ documents }) => documents),
    violations: parts.flatMap(({ violations }) => violations),
  };
}

/** The pieces of a file that can be read by themselves. */
export const partsOfFile = ({ content, firstLine = 1 }: ManifestFile): Generator<Part> =>
  // The parser would count a byte order mark as a column.
  partsOf(content.replace(/^\uFEFF/, ''), firstLine - 1);

/** JSON is parsed again where somebody asks for places in it: for so many documents of a file. */
export const MOST_PLACED = 100;

/** Reads one part of a file. `placed`: how many more documents may be parsed again for places in them. */
export function parsePart(part: Part, source: string | undefined, placed = { left: MOST_PLACED }): ParsedFile {
  const json = part.text.length > LONGEST_AT_ONCE ? undefined : parseMapping(part.body);
  if (json === undefined || isList(json) || brokenByValue(json) !== undefined)
    return parsedFile(readYaml(part), source);
  const line = part.above + linesIn(part.body, part.body.indexOf('{')) + 1;
  let yaml: Yaml | undefined;
  const positionOf = (path: Steps): Position => {
    if (yaml === undefined && placed.left-- <= 0) return { line, column: 1 };
    yaml ??= openYaml(part);
    return yaml.positionOf(0, path);
  };
  return { documents: [{ source, line, value: json, positionOf }], violations: [] };
}

interface List {
  readonly apiVersion?: unknown;
  readonly kind: string;
  /** Null as Go writes a list that has none. */
  readonly items: readonly unknown[] | null;
}

/** What Kubernetes prints for several objects: `List`, or `RackList` for those of one kind. */
const isList = (value: object): value is List =>
  'kind' in value &&
  typeof value.kind === 'string' &&
  value.kind.endsWith('List') &&
  'items' in value &&
  (Array.isArray(value.items) || value.items === null);

interface Item {
  readonly steps: Steps;
  readonly value: unknown;
}

/** The objects of a list and of lists in it. What a list of one kind holds need not say of which. */
const itemsOf = ({ apiVersion, kind, items }: List, steps: Steps = []): Item[] =>
  (items ?? []).flatMap((item, index): Item[] => {
    const own = [...steps, 'items', index];
    if (!isObject(item)) return [{ steps: own, value: item }];
    if (isList(item)) return itemsOf(item, own);
    const implied = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return [{ steps: own, value: { ...implied, ...item } }];
  });

/** What was read of a part: plain data, which can be sent from one thread to another. */
export interface ReadPart {
  readonly roots: readonly { readonly value: unknown; readonly places: Places }[];
  /** Manifests: a root itself, or a place in a root that is a List. */
  readonly documents: readonly {
    readonly root: number;
    readonly steps: Steps;
    readonly line: number;
    readonly value: Readonly<Record<string, unknown>>;
  }[];
  readonly violations: readonly Violation[];
}

/** A part that is being read. */
type Reading = { readonly [Member in keyof ReadPart]: ReadPart[Member][number][] };

/** Gives what was read its source. */
export function parsedFile({ roots, documents, violations }: ReadPart, source: string | undefined): ParsedFile {
  const positions = roots.map(({ places, value }) => createPositionOf(places, value));
  return {
    documents: documents.map(({ root, steps, line, value }) => ({
      source,
      line,
      value,
      positionOf: (path) => positions[root]?.([...steps, ...path]) ?? { line, column: 1 },
    })),
    violations: violations.map((violation) => ({ ...violation, ...(source !== undefined && { source }) })),
  };
}

export function readYaml(part: Part): ReadPart {
  const read: Reading = { roots: [], documents: [], violations: [] };
  const { text, above } = part;
  const broken = brokenByText(text);
  if (broken !== undefined) {
    const { offset, ...violation } = broken;
    const column = offset - text.lastIndexOf('\n', offset - 1);
    return { ...read, violations: [{ ...violation, line: above + linesIn(text, offset) + 1, column }] };
  }
  const yaml = openYaml(part);
  for (const index of yaml.documents().keys()) readDocument(read, yaml, index);
  return read;
}

/** Reads one document of a part, which has several only where it cannot be cut. */
function readDocument({ roots, documents, violations }: Reading, yaml: Yaml, index: number): void {
  const document = yaml.documents()[index];
  if (document === undefined) return;
  const addViolation = (rule: string, message: string, offset: number): void => {
    violations.push({ rule, message, ...yaml.at(offset) });
  };
  const [error] = document.errors;
  if (error !== undefined) {
    addViolation('MALFORMED_YAML', causeText(error), error.pos[0]);
    return;
  }
  let value: unknown;
  const { dangling, excessive } = yaml.aliasesOf(document);
  try {
    const repeated = repeatedKey(document);
    if (repeated !== undefined) {
      const message = `the key ${JSON.stringify(keyOf(repeated))} stands in its mapping twice`;
      addViolation('MALFORMED_YAML', message, repeated.key.range?.[0] ?? document.range[0]);
      return;
    }
    if (excessive !== undefined) {
      const { alias, isCircular } = excessive;
      const [offset = 0] = alias.range ?? [];
      if (isCircular) addViolation('MALFORMED_YAML', `*${alias.source} stands inside what it stands for`, offset);
      else violations.push({ ...tooManyInAll, ...yaml.at(offset) });
      return;
    }
    const raw: unknown = document.toJS({ maxAliasCount: -1 });
    const broken = brokenByValue(raw);
    if (broken !== undefined) {
      const { path, ...violation } = broken;
      violations.push({ ...violation, ...yaml.positionOf(index, path) });
      return;
    }
    value = exact(raw);
  } catch (cause) {
    addViolation('MALFORMED_YAML', causeText(cause), dangling?.range?.[0] ?? document.range[0]);
    return;
  }
  if (value === null || value === undefined) return;
  const start = startOf(document);
  if (!isObject(value)) {
    addViolation('NOT_A_MANIFEST', 'a manifest is a mapping with apiVersion, kind and metadata', start);
    return;
  }
  const places = placesOf(value, yaml, index);
  const positionOf = createPositionOf(places, value);
  const root = roots.push({ value, places }) - 1;
  if (!isList(value)) {
    documents.push({ root, steps: [], line: yaml.at(start).line, value });
    return;
  }
  for (const item of itemsOf(value)) {
    const { line, column } = positionOf(item.steps);
    if (isObject(item.value)) documents.push({ root, steps: item.steps, line, value: item.value });
    else
      violations.push({
        rule: 'NOT_A_MANIFEST',
        message: `${pathText(item.steps)} of the ${value.kind} is not a mapping`,
        line,
        column,
      });
  }
}
