import { type Fields, ref, text } from '../../../catalog/fields.ts';
import { phaseField } from '../lifecycle.ts';

const { default: _, ...phase } = phaseField;

/** What the catalog records of an object that may follow from a configuration. */
export const outputStatus = (inverse: { readonly name: string; readonly description: string }): Fields => ({
  phase: {
    ...phase,
    required: false,
    description:
      'Phase of the configuration that it follows from, or of the service if that is later; null for an object of its own.',
  },
  statedAs: text({
    description: 'Name of the entry of the configuration that it follows from; null for an object of its own.',
  }),
  configuration: ref('ServiceConfiguration', {
    description: 'The configuration that it follows from; null for an object of its own.',
    inverse,
  }),
});
