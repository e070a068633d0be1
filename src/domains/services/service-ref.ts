import { type RefField, ref } from '../../catalog/fields.ts';

/** A reference to a service that is set once, in whichever of its names it is written; exported by its object name. */
export const fixedServiceRef = (
  description: string,
  inverse: NonNullable<RefField['inverse']>,
  options: { readonly owned?: true } = {},
): RefField =>
  ref('Service', {
    ...options,
    description: `${description}, by its object name or its canonical name.`,
    required: true,
    immutable: 'always',
    by: 'serviceName',
    exportName: true,
    inverse,
  });
