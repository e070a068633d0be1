import { choice } from '../fields.ts';
import type { WalkType } from '../walk.ts';

const piece: WalkType = {
  name: 'SearchPiece',
  description: 'A piece of a text that was found.',
  fields: {
    text: { gives: 'value', type: 'String', description: 'The piece.' },
    isMatch: {
      gives: 'value',
      type: 'Boolean',
      description: 'Whether it is what was looked for, to be shown as such.',
    },
  },
};

const match = choice(
  'SearchMatch',
  {
    Beginning: 'A text of the object begins with what was looked for, or is that.',
    Words: 'Each word that was looked for is the beginning of a word of a text.',
    Similar: 'A text has something that is written much like what was looked for.',
  },
  { description: 'In what way an object fits.' },
);

/** What `search` gives of each object. */
export const searchHit: WalkType = {
  name: 'SearchHit',
  description: 'An object that `search` has found.',
  choices: [match],
  fields: {
    object: {
      gives: 'object',
      to: 'CatalogObject',
      description: 'The object; null if you may list it and not get it.',
    },
    match: { gives: 'value', type: match.name, description: 'In what way it fits.' },
    field: {
      gives: 'value',
      type: 'String',
      description: 'The field by which it was found, as in a manifest: `name`, `spec.serial`, `labels.tier`.',
    },
    value: {
      gives: 'value',
      type: 'String',
      description: 'The text of that field; of a label, key and value: `tier=gold`.',
    },
    pieces: {
      gives: 'values',
      of: piece,
      list: true,
      assumedSize: 3,
      description: 'The same text, cut where what was looked for stands in it.',
    },
  },
};
