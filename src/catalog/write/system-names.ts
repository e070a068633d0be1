import type { Violation } from '../../platform/errors.ts';
import type { Author } from '../author.ts';
import { SYSTEM_PREFIX } from '../well-known.ts';
import { type FoundDeletion, refuseDeletion } from './deletion.ts';
import { type ComparedDraft, isChanged, refuseDraft } from './draft.ts';

const isReserved = (name: string | undefined): boolean => name?.startsWith(SYSTEM_PREFIX) === true;

const refusal = (name: string): Violation => ({
  rule: 'SYSTEM_NAME',
  message: `names that begin with ${SYSTEM_PREFIX} belong to the platform`,
  value: name,
  accepted: `a name without ${SYSTEM_PREFIX}`,
});

/** Objects of any kind with a reserved name are made, changed and deleted by the system alone. */
export function refuseSystemNames(
  drafts: readonly ComparedDraft[],
  deletions: readonly FoundDeletion[],
  { rights }: Pick<Author, 'rights'>,
): void {
  if (rights === undefined) return;
  for (const draft of drafts) {
    const { name } = draft.manifest;
    if (isReserved(name) && isChanged(draft)) refuseDraft(draft, refusal(name), ['metadata', 'name']);
  }
  for (const deletion of deletions) {
    const { stored } = deletion;
    if (stored !== undefined && isReserved(stored.name)) refuseDeletion(deletion, refusal(stored.name));
  }
}
