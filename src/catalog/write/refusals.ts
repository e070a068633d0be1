import type { Mention } from '../../platform/violation.ts';
import type { Check } from '../access/check.ts';
import type { Refusal } from '../history/history.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import { type Batch, type Entry, violationsOf } from './batch.ts';
import { isFoundDeletion, type PendingDeletion } from './deletion.ts';
import { isFound, isResolved, type ResolvedDraft } from './draft.ts';

type ChecksOf = (objectIds: readonly (string | undefined)[]) => { readonly checks?: readonly Check[] };

/** What was refused, for the audit log; `verb` is that of the whole request. */
export function refusalsOf(batch: Batch, verb: string): Refusal[] {
  const denied = new Map<string, Check[]>();
  for (const check of batch.checks.filter(({ isAllowed }) => !isAllowed)) {
    for (const id of check.objectIds) denied.set(id, [...(denied.get(id) ?? []), check]);
  }
  const checksOf: ChecksOf = (ids) => {
    const checks = [...new Set(ids.flatMap((id) => denied.get(id ?? '') ?? []))];
    return checks.length === 0 ? {} : { checks };
  };
  const refused = [
    ...batch.entries.flatMap((entry) => (violationsOf(entry).length > 0 ? refusalOfEntry(entry, checksOf) : [])),
    ...batch.deletions.map((deletion) => refusalOfDeletion(deletion, checksOf)),
    ...batch.actions.map(({ act, draft }): Refusal => {
      return { verb: 'update', kind: act.action.shows, violations: draft.violations };
    }),
    ...batch.general.map((violation): Refusal => ({ verb, violations: [violation] })),
  ];
  return refused.filter(({ violations }) => violations.length > 0);
}

function refusalOfEntry(entry: Entry, checksOf: ChecksOf): Refusal {
  const { head, draft } = entry;
  const stored = draft !== undefined && isFound(draft) ? draft.stored : undefined;
  const isNew = stored === undefined && draft?.mode !== 'update';
  return {
    verb: isNew ? 'create' : 'update',
    kind: head.kind,
    name: head.name,
    ...identityOf(stored),
    ...checksOf([draft?.id]),
    named: draft !== undefined && isResolved(draft) ? referentsOf(draft) : [],
    violations: violationsOf(entry),
  };
}

/** What a draft refers to, by every name that it may be written with. */
const referentsOf = ({ links, project }: ResolvedDraft): Mention[] =>
  [...links.values(), project ?? []]
    .flat()
    .flatMap(({ kind: { kind }, id, name, naturalKeys }) =>
      [name, ...Object.values(naturalKeys)].map((written) => ({ kind, id, name: written })),
    );

function refusalOfDeletion(deletion: PendingDeletion, checksOf: ChecksOf): Refusal {
  const { wanted, violations } = deletion;
  const { stored, owned } = isFoundDeletion(deletion) ? deletion : { stored: undefined, owned: [] };
  return {
    verb: 'delete',
    kind: wanted.kind.kind,
    name: stored?.name ?? wanted.target.name,
    ...identityOf(stored),
    ...checksOf([stored?.id, ...owned.map((child) => child.stored.id)]),
    named: owned.map(({ kind: { kind }, stored: { id, name } }) => ({ kind, id, name })),
    violations,
  };
}

const identityOf = (stored: StoredObject | undefined) =>
  stored === undefined ? {} : { id: stored.id, scopeId: stored.scopeId, stored };
