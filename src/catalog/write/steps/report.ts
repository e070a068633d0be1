import { MOST_REPORTS } from '../../report.ts';
import type { Batch, Transaction } from '../batch.ts';
import { derivedStore } from '../derived-store.ts';
import { type ComparedDraft, isChanged, toChange } from '../draft.ts';

/**
 * Reads what the reports on changes need that the request asks for: after the changes are stored, and before anything is
 * derived from them. Whether the changes are refused does not matter.
 */
export async function report(
  batch: Batch,
  drafts: readonly ComparedDraft[],
  { catalog, connection, by, reports }: Transaction,
): Promise<void> {
  if (reports.length === 0) return;
  const state = derivedStore(catalog, connection, by);
  const changed = drafts.filter((draft) => draft.spec !== undefined && isChanged(draft));
  for (const wanted of reports) {
    const own = changed.filter(({ kind }) => kind.kind === wanted.on).map(toChange);
    const changes = own.filter(wanted.isAbout).slice(0, MOST_REPORTS);
    if (changes.length === 0) continue;
    const rows = await state.query<Readonly<Record<string, unknown>>>(wanted.select(changes, state.isVisible));
    const byId = new Map(rows.map((row) => [row.object_id, row]));
    for (const change of changes) {
      const row = byId.get(change.id);
      if (row === undefined) continue;
      batch.reports.set(change.id, [...(batch.reports.get(change.id) ?? []), { report: wanted, change, row }]);
    }
  }
}
