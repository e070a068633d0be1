import { advance, type FoundDraft } from './draft.ts';
import { newDraft } from './new-draft.ts';
import type { ActOperation } from './operation.ts';

/** An action of a batch; its input is read and resolved as if it were an object's spec. */
export interface ReadAction {
  readonly operation: number;
  readonly act: ActOperation;
  readonly draft: FoundDraft;
}

export function newAction(operation: number, act: ActOperation): ReadAction {
  const { action, content, positionOf } = act;
  const manifest = {
    document: { source: undefined, line: undefined, value: {}, positionOf },
    kind: action.inputKind,
    group: '',
    apiVersion: '',
    name: action.name,
    namespace: null,
    project: null,
    labels: {},
    annotations: {},
    spec: content.spec,
  };
  const draft = { ...newDraft('create', manifest, content.spec), subject: action.name };
  return { operation, act, draft: advance(draft, { stored: undefined, isHeldByHidden: false, managed: undefined }) };
}
