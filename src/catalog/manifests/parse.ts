import { isMap, isNode, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Violation } from '../../platform/errors.ts';

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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads YAML (or JSON, which is YAML): every document, or where and why it can not be read. */
export function parseManifests({ source, content }: ManifestFile): ParsedFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(content, { lineCounter: lines, intAsBigInt: true, prettyErrors: false });
  const documents: ParsedDocument[] = [];
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
      refuse('MALFORMED_YAML', error.message.split('\n')[0] ?? 'malformed YAML', error.pos[0]);
      continue;
    }
    let value: unknown;
    try {
      value = exact(document.toJS({ maxAliasCount: 100 }));
    } catch (cause) {
      refuse('MALFORMED_YAML', cause instanceof Error ? cause.message : String(cause), document.range[0]);
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
        const whole = [...prefix, ...path];
        for (let length = whole.length; length > 0; length--) {
          const parent = document.getIn(whole.slice(0, length - 1), true) ?? root;
          const key = whole[length - 1];
          // The key's own place when there is one: that is where a person looks.
          const pair = isMap(parent)
            ? parent.items.find((item) => isNode(item.key) && item.key.toJSON() === key)
            : undefined;
          const node = pair?.key ?? document.getIn(whole.slice(0, length), true);
          if (isNode(node) && node.range) return at(node.range[0]);
        }
        return at(start);
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
