import { mapWithPauses } from '../../../platform/pauses.ts';
import { PROJECT_LABEL } from '../../derived-labels.ts';
import { type Document, violationAt } from '../../manifests/document.ts';
import { stepsOf } from '../../manifests/path.ts';
import { readDocument } from '../../manifests/read-document.ts';
import type { Catalog, KindModel } from '../../model.ts';
import { type Batch, draftsOf, type Entry, type Transaction } from '../batch.ts';
import { advance, keepsSpec, type ReadDraft, refuseDraft } from '../draft.ts';
import { merge, mergeTexts } from '../merge.ts';
import { newDraft } from '../new-draft.ts';
import { changesNoField, type UpdateOperation } from '../operation.ts';
import { readSpec } from '../read-spec.ts';
import { type Found, loadTargets } from '../targets.ts';
import { nameUidReferences, noteUids } from '../uid-references.ts';

/**
 * Finds and locks what updates are about, lays each change over what is stored, and reads the specs of creates and
 * updates, which had to wait for the names behind uids. Gives every draft of the batch.
 */
export async function findUpdates(batch: Batch, transaction: Transaction): Promise<ReadDraft[]> {
  const { catalog, connection, by, schemaOf, pause } = transaction;
  const access = by.rights?.access;
  const { created, updates } = batch;
  const contents = [...created.map(({ create }) => create.content), ...updates.map(({ update }) => update.content)];
  await nameUidReferences(connection, contents, access);
  for (const { entry, create } of created) if (entry.draft !== undefined) noteUids(entry.draft, create.content);
  const isOfLabels = changesNoFields(batch);
  const wanted = updates.map(({ update }) => update);
  const targets = await loadTargets(connection, catalog.kinds, wanted, access);
  for (const { entry, update } of updates) {
    await pause();
    const found = targets.get(update);
    if (found !== undefined) readUpdate(catalog, entry, update, found, isOfLabels);
  }
  const drafts = draftsOf(batch);
  await mapWithPauses(drafts, pause, (draft) => {
    if ((draft.mode === 'create' || draft.mode === 'update') && !keepsSpec(draft))
      readSpec(draft, schemaOf(draft.kind));
  });
  return drafts;
}

/** Whether a batch changes labels and annotations, and nothing else. */
const changesNoFields = ({ entries, updates, deletions }: Batch): boolean =>
  deletions.length === 0 && entries.length === updates.length && updates.every(({ update }) => changesNoField(update));

/** The manifest that an update amounts to: the stored object with the change on top. */
function readUpdate(
  catalog: Catalog,
  entry: Entry,
  update: UpdateOperation,
  { subject, stored, refusals }: Found,
  isOfLabels: boolean,
): void {
  const { kind, content, positionOf, isRepeated } = update;
  const origin = { source: undefined, line: undefined, positionOf };
  for (const violation of refusals) {
    entry.violations.push(violationAt(origin, subject, stepsOf(violation.path ?? 'metadata.name'), violation));
  }
  if (stored === undefined) return;
  const { spec, kept } = merge(kind.spec, stored.spec, content.spec);
  const document: Document = {
    ...origin,
    value: {
      apiVersion: `${stored.group}/${kind.version}`,
      kind: kind.kind,
      metadata: {
        name: stored.name,
        ...(stored.namespace !== null && { namespace: stored.namespace }),
        labels: {
          ...mergeTexts(stored.labels, content.labels),
          ...(stored.project !== null && { [PROJECT_LABEL]: stored.project }),
        },
        annotations: mergeTexts(stored.annotations, content.annotations),
      },
      spec,
    },
  };
  const { manifest, violations, warnings } = readDocument(catalog, document, {});
  if (manifest === undefined) {
    entry.violations.push(...violations);
    return;
  }
  const draft = advance(newDraft('update', manifest, spec, { violations, warnings }), {
    stored,
    id: stored.id,
    ...(isRepeated && { isRepeated }),
    ...(isOfLabels && { keepsSpec: true, spec }),
  });
  noteUids(draft, content);
  for (const steps of kept) {
    const message = `${steps.at(-1)} cannot be cleared: every ${inGroup(kind, steps.length)} has one`;
    refuseDraft(draft, { rule: 'REQUIRED', message, accepted: 'a value, or nothing to leave it as it is' }, steps);
  }
  entry.draft = draft;
}

const inGroup = (kind: KindModel, depth: number): string => (depth > 2 ? 'such group' : kind.kind);
