import DataLoader from 'dataloader';
import { keyset } from '../read/paged-list.ts';
import type { RequestContext } from '../schema/context.ts';
import { type AuditRecord, auditOrder, type ChangeKey, loadAuditRecords } from './audit-log.ts';
import type { HistoryContext } from './history-context.ts';
import { onPresentRights } from './present-rights.ts';

/** Records of changes that the caller may see, whatever objects they are of: one statement for all that a request asks for. */
export const createAuditLoader = (
  context: Pick<RequestContext, 'catalog' | 'rights' | 'author'> & Pick<HistoryContext, 'history'>,
): DataLoader<ChangeKey, AuditRecord | null> =>
  new DataLoader(
    async (changes) => {
      const { catalog, history } = context;
      const filter = { reads: 'EXCLUDED', changes } as const;
      const found = await onPresentRights(context, (reader) =>
        loadAuditRecords(catalog, history.database, reader, filter, keyset(auditOrder, undefined, changes.length)),
      );
      const byPosition = new Map(found.map((record) => [record.position, record]));
      return changes.map(({ position }) => byPosition.get(position) ?? null);
    },
    { cache: false },
  );
