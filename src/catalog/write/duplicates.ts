import { pathText } from '../manifests/path.ts';
import { advance, type ReadDraft, refuseDraft } from './draft.ts';

const identityOf = ({ kind, manifest }: ReadDraft): string =>
  JSON.stringify([
    kind.kind,
    kind.ownGroups.length > 1 ? manifest.group : '',
    manifest.namespace,
    manifest.project,
    manifest.name,
  ]);

/** Position of a draft in its request, as text: `racks.yaml line 12`, `input.operations[2].createRack`. */
export function positionText({ manifest: { document } }: ReadDraft): string {
  if (document.line !== undefined) return `${document.source ?? 'the same input'} line ${document.line}`;
  const place = document.positionOf([]);
  return 'inputPath' in place ? pathText(place.inputPath) : 'the same input';
}

/** Refuses a batch that contains the same object twice. */
export function refuseDuplicates(drafts: readonly ReadDraft[]): void {
  for (const [first, ...others] of Map.groupBy(drafts, identityOf).values()) {
    for (const other of others) {
      const place = first === undefined ? 'the same input' : positionText(first);
      const message = `${other.subject} stands in the batch already, at ${place}`;
      refuseDraft(other, { rule: 'DUPLICATE_IN_BATCH', message, accepted: 'each object once' }, ['metadata', 'name']);
      advance(other, { isDuplicate: true });
    }
  }
}
