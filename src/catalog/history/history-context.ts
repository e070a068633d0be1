import type DataLoader from 'dataloader';
import type { AuditRecord, ChangeKey } from './audit-log.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ReadLog } from './read-log.ts';

/** What the resolvers of history use besides. */
export interface HistoryContext {
  readonly history: HistoryReads;
  readonly readLog: Pick<ReadLog, 'note'>;
  /** The audit log's records of changes. */
  readonly auditRecords: DataLoader<ChangeKey, AuditRecord | null>;
}

declare module '../schema/context.ts' {
  interface RequestContext extends HistoryContext {}
}
