import type DataLoader from 'dataloader';
import type { AuditRecord, ChangeKey } from './audit-log.ts';
import type { History } from './history.ts';
import type { HistoryReads } from './history-reads.ts';
import type { ReadLog } from './read-log.ts';

/** What the resolvers of history use besides. */
export interface HistoryContext {
  readonly history: HistoryReads;
  /** Takes notes of attempts that failed. */
  readonly attempts: Pick<History, 'fail'>;
  readonly readLog: Pick<ReadLog, 'note'>;
  /** The audit log's records of changes. */
  readonly auditRecords: DataLoader<ChangeKey, AuditRecord | null>;
}

declare module '../schema/context.ts' {
  interface RequestContext extends HistoryContext {}
}
