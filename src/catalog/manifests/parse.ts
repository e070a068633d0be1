import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Violation } from '../../platform/errors.ts';
import { isObject } from '../values/is-object.ts';

/** A file of manifests as it came in. */
export interface ManifestFile {
  readonly source?: string;
  readonly content: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a file. */
export interface ParsedDocument {
  readonly source: string | undefined;
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** Where a path stands in the file; the nearest enclosing node when the path itself is absent. */
  positionOf(path: readonly (string | number)[]): Position;
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

type KeyedPair = Pair<Node>;
const hasKey = (pair: Pair): pair is KeyedPair => isScalar(pair.key);
const keyOf = ({ key }: KeyedPair): string => String(key.toJSON());

/** The first entry of a mapping whose key stands there already. */
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

/** Reads YAML (or JSON, which is YAML): every document, or where and why it can not be read. */
export function parseManifests({ source, content }: ManifestFile): ParsedFile {
  const lines = new LineCounter();
  // Of a byte order mark the parser would make a column.
  const parsed = parseAllDocuments(content.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    intAsBigInt: true,
    prettyErrors: false,
    uniqueKeys: false, // The parser's own check compares every key with every other; `repeatedKey` does not.
  });
  const documents: ParsedDocument[] = [];
  const indexed = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairsOf = (map: YAMLMap): ReadonlyMap<string, Pair> => {
    const pairs = indexed.get(map) ?? new Map(map.items.filter(hasKey).map((pair) => [keyOf(pair), pair]));
    indexed.set(map, pairs);
    return pairs;
  };
  const violations: Violation[] = [];
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const refuse = (rule: string, message: string, offset: number): void => {
    violations.push({ rule, message, ...(source !== undefined && { source }), ...at(offset) });
  };
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const [error] = document.errors;
    if (error !== undefined) {
      refuse('MALFORMED_YAML', causeText(error), error.pos[0]);
      continue;
    }
    let value: unknown;
    try {
      const repeated = repeatedKey(document);
      if (repeated !== undefined) {
        const message = `the key ${JSON.stringify(keyOf(repeated))} stands in its mapping twice`;
        refuse('MALFORMED_YAML', message, repeated.key.range?.[0] ?? document.range[0]);
        continue;
      }
      value = exact(document.toJS({ maxAliasCount: 100 }));
    } catch (cause) {
      refuse('MALFORMED_YAML', causeText(cause), danglingAlias(document)?.range?.[0] ?? document.range[0]);
      continue;
    }
    if (value === null || value === undefined) continue;
    const root = document.contents as Node | null;
    const start = root?.range?.[0] ?? document.range[0];
    if (!isObject(value)) {
      refuse('NOT_A_MANIFEST', 'a manifest is a mapping with apiVersion, kind and metadata', start);
      continue;
    }
    const place =
      (prefix: readonly (string | number)[]) =>
      (path: readonly (string | number)[]): Position => {
        let node: unknown = root;
        let offset = start;
        for (const step of [...prefix, ...path]) {
          if (isAlias(node)) node = node.resolve(document);
          // The key's own place when there is one: that is where a person looks.
          const pair = isMap(node) ? pairsOf(node).get(String(step)) : undefined;
          const next = pair?.value ?? (isSeq(node) ? node.items[Number(step)] : undefined);
          const shown = pair?.key ?? next;
          if (!isNode(shown)) break;
          offset = shown.range?.[0] ?? offset;
          node = next;
        }
        return at(offset);
      };
    const items = value.kind === 'List' && Array.isArray(value.items) ? value.items : undefined;
    if (items === undefined) {
      documents.push({ source, line: at(start).line, value, positionOf: place([]) });
      continue;
    }
    for (const [index, item] of items.entries()) {
      const positionOf = place(['items', index]);
      if (isObject(item)) documents.push({ source, line: positionOf([]).line, value: item, positionOf });
      else refuse('NOT_A_MANIFEST', `items[${index}] of the List is not a mapping`, start);
    }
  }
  return { documents, violations };
}
