import { type TextField, text } from '../../catalog/fields.ts';
import type { Change } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

const label = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
const port = '([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])';
const host = new RegExp(`^(?=.{1,253}(:|$))${label}(\\.${label})*(:${port})?$`);

/** A host name with an optional port: no scheme, no path (rule E1). */
export const domain = (options: Pick<TextField, 'description' | 'required'>): TextField =>
  text({
    ...options,
    min: 1,
    max: 255,
    pattern: host,
    accepts: 'a host name in lower case with an optional port, without scheme or path',
  });

const region = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;

/** Region names are one DNS label of 2 to 30 characters, so that they fit into endpoints and labels (rule N1). */
export function checkRegionName(change: Change): Violation[] {
  const name = (change.spec.regionRef as { readonly name: string }).name;
  if (region.test(name)) return [];
  const message = 'Services can be deployed only in regions whose name is a DNS label of 2 to 30 characters.';
  const accepted = 'lower-case letters, digits and hyphens, beginning with a letter: us-west2';
  return [refuse(change, 'N1_REGION_NAME', 'spec.regionRef', message, { value: name, accepted })];
}

export const versionPattern = /^v[1-9][0-9]{0,8}((alpha|beta)[1-9][0-9]{0,5})?$/;
