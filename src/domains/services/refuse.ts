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

/** Names of meters, resource types and charges begin with the canonical name of their service and a slash. */
export function checkNamePrefix(
  object: Pick<CatalogObject, 'kind' | 'name'>,
  path: string,
  name: string,
  serviceName: string,
): Violation[] {
  const prefix = `${serviceName}/`;
  if (name.startsWith(prefix) && name.length > prefix.length) return [];
  const message = `The name begins with the service's own, ${prefix}, and goes on after it.`;
  return [refuse(object, 'NAME_PREFIX', path, message, { value: name, accepted: `${prefix}…` })];
}
