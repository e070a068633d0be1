import { type Alias, type Document, visit } from 'yaml';
import type { Violation } from '../../platform/errors.ts';
import { isObject } from '../values/is-object.ts';
import { parseMapping } from './json.ts';
import { linesIn, type Part, partsOf } from './parts.ts';
import type { Steps } from './path.ts';
import { hasKey, type KeyedPair, keyOf, openYaml, type Position, startOf } from './yaml.ts';

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
  /** Where a path stands in the file; the nearest enclosing node when the path itself is absent. */
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

/** Reads YAML (or JSON, which is YAML): every document, or where and why it cannot be read. */
export function parseManifests(file: ManifestFile): ParsedFile {
  const parts = [...parseParts(file)];
  return {
    documents: parts.flatMap(({ documents }) => documents),
    violations: parts.flatMap(({ violations }) => violations),
  };
}

/** The same bit by bit, in the order of the file. */
export function* parseParts({ source, content, firstLine = 1 }: ManifestFile): Generator<ParsedFile> {
  // Of a byte order mark the parser would make a column.
  for (const part of partsOf(content.replace(/^\uFEFF/, ''), firstLine - 1)) {
    const value = parseMapping(part.body);
    if (value === undefined || itemsOf(value) !== undefined) {
      yield readYaml(part, source);
    } else {
      const line = part.above + linesIn(part.body, part.body.indexOf('{')) + 1;
      const { positionOf } = openYaml(part);
      yield { documents: [{ source, line, value, positionOf: (path) => positionOf(0, path) }], violations: [] };
    }
  }
}

const itemsOf = ({ kind, items }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined =>
  kind === 'List' && Array.isArray(items) ? items : undefined;

function readYaml(part: Part, source: string | undefined): ParsedFile {
  const documents: ParsedDocument[] = [];
  const violations: Violation[] = [];
  const yaml = openYaml(part);
  const refuse = (rule: string, message: string, offset: number): void => {
    violations.push({ rule, message, ...(source !== undefined && { source }), ...yaml.at(offset) });
  };
  for (const [index, document] of yaml.documents().entries()) {
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
    const start = startOf(document);
    if (!isObject(value)) {
      refuse('NOT_A_MANIFEST', 'a manifest is a mapping with apiVersion, kind and metadata', start);
      continue;
    }
    const items = itemsOf(value);
    if (items === undefined) {
      const positionOf = (path: Steps): Position => yaml.positionOf(index, path);
      documents.push({ source, line: yaml.at(start).line, value, positionOf });
      continue;
    }
    for (const [place, item] of items.entries()) {
      const positionOf = (path: Steps): Position => yaml.positionOf(index, ['items', place, ...path]);
      if (isObject(item)) documents.push({ source, line: positionOf([]).line, value: item, positionOf });
      else refuse('NOT_A_MANIFEST', `items[${place}] of the List is not a mapping`, start);
    }
  }
  yaml.close();
  return { documents, violations };
}
