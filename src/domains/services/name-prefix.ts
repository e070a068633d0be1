import type { CatalogObject } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

/** Names of meters, resource types and charges begin with the canonical name of their service and a slash. */
export function checkNamePrefix(
  object: Pick<CatalogObject, 'kind' | 'name' | 'id'>,
  path: string,
  name: string,
  serviceName: string,
): Violation[] {
  const prefix = `${serviceName}/`;
  if (name.startsWith(prefix) && name.length > prefix.length) return [];
  const message = `The name begins with the service's own, ${prefix}, and goes on after it.`;
  return [refuse(object, 'NAME_PREFIX', path, message, { value: name, accepted: `${prefix}…` })];
}
