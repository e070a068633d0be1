import type { Catalog } from '../model.ts';
import type { DynamicArguments } from './dynamic-types.ts';
import type { Inputs } from './inputs.ts';

/** What every list takes: which page of it. */
export const pageArguments = (defaultPage = 50): DynamicArguments => ({
  first: {
    type: 'Int',
    description: `How many items to return from the start of the list, or after the cursor \`after\`. Default: ${defaultPage}, unless \`last\` is given.`,
  },
  after: { type: 'String', description: 'Return items after this cursor; goes with `first`.' },
  last: {
    type: 'Int',
    description: 'How many items to return from the end of the list, or before the cursor `before`.',
  },
  before: { type: 'String', description: 'Return items before this cursor; goes with `last`.' },
});

/** What a list of objects of a kind, or of several kinds, takes. */
export function listArguments(catalog: Catalog, inputs: Inputs, of: string): DynamicArguments {
  const kind = catalog.byType(of);
  return {
    ...pageArguments(),
    where: {
      type: kind === undefined ? inputs.commonWhere() : inputs.where(kind),
      description: 'Return only items that fit these conditions.',
    },
    orderBy: {
      type: [kind === undefined ? inputs.commonOrder() : inputs.order(kind)],
      description:
        'How the list is sorted: by the first value, then by the next. Default: by name; a list that an object states is in its own order. A list too large to be sorted by what has no index is refused (`TOO_EXPENSIVE`), and says what would narrow it.',
    },
    labelSelector: {
      type: 'String',
      description:
        'Return only items whose labels fit this selector, in Kubernetes’ notation: `tier=gold,env in (dev,test),!legacy`.',
    },
    labels: {
      type: inputs.labels(),
      description:
        'Return only items whose labels fit this selector, in structured form. Together with `labelSelector` both must fit.',
    },
  };
}
