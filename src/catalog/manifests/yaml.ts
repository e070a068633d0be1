import {
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
  type YAMLMap,
} from 'yaml';
import { type Aliases, aliasesOf } from './aliases.ts';
import type { Part } from './parts.ts';
import type { Steps } from './path.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A part of a file as the YAML parser sees it: many times its text, so it is parsed only when it is needed. */
export interface Yaml {
  documents(): readonly Document.Parsed[];
  /** A document as the parser gives it, the members of its mappings by their keys, and what its aliases stand for. */
  treeOf(document: number): {
    readonly tree: Document.Parsed | undefined;
    readonly pairsOf: Parsed['pairsOf'];
    readonly behind: Parsed['behind'];
  };
  aliasesOf(document: Document.Parsed): Aliases;
  at(offset: number): Position;
  /**
   * The position of a path of a document in the file; that of the nearest enclosing node if the path itself is
   * absent.
   */
  positionOf(document: number, path: Steps): Position;
}

export type KeyedPair = Pair<Node>;
export const hasKey = (pair: Pair): pair is KeyedPair => isScalar(pair.key);
/** The parser has a symbol for the key that merges. */
export const keyOf = ({ key }: KeyedPair): string => {
  const value: unknown = key.toJSON();
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
};

/** Offset at which a document begins. */
export const startOf = ({ contents, range }: Document.Parsed): number => contents?.range?.[0] ?? range[0];

interface Parsed {
  readonly documents: readonly Document.Parsed[];
  readonly lines: LineCounter;
  pairsOf(map: YAMLMap): ReadonlyMap<string, Pair>;
  aliasesOf(document: Document.Parsed): Aliases;
  /** The node that an alias of the document stands for; any other node is itself. */
  behind(document: Document.Parsed, node: unknown): unknown;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    intAsBigInt: true,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false, // The parser's own check compares every key with every other; `repeatedKey` does not.
  });
  const indexed = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const aliases = new WeakMap<Document.Parsed, Aliases>();
  const own = (document: Document.Parsed): Aliases => {
    const known = aliases.get(document) ?? aliasesOf(document);
    aliases.set(document, known);
    return known;
  };
  return {
    documents: Array.isArray(documents) ? documents : [],
    lines,
    aliasesOf: own,
    behind: (document, node) => (isAlias(node) ? own(document).targets.get(node) : node),
    pairsOf: (map) => {
      const pairs = indexed.get(map) ?? new Map(map.items.filter(hasKey).map((pair) => [keyOf(pair), pair]));
      indexed.set(map, pairs);
      return pairs;
    },
  };
}

export function openYaml({ text, above }: Part): Yaml {
  let parsed: Parsed | undefined;
  const open = (): Parsed => {
    parsed ??= parse(text);
    return parsed;
  };
  const at = (offset: number): Position => {
    const { line, col } = open().lines.linePos(offset);
    return { line: above + line, column: col };
  };
  return {
    documents: () => open().documents,
    treeOf: (index) => {
      const { documents, pairsOf, behind } = open();
      return { tree: documents[index], pairsOf, behind };
    },
    aliasesOf: (document) => open().aliasesOf(document),
    at,
    positionOf: (index, path) => {
      const { documents, pairsOf, behind } = open();
      const document = documents[index];
      if (document === undefined) return at(0);
      let node: unknown = document.contents;
      let offset = startOf(document);
      for (const step of path) {
        node = behind(document, node);
        // The key's own place when there is one: that is where a person looks.
        const pair = isMap(node) ? pairsOf(node).get(String(step)) : undefined;
        const next = pair?.value ?? (isSeq(node) ? node.items[Number(step)] : undefined);
        const shown = pair?.key ?? next;
        if (!isNode(shown)) break;
        offset = shown.range?.[0] ?? offset;
        node = next;
      }
      return at(offset);
    },
  };
}
