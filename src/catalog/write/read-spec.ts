import type { z } from 'zod';
import { checkSpec } from '../manifests/check-spec.ts';
import { described } from '../manifests/spec-schema.ts';
import { isObject } from '../values/is-object.ts';
import { advance, type ReadDraft, refuseDraft } from './draft.ts';

/**
 * Validates a draft's spec; it has none when it cannot be used. Where a manifest only breaks rules of form, what can be
 * understood of it is judged by all others as well.
 */
export function readSpec(draft: ReadDraft, schema: z.ZodType): void {
  const { rawSpec, kind } = draft;
  if (!isObject(rawSpec)) {
    refuseDraft(draft, { rule: 'WRONG_TYPE', message: `spec takes an object, not ${described(rawSpec)}` }, ['spec']);
    return;
  }
  const isUnderstood = draft.violations.every(({ rule }) => rule === 'UNKNOWN_FIELD');
  const { spec, violations, mended } = draft.ahead?.checked ?? checkSpec(kind, schema, rawSpec);
  for (const { steps, ...violation } of violations) refuseDraft(draft, violation, steps);
  if (isUnderstood && (spec ?? mended) !== undefined) {
    advance(draft, { excused: new Set(draft.violations), unread: mended?.unread ?? [] });
  }
  advance(draft, { spec: spec ?? (isUnderstood ? mended?.spec : undefined) });
}
