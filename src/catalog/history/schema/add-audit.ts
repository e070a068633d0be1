import { InvalidInputError } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import type { Position } from '../../read/cursor.ts';
import { encodeId, uidOf } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { kindNamed } from '../../schema/queries.ts';
import { type AuditFilter, type AuditRecord, countAuditRecords, loadAuditRecords } from '../audit-log.ts';
import { readPage } from '../page.ts';
import { onPresentRights } from '../present-rights.ts';
import { auditOutcomes } from '../record-audit.ts';
import { addConnection } from './add-connection.ts';
import type { FeedTypes } from './add-feed.ts';

const meanings = {
  SUCCESS: 'It was done.',
  DENIED: 'The actor had no right to it.',
  INVALID: 'It broke a rule.',
  CONFLICT: 'It collided with the present state or another writer.',
  ERROR: 'Something failed on the way.',
} as const;

type Given = Readonly<Record<string, unknown>>;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);

function readFilter(catalog: Catalog, given: unknown): AuditFilter {
  const { resource, actor, scope, requestId, verbs, outcomes, from, to } = (given ?? {}) as Given;
  const { kind, name, id } = (resource ?? {}) as Given;
  const { name: actorName, id: actorId } = (actor ?? {}) as Given;
  if (typeof from === 'string' && typeof to === 'string' && Date.parse(from) > Date.parse(to)) {
    const message = 'from is after to';
    throw new InvalidInputError(message, { violations: [{ rule: 'RANGE', path: 'where.from', message }] });
  }
  return {
    kind: typeof kind === 'string' ? kindNamed(catalog, kind, 'where.resource.kind') : undefined,
    name: text(name),
    uid: typeof id === 'string' ? uidOf(id, 'where.resource.id') : undefined,
    actorId: typeof actorId === 'string' ? uidOf(actorId, 'where.actor.id') : undefined,
    actorName: text(actorName),
    scopeId: typeof scope === 'string' ? uidOf(scope, 'where.scope') : undefined,
    requestId: text(requestId),
    verbs: list(verbs),
    outcomes: list(outcomes),
    from: text(from),
    to: text(to),
  };
}

/** `auditRecords`: who attempted what, and what came of it. */
export function addAudit(builder: Builder, catalog: Catalog, { state, actor }: FeedTypes): void {
  const outcome = builder.enumType('AuditOutcome', {
    description: 'What an attempted write came to.',
    values: Object.fromEntries(auditOutcomes.map((name) => [name, { description: meanings[name] }])),
  });
  const resourceInput = builder.inputType('AuditResourceInput', {
    description: 'An object, existing or not.',
    fields: (t) => ({
      kind: t.string({ description: 'Kind, plural or short name.' }),
      name: t.string({ description: 'Its name.' }),
      id: t.id({ description: 'Its opaque id or UUID.' }),
    }),
  });
  const actorInput = builder.inputType('AuditActorInput', {
    description: 'Who did it.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque id or UUID of the user or service account.' }),
      name: t.string({ description: 'Name of the actor at that time.' }),
    }),
  });
  const where = builder.inputType('AuditRecordFilter', {
    description: 'Which records; all conditions hold together.',
    fields: (t) => ({
      resource: t.field({ type: resourceInput, description: 'The object it was about.' }),
      actor: t.field({ type: actorInput, description: 'Who did it.' }),
      scope: t.id({ description: 'What was done in this organization, project, service, site or rack, or below it.' }),
      requestId: t.string({ description: 'All that one request did.' }),
      verbs: t.stringList({ description: '`create`, `update`, `delete` and so on.' }),
      outcomes: t.field({ type: [outcome], description: 'What it came to.' }),
      from: t.field({ type: 'DateTime', description: 'Received at this instant or later.' }),
      to: t.field({ type: 'DateTime', description: 'Received before this instant.' }),
    }),
  });
  const record = builder.objectRef<AuditRecord>('AuditRecord').implement({
    description: 'One attempted write of one object; of a write that found nothing to do, one for all of it.',
    fields: (t) => ({
      id: t.id({ description: 'Its id.', resolve: (r) => encodeId('AuditRecord', r.id) }),
      requestId: t.exposeString('requestId', { description: 'The request; one may leave several records.' }),
      operation: t.string({
        nullable: true,
        description: 'Name of the GraphQL operation.',
        resolve: (r) => r.operation,
      }),
      outcome: t.field({ type: outcome, description: 'What it came to.', resolve: (r) => r.outcome }),
      receivedAt: t.field({ type: 'DateTime', description: 'When it began.', resolve: (r) => r.receivedAt }),
      completedAt: t.field({ type: 'DateTime', description: 'When it was recorded.', resolve: (r) => r.completedAt }),
      actor: t.field({ type: actor, description: 'Who did it.', resolve: (r) => r.actor }),
      verb: t.exposeString('verb', { description: '`create`, `update`, `delete` and so on.' }),
      permission: t.string({
        nullable: true,
        description: 'The permission it takes: `inventory.miloapis.com/racks.update`.',
        resolve: (r) => r.permission,
      }),
      kind: t.string({ nullable: true, description: 'Kind of the object.', resolve: (r) => r.kindName }),
      name: t.string({ nullable: true, description: 'Name of the object.', resolve: (r) => r.name }),
      uid: t.string({ nullable: true, description: 'UUID of the object.', resolve: (r) => r.uid }),
      generationBefore: t.int({
        nullable: true,
        description: 'Generation of the object before.',
        resolve: (r) => r.generationBefore,
      }),
      generationAfter: t.int({
        nullable: true,
        description: 'Generation of the object afterwards.',
        resolve: (r) => r.generationAfter,
      }),
      scopes: t.stringList({
        description: 'UUIDs of the scopes that the object stood in, and of everything above them.',
        resolve: (r) => [...r.scopeIds],
      }),
      decision: t.field({
        type: 'JSON',
        nullable: true,
        description: 'Whether it was allowed, and which rules it broke.',
        resolve: (r) => r.decision,
      }),
      errorCode: t.string({
        nullable: true,
        description: 'Of a refusal: the first rule that was broken.',
        resolve: (r) => r.errorCode,
      }),
      reason: t.string({ nullable: true, description: 'Of a refusal: why, in a sentence.', resolve: (r) => r.reason }),
      before: t.field({
        type: state,
        nullable: true,
        description: 'The object before; null for a creation, a refusal, or when it is larger than 64 KB.',
        resolve: ({ kind, before }) => (kind === null || before === null ? null : { kind, state: before }),
      }),
      after: t.field({
        type: state,
        nullable: true,
        description: 'The object afterwards; null for a deletion, a refusal, or when it is larger than 64 KB.',
        resolve: ({ kind, after }) => (kind === null || after === null ? null : { kind, state: after }),
      }),
      changes: t.field({
        type: ['FieldChange' as never],
        description: 'Of an update: every field that differs; a list counts as one field.',
        resolve: ({ changes }) =>
          changes.map(({ path, before, after }) => ({
            path,
            before: before ?? undefined,
            after: after ?? undefined,
          })) as never,
      }),
      position: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Position of the change it made in the order of all changes.',
        resolve: (r) => r.position,
      }),
    }),
  });
  const connection = addConnection<AuditRecord>(
    builder,
    'AuditRecord',
    record,
    'A page of the audit log, newest first: what you did yourself, and what was done where you may read the log.',
  );
  builder.queryField('auditRecords', (t) =>
    t.field({
      type: connection,
      nullable: false,
      description:
        'Who attempted what, and what came of it, newest first. It holds what you did yourself, and what was done in scopes on which you have the right to read the log.',
      args: {
        first: t.arg.int({ description: 'How many; 50 when absent.' }),
        after: t.arg.string({ description: 'Cursor of the record before the page.' }),
        where: t.arg({ type: where, description: 'Which records.' }),
      },
      resolve: (_root, args, context) => {
        const { history, limits, cursors } = context;
        const filter = readFilter(catalog, args.where);
        return readPage<AuditRecord>(
          { limits, cursors, args, list: `audit ${JSON.stringify({ ...filter, kind: filter.kind?.kind })}` },
          (after: Position | undefined, limit) => {
            const place = after && ([String(after[0]), String(after[1])] as const);
            return onPresentRights(context, (reader) =>
              loadAuditRecords(catalog, history.database, reader, filter, place, limit),
            );
          },
          ({ receivedAt, id }) => [receivedAt, id],
          () =>
            onPresentRights(context, (reader) => countAuditRecords(history.database, reader, filter, limits.maxCount)),
        );
      },
    }),
  );
}
