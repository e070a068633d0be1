import type { Builder } from '../../schema/builder.ts';
import { type ObjectChange, stateDifferences } from '../object-history.ts';
import type { AuditTypes } from './add-audit.ts';
import type { FeedTypes } from './change-event-type.ts';

/** The type `ObjectChange`: one change of an object. */
export function addObjectChange(builder: Builder, { state, actor, record }: FeedTypes & AuditTypes): void {
  const type = builder.enumType('ObjectChangeType', {
    description: 'How an object was changed.',
    values: {
      ADDED: { description: 'The object was created.' },
      MODIFIED: { description: 'The object was changed, or moved together with an object that it belongs to.' },
      DELETED: { description: 'The object was deleted.' },
    },
  });
  builder.objectRef<ObjectChange>('ObjectChange').implement({
    description: 'One change of an object.',
    fields: (t) => ({
      position: t.field({
        type: 'BigInt',
        description:
          'Position of the change in the sequence of all changes; `catalogAsOf(at: {position:})` accepts it.',
        resolve: (c) => c.position,
      }),
      commit: t.field({
        type: 'BigInt',
        description: 'Number of the transaction: the same for all changes that were committed together.',
        resolve: (c) => c.commit,
      }),
      type: t.field({ type, description: 'How the object was changed.', resolve: (c) => c.type }),
      at: t.field({ type: 'DateTime', description: 'When the change was committed.', resolve: (c) => c.at }),
      actor: t.field({
        type: actor,
        nullable: true,
        description: 'Who made the change; null if you may not read the audit log there.',
        resolve: (c) => c.actor,
      }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object before the change; null if it was created, or if that state is no longer kept.',
        resolve: ({ kind, type: of, was, state: last }) => {
          const before = of === 'DELETED' ? last : was;
          return before === null ? null : { kind, state: before };
        },
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object after the change; null if it was deleted.',
        resolve: ({ kind, type: of, state: after }) => (of === 'DELETED' ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange'],
        description:
          'For a modification: the fields that changed. Entries of a list that have a key are compared by it.',
        resolve: ({ kind, type: of, was, state: after }) =>
          of === 'MODIFIED' && was !== null ? stateDifferences(kind, was, after) : [],
      }),
      auditRecord: t.field({
        type: record,
        nullable: true,
        description:
          'The audit record of the change: its request, client and permissions. Null if you may not read the audit log there, if the record is no longer kept, or if the catalog derived the change from another object.',
        resolve: ({ position, at, state: { id } }, _args, context) =>
          context.auditRecords.load({ uid: id, position, at }),
      }),
    }),
  });
}
