import type { z } from 'zod';
import { checkSpec } from '../manifests/check-spec.ts';
import { described } from '../manifests/spec-schema.ts';
import { isObject } from '../values/is-object.ts';
import { advance, type ReadDraft, refuseDraft } from './draft.ts';

/** Validates a draft's spec; it has none when it cannot be used. */
export function readSpec(draft: ReadDraft, schema: z.ZodType): void {
  const { rawSpec, kind } = draft;
  if (!isObject(rawSpec)) {
    refuseDraft(draft, { rule: 'WRONG_TYPE', message: `spec takes an object, not ${described(rawSpec)}` }, ['spec']);
    return;
  }
  const { spec, violations } = checkSpec(kind, schema, rawSpec);
  for (const { steps, ...violation } of violations) refuseDraft(draft, violation, steps);
  advance(draft, { spec });
}
