import type { ComparedDraft } from './draft.ts';

const ending = ['Deprecated', 'Retired'];

/** Warns of new references to objects that are deprecated or retired. */
export function warnOfEnding({ stored, changes, links, warnings }: ComparedDraft): void {
  for (const [{ leaf }, found] of links) {
    const path = `spec.${leaf.path}`;
    const isNew =
      stored === undefined ||
      changes.some((change) => `${change.path}.`.startsWith(`${path}.`) || change.path.startsWith(`${path}[`));
    if (!isNew) continue;
    for (const { kind, name, phase } of found) {
      if (phase === undefined || !ending.includes(phase)) continue;
      warnings.push({ code: 'REFERENCE_ENDING', message: `${kind.kind} ${name} is ${phase}`, path });
    }
  }
}
