import { type Alias, type Document, isAlias, isMap, isPair, isSeq, type Node } from 'yaml';
import { MOST_VALUES } from './limits.ts';

/** The aliases of a document: what each stands for, and the first that stands for too much. */
export interface Aliases {
  readonly targets: ReadonlyMap<Alias, Node>;
  /** The first one of which there is no anchor before it. */
  readonly dangling: Alias | undefined;
  /** From it on the document would have more values than it may, or it stands inside what it stands for. */
  readonly excessive: { readonly alias: Alias; readonly isCircular: boolean } | undefined;
}

/**
 * Looks at each node once, in the order of the text; what an alias or a merge key repeats is counted as often as it is
 * repeated, so a document that would grow beyond its bounds is known before anything is repeated.
 */
export function aliasesOf({ contents }: Document.Parsed): Aliases {
  const targets = new Map<Alias, Node>();
  const anchored = new Map<string, Node>();
  /** Values in a node and below; undefined while it is being counted. */
  const sizes = new Map<Node, number>();
  let dangling: Alias | undefined;
  let excessive: Aliases['excessive'];
  let total = 0;
  const sizeOfAlias = (alias: Alias): number => {
    const target = anchored.get(alias.source);
    if (target === undefined) dangling ??= alias;
    if (target === undefined) return 1;
    targets.set(alias, target);
    const size = sizes.get(target);
    total += size ?? 0;
    if (size === undefined || total > MOST_VALUES) excessive ??= { alias, isCircular: size === undefined };
    return size ?? 1;
  };
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return sizeOfAlias(node);
    if (isPair(node)) return sizeOf(node.value);
    if (typeof node !== 'object' || node === null) return 1;
    if ('anchor' in node && typeof node.anchor === 'string') anchored.set(node.anchor, node as Node);
    total += 1;
    const inner: readonly unknown[] = isMap(node) || isSeq(node) ? node.items : [];
    const size = inner.reduce<number>((sum, one) => sum + sizeOf(one), 1);
    sizes.set(node as Node, size);
    return size;
  };
  sizeOf(contents);
  return { targets, dangling, excessive };
}
