import type { Violation } from '../../platform/errors.ts';
import type { Manifest } from '../manifests/document.ts';
import { uuidv7 } from '../values/uuid.ts';
import type { ReadDraft } from './draft.ts';
import type { FieldManager, Warning } from './operation.ts';

/** The draft of a manifest whose head could be read. */
export function newDraft(
  mode: ReadDraft['mode'],
  manifest: Manifest,
  rawSpec: unknown,
  {
    violations = [],
    warnings = [],
    manager,
    isNew = mode === 'create',
  }: {
    readonly violations?: readonly Violation[];
    readonly warnings?: readonly Warning[];
    readonly manager?: FieldManager;
    readonly isNew?: boolean;
  } = {},
): ReadDraft {
  const { kind, name } = manifest;
  return {
    mode,
    manifest,
    kind,
    subject: `${kind.kind}/${name}`,
    id: uuidv7(),
    rawSpec,
    spec: undefined,
    uids: new Map(),
    manager,
    ahead: undefined,
    isNew,
    isDuplicate: false,
    violations: [...violations],
    excused: new Set(),
    unread: [],
    warnings: [...warnings],
  };
}
