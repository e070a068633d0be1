import type { Violation } from '../../../platform/errors.ts';
import type { DocumentChange } from './document-changes.ts';

/** Which changes are refused by which violation, and violations that are about none of the changes. */
export interface Attributed {
  readonly refused: ReadonlyMap<DocumentChange, Violation>;
  readonly others: readonly Violation[];
}

/**
 * Finds the changes that violations of the later document are about, by their paths:
 *
 *     spec.metrics[3].unit          that change, or the metric that was added, or all changes below it
 *     spec.metrics[3].dimensions    what was removed from the list; that alone which the violation names, if it does
 */
export function attribute(violations: readonly Violation[], changes: readonly DocumentChange[]): Attributed {
  const exact = new Map(changes.map((change) => [change.at, change]));
  const inside = indexed(changes, (change) => change.inside);
  const removed = indexed(
    changes.filter(({ kind }) => kind === 'Removed'),
    ({ lists }) => lists,
  );
  const refused = new Map<DocumentChange, Violation>();
  const others = violations.filter((violation) => {
    const path = violation.path ?? '';
    const found = exact.get(path);
    const about = found !== undefined ? [found] : (inside.get(path) ?? named(removed.get(path) ?? [], violation));
    const all = about.length > 0 ? about : containing(exact, path);
    for (const change of all) if (!refused.has(change)) refused.set(change, violation);
    return all.length === 0;
  });
  return { refused, others };
}

function indexed(
  changes: readonly DocumentChange[],
  placesOf: (change: DocumentChange) => readonly string[],
): Map<string, DocumentChange[]> {
  const found = new Map<string, DocumentChange[]>();
  for (const change of changes) {
    for (const place of placesOf(change)) {
      const known = found.get(place);
      if (known === undefined) found.set(place, [change]);
      else known.push(change);
    }
  }
  return found;
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

/** The innermost change as a whole that contains a path. */
function containing(exact: ReadonlyMap<string, DocumentChange>, path: string): DocumentChange[] {
  for (let outer = path; outer !== ''; ) {
    const shorter = outer.replace(/(\.[^.[\]]+|\[\d+\])$/, '');
    if (shorter === outer) return [];
    outer = shorter;
    const change = exact.get(outer);
    if (change !== undefined) return [change];
  }
  return [];
}
