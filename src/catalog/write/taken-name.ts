import { type ReadDraft, refuseDraft } from './draft.ts';

/** A caller who may create objects here is told that the name is taken, and nothing of what has it. */
export function refuseTakenName(draft: ReadDraft): void {
  const { name } = draft.manifest;
  const taken = { rule: 'NAME_TAKEN', message: `the name ${name} is not free`, value: name, accepted: 'another name' };
  refuseDraft(draft, taken, ['metadata', 'name']);
}
