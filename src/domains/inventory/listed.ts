import { int } from '../../catalog/fields.ts';
import type { WalkMember, WalkType } from '../../catalog/walk.ts';

/** Of most lists only a few are there. */
export const SOME = 5;

/** The argument that says how many of each list are shown. */
export const most = int({
  min: 1,
  max: 1_000,
  default: 100,
  description: 'So many of each list are shown at most; how many there are is told of all.',
});

export const wholeNumber = (description: string): WalkMember => ({ gives: 'value', type: 'Int', description });
export const yes = (description: string): WalkMember => ({ gives: 'value', type: 'Boolean', description });

/** A list of which the caller sees a part: how many there are is told of all. */
export const listed = (
  name: string,
  what: string,
  items: WalkMember,
  more: Readonly<Record<string, WalkMember>> = {},
): WalkMember => ({
  gives: 'values',
  description: what,
  of: {
    name,
    description: `${what} What you may not see is counted, and not shown.`,
    fields: {
      totalCount: wholeNumber('How many there are, also of those that you may not see.'),
      hiddenCount: wholeNumber('How many of them you may not see.'),
      ...more,
      items,
    },
  } satisfies WalkType,
});

export const listedObjects = (name: string, what: string, to: string): WalkMember =>
  listed(name, what, {
    gives: 'object',
    to,
    list: true,
    assumedSize: SOME,
    description: 'The first of them that you may see, in the order of their names.',
  });
