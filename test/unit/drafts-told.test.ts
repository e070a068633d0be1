import { expect, test } from 'vitest';
import { ref } from '../../src/catalog/fields.ts';
import { defineKind, type Kind } from '../../src/catalog/kind.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { domains } from '../../src/domains/index.ts';

const noteOn = (target: string, rest: Partial<Kind>) => {
  const toRef = ref(target, { description: 'What it is about.', required: true });
  const note = defineKind({
    domain: 'registry',
    group: 'catalog.miloapis.com',
    kind: 'Note',
    plural: 'notes',
    description: 'A note.',
    scope: { home: ['toRef'] },
    publicReading: 'where its scope is public',
    spec: { toRef },
    printer: [],
    ...rest,
  });
  return () => createCatalog([...domains, { kinds: [note] }]);
};

test('a public kind that refers to what can be a draft says whether it is one as well', () => {
  const message = 'Note is public and refers to what can be a draft by toRef: state its draftThrough';
  expect(noteOn('ServiceVersion', {})).toThrow(message);
  expect(noteOn('Service', { scope: { home: 'platform' } })).toThrow(message);
  for (const draftThrough of [[], ['toRef']]) expect(noteOn('ServiceVersion', { draftThrough })).not.toThrow();
  // Nothing in the scope of a draft service is public; neither is a kind that nobody reads without a role.
  expect(noteOn('Service', {})).not.toThrow();
  expect(noteOn('Region', {})).not.toThrow();
  expect(noteOn('Region', { draftThrough: ['toRef'] })).toThrow('toRef is no reference to a kind with a phase');
});
