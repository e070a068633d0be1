import type { WalkMember, WalkType } from '../../catalog/walk.ts';

/** Of most lists only a few are there. */
export const SOME = 5;

export const int = (description: string): WalkMember => ({ gives: 'value', type: 'Int', description });
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
      totalCount: int('How many there are, also of those that you may not see.'),
      hiddenCount: int('How many of them you may not see.'),
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
