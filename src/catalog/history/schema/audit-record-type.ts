import { encodeId } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import type { AuditRecord } from '../audit-log.ts';
import { addAuditScope, addAuditSource } from './audit-origin-types.ts';
import type { AuditOutcomeType } from './audit-outcome-type.ts';
import type { FeedTypes } from './change-event-type.ts';

const createRecord = (builder: Builder) => builder.objectRef<AuditRecord>('AuditRecord');
type RecordType = ReturnType<typeof createRecord>;

/** The type of a record of the audit log: the request, the object, what was decided and what changed. */
export function addAuditRecordType(builder: Builder, outcome: AuditOutcomeType, { state, actor }: FeedTypes) {
  const record = createRecord(builder);
  record.implement({
    description:
      'A record of the audit log: one object that a request wrote or was refused to write. A write that changes nothing has one record for the whole request; a read has one for each field of Query that was asked for.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque id of the record.', resolve: (r) => encodeId('AuditRecord', r.id) }),
      actor: t.field({ type: actor, description: 'Who made the request.', resolve: (r) => r.actor }),
      verb: t.exposeString('verb', {
        description: '`create`, `update`, `delete` or the name of an action; for reads `get`, `list` or `watch`.',
      }),
      isRead: t.exposeBoolean('isRead', { description: 'The request read something and wrote nothing.' }),
      outcome: t.field({ type: outcome, description: 'The outcome of the request.', resolve: (r) => r.outcome }),
      receivedAt: t.field({
        type: 'DateTime',
        description: 'When the request was received.',
        resolve: (r) => r.receivedAt,
      }),
      completedAt: t.field({
        type: 'DateTime',
        description: 'When the record was written.',
        resolve: (r) => r.completedAt,
      }),
    }),
  });
  addRequestFields(builder, record);
  addObjectFields(builder, record);
  addDecisionFields(builder, record);
  addChangeFields(builder, record, state);
  return record;
}

function addRequestFields(builder: Builder, record: RecordType): void {
  const source = addAuditSource(builder);
  builder.objectFields(record, (t) => ({
    requestId: t.exposeString('requestId', {
      description: 'Id of the request. A request that is about several objects has a record for each.',
    }),
    operation: t.string({
      nullable: true,
      description: 'Name of the GraphQL operation; null if it has none.',
      resolve: (r) => r.operation,
    }),
    field: t.string({
      nullable: true,
      description: 'The field of Query, Mutation or Subscription that was requested.',
      resolve: (r) => r.field,
    }),
    documentHash: t.string({
      nullable: true,
      description: 'SHA-256 of the GraphQL document as it was sent, in hexadecimal. Variables are not recorded.',
      resolve: (r) => r.documentHash,
    }),
    traceId: t.string({
      nullable: true,
      description: 'Id of the trace that the request belongs to, from its `traceparent` header.',
      resolve: (r) => r.traceId,
    }),
    source: t.field({
      type: source,
      nullable: true,
      description: 'The client that sent the request; null for writes of the service itself.',
      resolve: (r) => r.source,
    }),
    asked: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'For a read: what was asked for besides `kind` and `name`, such as the kinds that were read, the permissions that were asked about, or the conditions on the audit log. The answer itself is not recorded.',
      resolve: (r) => r.asked,
    }),
  }));
}

function addObjectFields(builder: Builder, record: RecordType): void {
  const scope = addAuditScope(builder);
  builder.objectFields(record, (t) => ({
    kind: t.string({ nullable: true, description: 'Kind of the object.', resolve: (r) => r.kindName }),
    name: t.string({ nullable: true, description: 'Name of the object.', resolve: (r) => r.name }),
    uid: t.string({ nullable: true, description: 'UUID of the object.', resolve: (r) => r.uid }),
    generationBefore: t.int({
      nullable: true,
      description: 'Generation of the object before the change.',
      resolve: (r) => r.generationBefore,
    }),
    generationAfter: t.int({
      nullable: true,
      description: 'Generation of the object after the change.',
      resolve: (r) => r.generationAfter,
    }),
    scope: t.field({
      type: scope,
      nullable: true,
      description:
        'The scope that the object was in; for a read of the audit log, the scope whose records were read. Null when the record is about no single object, or about one that does not exist.',
      resolve: (r) => r.scope,
    }),
    scopes: t.stringList({
      description: 'UUIDs of all scopes that the object was in, and of the scopes above them.',
      resolve: (r) => [...r.scopeIds],
    }),
  }));
}

function addDecisionFields(builder: Builder, record: RecordType): void {
  builder.objectFields(record, (t) => ({
    permission: t.string({
      nullable: true,
      description: 'The permission that the request needs, for example `inventory.miloapis.com/racks.update`.',
      resolve: (r) => r.permission,
    }),
    decision: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'How the request was decided: `decision` is `allow`, `deny` or `error`. `checks` lists the permissions that were checked, each with the scope it was checked on, the scope at or above that on which a role gives it (`heldOn`), and the OpenFGA relation, model and consistency that were used. `violations` lists the rules that a refused request broke.',
      resolve: (r) => r.decision,
    }),
    errorCode: t.string({
      nullable: true,
      description: 'For a refused request: code of the first rule that it broke.',
      resolve: (r) => r.errorCode,
    }),
    reason: t.string({
      nullable: true,
      description: 'For a refused request: the reason as a sentence.',
      resolve: (r) => r.reason,
    }),
  }));
}

function addChangeFields(builder: Builder, record: RecordType, state: FeedTypes['state']): void {
  builder.objectFields(record, (t) => ({
    before: t.field({
      type: state,
      nullable: true,
      description:
        'The object before the change. Null if the request created it or was refused, or if the object is larger than 64 KB.',
      resolve: ({ kind, before }) => (kind === null || before === null ? null : { kind, state: before }),
    }),
    after: t.field({
      type: state,
      nullable: true,
      description:
        'The object after the change. Null if the request deleted it or was refused, or if the object is larger than 64 KB.',
      resolve: ({ kind, after }) => (kind === null || after === null ? null : { kind, state: after }),
    }),
    changes: t.field({
      type: ['FieldChange'],
      description: 'For an update: each field that changed, at the paths that `history` has.',
      resolve: ({ changes }) =>
        changes.map(({ path, before, after }) => ({ path, before: before ?? undefined, after: after ?? undefined })),
    }),
    position: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Position of the change in the sequence of all changes; null if nothing changed.',
      resolve: (r) => r.position,
    }),
  }));
}
