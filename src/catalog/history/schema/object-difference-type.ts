import type { Builder } from '../../schema/builder.ts';
import type { ObjectDifference } from '../difference.ts';
import { stateDifferences } from '../object-history.ts';
import type { FeedTypes } from './change-event-type.ts';

/** The type `ObjectDifference`: an object that differs between two moments. */
export function addObjectDifference(builder: Builder, { state, actor }: FeedTypes): void {
  const type = builder.enumType('ObjectDifferenceType', {
    description: 'How an object differs between two moments.',
    values: {
      ADDED: { description: 'The object exists at the second moment only.' },
      MODIFIED: { description: 'The object exists at both moments and differs.' },
      DELETED: { description: 'The object exists at the first moment only.' },
    },
  });
  builder.objectRef<ObjectDifference>('ObjectDifference').implement({
    description: 'An object that differs between two moments.',
    fields: (t) => ({
      type: t.field({
        type,
        description: 'Whether the object was added, modified or deleted.',
        resolve: ({ before, after }) => (before === null ? 'ADDED' : after === null ? 'DELETED' : 'MODIFIED'),
      }),
      kind: t.string({ description: 'Kind of the object.', resolve: ({ kind }) => kind.kind }),
      name: t.exposeString('name', { description: 'Name of the object.' }),
      uid: t.exposeString('id', { description: 'UUID of the object.' }),
      at: t.field({
        type: 'DateTime',
        description: 'When the object last changed between the two moments, as far as you could see it.',
        resolve: (d) => d.at,
      }),
      actor: t.field({
        type: actor,
        nullable: true,
        description:
          'Who last changed the object between the two moments; null if you may not read the audit log there.',
        resolve: (d) => d.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object at the first moment; null if it did not exist.',
        resolve: ({ kind, before }) => (before === null ? null : { kind, state: before }),
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object at the second moment; null if it did not exist.',
        resolve: ({ kind, after }) => (after === null ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange'],
        description: 'The fields that differ, for an object that exists at both moments.',
        resolve: ({ kind, before, after }) =>
          before === null || after === null ? [] : stateDifferences(kind, before, after),
      }),
    }),
  });
}
