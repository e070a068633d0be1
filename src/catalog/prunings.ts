import type { Pruning } from '../platform/db/pruner.ts';
import { accessSetPruning } from './access/access-sets.ts';
import { outboxPruning } from './access/outbox.ts';
import { type AuditRetention, auditPruning, historyPruning } from './history/prunings.ts';
import { clientRequestPruning } from './write/client-requests.ts';
import { heldNamePruning } from './write/held-names.ts';

/** Every table whose rows are needed for a time only. */
export const prunings = (kept: {
  readonly historyDays: number;
  readonly audit: AuditRetention;
}): readonly Pruning[] => [
  historyPruning(kept.historyDays),
  auditPruning(kept.audit),
  outboxPruning,
  accessSetPruning,
  clientRequestPruning,
  heldNamePruning,
];
