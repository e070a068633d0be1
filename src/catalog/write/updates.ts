import type { Queryable } from '../../platform/db/database.ts';
import type { Access } from '../access/access.ts';
import { type Document, PROJECT_LABEL, refuseAt } from '../manifests/document.ts';
import { stepsOf } from '../manifests/path.ts';
import { readDocument } from '../manifests/read-document.ts';
import type { Catalog, KindModel } from '../model.ts';
import { refuse } from './draft.ts';
import { merge, mergeTexts } from './merge.ts';
import type { UpdateOperation } from './operation.ts';
import { type Entry, newDraft } from './read-drafts.ts';
import { loadTargets } from './targets.ts';
import { noteUids } from './uid-references.ts';

/** An update whose object has still to be found. */
export interface PendingUpdate {
  readonly entry: Entry;
  readonly update: UpdateOperation;
}

/** Finds and locks what updates are about, and lays each change over what is stored. */
export async function prepareUpdates(
  catalog: Catalog,
  connection: Queryable,
  pending: readonly PendingUpdate[],
  access: Access | undefined,
): Promise<void> {
  const targets = await loadTargets(
    connection,
    catalog.kinds,
    pending.map(({ update }) => update),
    access,
  );
  for (const { entry, update } of pending) {
    const found = targets.get(update);
    if (found === undefined) continue;
    const { kind, content, placeOf } = update;
    const origin = { source: undefined, line: undefined, positionOf: placeOf };
    for (const violation of found.refusals) {
      entry.violations.push(refuseAt(origin, found.subject, stepsOf(violation.path ?? 'metadata.name'), violation));
    }
    const { stored } = found;
    if (stored === undefined) continue;
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
    const { manifest, violations } = readDocument(catalog, document, {});
    if (manifest === undefined) {
      entry.violations.push(...violations);
      continue;
    }
    const draft = newDraft('update', manifest, spec, violations);
    noteUids(draft, content);
    draft.stored = stored;
    draft.id = stored.id;
    for (const steps of kept) {
      const message = `${steps.at(-1)} cannot be cleared: every ${inGroup(kind, steps.length)} has one`;
      refuse(draft, { rule: 'REQUIRED', message, accepted: 'a value, or nothing to leave it as it is' }, steps);
    }
    entry.draft = draft;
  }
}

const inGroup = (kind: KindModel, depth: number): string => (depth > 2 ? 'such group' : kind.kind);
