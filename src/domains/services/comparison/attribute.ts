import type { Violation } from '../../../platform/errors.ts';
import type { DocumentChange } from './document-changes.ts';

/** Which changes are refused by which violation, and violations that are about no change, or none of its own. */
export interface Attributed {
  readonly refused: ReadonlyMap<DocumentChange, Violation>;
  readonly others: readonly Violation[];
}

export interface Attribution {
  /** Takes in a part of the changes. */
  readonly see: (changes: readonly DocumentChange[]) => void;
  /** After all of them. */
  readonly finish: () => Attributed;
}

/**
 * Finds the changes that violations of the later document are about, by their paths:
 *
 *     spec.metrics[3].unit          that change, or the metric that was added, or all changes below it
 *     spec.metrics[3].dimensions    what was removed from the list; that alone which the violation names, if it does
 */
export function createAttribution(violations: readonly Violation[]): Attribution {
  const asked = new Set(violations.flatMap(({ path = '' }) => [path, ...outerPaths(path)]));
  const exact = new Map<string, DocumentChange>();
  const inside = new Map<string, DocumentChange[]>();
  const removed = new Map<string, DocumentChange[]>();
  const note = (found: Map<string, DocumentChange[]>, place: string, change: DocumentChange): void => {
    if (!asked.has(place)) return;
    const known = found.get(place);
    if (known === undefined) found.set(place, [change]);
    else known.push(change);
  };
  const changesOf = (violation: Violation, path: string): readonly DocumentChange[] => {
    const found = exact.get(path);
    if (found !== undefined) return [found];
    const below = inside.get(path) ?? named(removed.get(path) ?? [], violation);
    return below.length > 0 ? below : containing(exact, path);
  };
  return {
    see: (changes) => {
      for (const change of changes) {
        if (asked.has(change.at)) exact.set(change.at, change);
        for (const place of change.inside) note(inside, place, change);
        if (change.kind === 'Removed') for (const list of change.lists) note(removed, list, change);
      }
    },
    finish: () => {
      const refused = new Map<DocumentChange, Violation>();
      const others = violations.filter((violation) => {
        const about = changesOf(violation, violation.path ?? '');
        const free = about.filter((change) => !refused.has(change));
        for (const change of free) refused.set(change, violation);
        return free.length === 0;
      });
      return { refused, others };
    },
  };
}

/** Names that a removal takes out of the list: of a destination, those of its metrics as well. */
const namesOf = ({ element, before }: DocumentChange): readonly unknown[] => {
  const metrics = typeof before === 'object' && before !== null && 'metrics' in before ? before.metrics : [];
  return [element, ...(Array.isArray(metrics) ? metrics : [])];
};

function named(changes: readonly DocumentChange[], { accepted }: Violation): readonly DocumentChange[] {
  if (accepted === undefined) return changes;
  const name = accepted.replace(/^a destination of /, '');
  const fitting = changes.filter((change) => namesOf(change).includes(name));
  return fitting.length > 0 ? fitting : changes;
}

/** `spec.metrics[3].unit` → `spec.metrics[3]`, `spec.metrics`, `spec`. */
function outerPaths(path: string): string[] {
  const shorter = path.replace(/(\.[^.[\]]+|\[\d+\])$/, '');
  return shorter === path ? [] : [shorter, ...outerPaths(shorter)];
}

/** The innermost change as a whole that contains a path. */
function containing(exact: ReadonlyMap<string, DocumentChange>, path: string): DocumentChange[] {
  const found = outerPaths(path).find((outer) => exact.has(outer));
  const change = found === undefined ? undefined : exact.get(found);
  return change === undefined ? [] : [change];
}
