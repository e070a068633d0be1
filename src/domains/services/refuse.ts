import type { CatalogObject } from '../../catalog/kind.ts';
import type { Violation } from '../../platform/errors.ts';

/** What was written, and what would have been accepted, where that helps. */
export interface Evidence {
  readonly value?: unknown;
  readonly accepted?: string;
}

/** A refusal of one object: `refuse(change, 'NAME_PREFIX', 'spec.meterName', '…')`. */
export const refuse = (
  object: Pick<CatalogObject, 'kind' | 'name'>,
  rule: string,
  path: string,
  message: string,
  evidence: Evidence = {},
): Violation => ({ rule, subject: `${object.kind}/${object.name}`, path, message, ...evidence });
