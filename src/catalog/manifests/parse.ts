import { type Alias, type Document, visit } from 'yaml';
import type { Violation } from '../../platform/errors.ts';
import { isObject } from '../values/is-object.ts';
import { brokenByText, brokenByValue } from './broken-bound.ts';
import { parseMapping } from './json.ts';
import { LONGEST_AT_ONCE } from './limits.ts';
import { linesIn, type Part, partsOf } from './parts.ts';
import type { Steps } from './path.ts';
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

/** The first alias of which there is no anchor before it. */
function danglingAlias(document: Document.Parsed): Alias | undefined {
  const anchors = new Set<string>();
  let found: Alias | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      if (anchors.has(alias.source)) return undefined;
      found = alias;
      return visit.BREAK;
    },
    Value: (_key, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
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
  if (json === undefined || itemsOf(json) !== undefined || brokenByValue(json) !== undefined)
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

const itemsOf = ({ kind, items }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined =>
  kind === 'List' && Array.isArray(items) ? items : undefined;

/** What was read of a part: plain data, which can be sent from one thread to another. */
export interface ReadPart {
  readonly roots: readonly { readonly value: unknown; readonly places: Places }[];
  /** Manifests: a root itself, or the place in a root that is a List. */
  readonly documents: readonly {
    readonly root: number;
    readonly item?: number;
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
    documents: documents.map(({ root, item, line, value }) => ({
      source,
      line,
      value,
      positionOf: (path) =>
        positions[root]?.(item === undefined ? path : ['items', item, ...path]) ?? { line, column: 1 },
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
  try {
    const repeated = repeatedKey(document);
    if (repeated !== undefined) {
      const message = `the key ${JSON.stringify(keyOf(repeated))} stands in its mapping twice`;
      addViolation('MALFORMED_YAML', message, repeated.key.range?.[0] ?? document.range[0]);
      return;
    }
    const raw: unknown = document.toJS({ maxAliasCount: 100 });
    const broken = brokenByValue(raw);
    if (broken !== undefined) {
      const { path, ...violation } = broken;
      violations.push({ ...violation, ...yaml.positionOf(index, path) });
      return;
    }
    value = exact(raw);
  } catch (cause) {
    addViolation('MALFORMED_YAML', causeText(cause), danglingAlias(document)?.range?.[0] ?? document.range[0]);
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
  const items = itemsOf(value);
  if (items === undefined) documents.push({ root, line: yaml.at(start).line, value });
  for (const [item, one] of items?.entries() ?? []) {
    if (isObject(one)) documents.push({ root, item, line: positionOf(['items', item]).line, value: one });
    else addViolation('NOT_A_MANIFEST', `items[${item}] of the List is not a mapping`, start);
  }
}
