import type { Field, JsonField } from '../fields.ts';
import { shownName } from '../fields.ts';

/** What GraphQL calls a member of a spec, in inputs as in outputs: `siteRef` → `site`. */
export const inputName = (name: string, field: Field | JsonField): string =>
  field.type === 'ref' || field.type === 'refs' ? shownName(name, field) : (field.as ?? name);
