import { leaveOutOfChanges } from '../manifests/left-out.ts';
import type { ReadAction } from './actions.ts';
import { type Batch, type Entry, violationsOf } from './batch.ts';
import { isFoundDeletion, type PendingDeletion } from './deletion.ts';
import { isCompared, isFound, isResolved } from './draft.ts';
import { objectsAt } from './objects-at.ts';
import type { OperationResult } from './operation.ts';

/** The results of all operations, in the order of the request; `reports` has what was found for reports on the objects. */
export function resultsOf(batch: Batch, isApplied: boolean, reports?: Batch['reports']): OperationResult[] {
  const results = [
    ...batch.entries.map((entry) => ({ ...resultOfEntry(entry, isApplied), ...reportsOn(entry, reports) })),
    ...batch.deletions.map(resultOfDeletion),
  ];
  const shown = batch.actions.flatMap((action) => resultOfAction(action, results));
  return [...results, ...shown].sort((a, b) => a.operation - b.operation);
}

function reportsOn({ draft }: Entry, reports: Batch['reports'] | undefined): Pick<OperationResult, 'reports'> {
  const found = reports?.get(draft?.id ?? '');
  return found === undefined ? {} : { reports: found };
}

function resultOfEntry(entry: Entry, isApplied: boolean): OperationResult {
  const { operation, source, line, head, draft } = entry;
  const violations = violationsOf(entry);
  const { namespace, project } = draft?.manifest ?? {};
  const described = {
    operation,
    ...(source !== undefined && { source }),
    ...(line !== undefined && { line }),
    ...head,
    ...(namespace && { namespace }),
    ...(project && { project }),
    warnings: draft?.warnings ?? [],
  };
  if (draft === undefined || violations.length > 0) {
    return { ...described, outcome: 'REFUSED', changes: [], violations };
  }
  const { id, kind, manifest } = draft;
  const known = { ...described, kind: kind.kind, name: manifest.name, violations };
  const isNew = !isFound(draft) || draft.stored === undefined;
  if (isNew) return { ...known, ...(isApplied && { id }), outcome: 'CREATED', changes: [] };
  const changes = isCompared(draft) ? leaveOutOfChanges(draft.changes, draft.stored?.hiddenPaths ?? [], []) : [];
  const isUpdated = changes.length > 0 || draft.isRepeated === true;
  return { ...known, id, outcome: isUpdated ? 'UPDATED' : 'UNCHANGED', changes };
}

function resultOfDeletion(deletion: PendingDeletion): OperationResult {
  const { operation, wanted, violations, warnings } = deletion;
  const { kind, target } = wanted;
  const { stored, owned } = isFoundDeletion(deletion) ? deletion : { stored: undefined, owned: [] };
  const { name, namespace, project } = stored ?? target;
  const outcome = violations.length > 0 ? 'REFUSED' : stored === undefined ? 'ABSENT' : 'DELETED';
  return {
    operation,
    kind: kind.kind,
    ...(name !== undefined && { name }),
    ...(typeof namespace === 'string' && { namespace }),
    ...(typeof project === 'string' && { project }),
    outcome,
    changes: [],
    violations,
    warnings,
    ...(outcome === 'DELETED' && stored !== undefined && { id: stored.id }),
    ...(outcome === 'DELETED' && {
      owned: owned
        .filter(({ stored: { isHidden } }) => !isHidden)
        .map((one) => ({ kind: one.kind.kind, name: one.stored.name, id: one.stored.id })),
    }),
  };
}

/** The result of an action, if none of its operations is on the object that it is about. */
function resultOfAction({ operation, act, draft }: ReadAction, results: readonly OperationResult[]): OperationResult[] {
  const { shows, shownKinds } = act.action;
  const isShown = (kind: string | undefined): boolean => shownKinds.some((one) => one.kind === kind);
  const own = results.filter((one) => one.operation === operation);
  if (draft.violations.length === 0 && own.some(({ kind }) => isShown(kind))) return [];
  const objects = isResolved(draft) ? draft.kind.references.flatMap(({ leaf }) => objectsAt(draft, leaf.path)) : [];
  const about = objects.find(({ kind }) => isShown(kind));
  const isRefused = draft.violations.length > 0 || own.some(({ outcome }) => outcome === 'REFUSED');
  const isChanged = own.some(({ outcome }) => outcome !== 'UNCHANGED' && outcome !== 'ABSENT');
  return [
    {
      operation,
      kind: about?.kind ?? shows,
      ...(about !== undefined && { name: about.name, id: about.id }),
      outcome: isRefused ? 'REFUSED' : isChanged ? 'UPDATED' : 'UNCHANGED',
      changes: [],
      violations: draft.violations,
      warnings: [],
    },
  ];
}
