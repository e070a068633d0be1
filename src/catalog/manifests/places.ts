import { isMap, isNode, isSeq } from 'yaml';
import type { Steps } from './path.ts';
import { type Position, startOf, type Yaml } from './yaml.ts';

/**
 * Line, column and the number of values in it and below, for each value of a document, in the order of the document.
 */
export type Places = Int32Array<ArrayBuffer>;
const WIDTH = 3;
const SIZE = 2;

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

function countValues(value: unknown): number {
  if (!isContainer(value)) return 1;
  return Object.values(value).reduce<number>((count, inner) => count + countValues(inner), 1);
}

/** Where all values of a document stand: what is left of a parsed document when the parser's own tree is gone. */
export function placesOf(value: unknown, yaml: Yaml, index: number): Places {
  const { tree, pairsOf, behind } = yaml.treeOf(index);
  if (tree === undefined) return new Int32Array();
  const places = new Int32Array(countValues(value) * WIDTH);
  let used = 0;
  const note = (inner: unknown, from: unknown, offset: number): void => {
    const own = used++;
    const { line, column } = yaml.at(offset);
    places[own * WIDTH] = line;
    places[own * WIDTH + 1] = column;
    const node = behind(tree, from);
    if (isContainer(inner)) {
      for (const [at, [key, below]] of Object.entries(inner).entries()) {
        // The key's own place when there is one: that is where a person looks.
        const pair = isMap(node) ? pairsOf(node).get(key) : undefined;
        const next = pair?.value ?? (isSeq(node) ? node.items[at] : undefined);
        const shown = pair?.key ?? next;
        note(below, next, isNode(shown) ? (shown.range?.[0] ?? offset) : offset);
      }
    }
    places[own * WIDTH + SIZE] = used - own;
  };
  note(value, tree.contents, startOf(tree));
  return places;
}

/** Positions of paths of a value; that of the nearest enclosing value if the path itself is absent. */
export function createPositionOf(places: Places, value: unknown): (path: Steps) => Position {
  const found = new Map<object, ReadonlyMap<string, number>>();
  /** How many values stand between a container and each of its members. */
  const membersOf = (container: object, own: number): ReadonlyMap<string, number> => {
    const known = found.get(container);
    if (known !== undefined) return known;
    const members = new Map<string, number>();
    let next = own + 1;
    for (const key of Object.keys(container)) {
      members.set(key, next - own);
      next += places[next * WIDTH + SIZE] ?? 1;
    }
    found.set(container, members);
    return members;
  };
  return (path) => {
    let own = 0;
    let inner = value;
    for (const step of path) {
      const distance = isContainer(inner) ? membersOf(inner, own).get(String(step)) : undefined;
      if (distance === undefined) break;
      own += distance;
      inner = (inner as Readonly<Record<string | number, unknown>>)[step];
    }
    return { line: places[own * WIDTH] ?? 1, column: places[own * WIDTH + 1] ?? 1 };
  };
}
