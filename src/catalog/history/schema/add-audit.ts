import { InvalidInputError } from '../../../platform/errors.ts';
import type { Catalog } from '../../model.ts';
import { encodeId, uidOf } from '../../read/id.ts';
import { foundIn, readPagedList } from '../../read/paged-list.ts';
import { auditTarget } from '../../schema/audit-target.ts';
import type { Builder } from '../../schema/builder.ts';
import { addConnection } from '../../schema/connection-type.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import { kindNamed } from '../../schema/kind-named.ts';
import { pageArguments } from '../../schema/page-arguments.ts';
import { isObject } from '../../values/is-object.ts';
import {
  type AuditFilter,
  type AuditReads,
  type AuditRecord,
  auditOrder,
  auditReads,
  countAuditRecords,
  loadAuditRecords,
} from '../audit-log.ts';
import { onPresentRights } from '../present-rights.ts';
import { auditOutcomes } from '../record-audit.ts';
import type { FeedTypes } from './add-feed.ts';

/** What reading is called; naming one of them asks for reads. */
const readVerbs = ['get', 'list', 'watch'];

const readMeanings = {
  EXCLUDED: 'Only what was to be changed.',
  INCLUDED: 'What was to be changed, and what was read.',
  ONLY: 'Only what was read.',
} as const satisfies Record<AuditReads, string>;

const meanings = {
  SUCCESS: 'The attempt succeeded.',
  DENIED: 'The actor does not hold the permission.',
  INVALID: 'The input broke a rule.',
  CONFLICT: 'It conflicted with the stored state or with another write.',
  ERROR: 'The service failed.',
} as const;

type Given = Readonly<Record<string, unknown>>;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value.map(String) : undefined);

function readFilter(catalog: Catalog, given: unknown): AuditFilter {
  const { resource, actor, scope, requestId, verbs, reads, outcomes, from, to } = (given ?? {}) as Given;
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
    reads: auditReads.find((one) => one === reads) ?? (asksForReads(verbs) ? 'INCLUDED' : 'EXCLUDED'),
    outcomes: list(outcomes),
    from: text(from),
    to: text(to),
  };
}

const asksForReads = (verbs: unknown): boolean => list(verbs)?.some((verb) => readVerbs.includes(verb)) === true;

export interface AuditTypes {
  readonly record: ReturnType<typeof addAudit>;
}

/** `auditRecords`: who attempted what, and what came of it. */
export function addAudit(builder: Builder, types: DynamicTypes, catalog: Catalog, { state, actor }: FeedTypes) {
  const outcome = builder.enumType('AuditOutcome', {
    description: 'The outcome of an attempt.',
    values: Object.fromEntries(auditOutcomes.map((name) => [name, { description: meanings[name] }])),
  });
  const resourceInput = builder.inputType('AuditResourceInput', {
    description: 'An object, existing or not.',
    fields: (t) => ({
      kind: t.string({ description: 'Kind, plural or short name.' }),
      name: t.string({ description: 'Name of the object.' }),
      id: t.id({ description: 'Its opaque id or UUID.' }),
    }),
  });
  const actorInput = builder.inputType('AuditActorInput', {
    description: 'The actor.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque id or UUID of the user or service account.' }),
      name: t.string({ description: 'Name of the actor at that time.' }),
    }),
  });
  const reads = builder.enumType('AuditReads', {
    description: 'Whether records of reads are wanted.',
    values: Object.fromEntries(auditReads.map((name) => [name, { description: readMeanings[name] }])),
  });
  const where = builder.inputType('AuditRecordFilter', {
    description: 'Conditions on audit records. Where several are given, all of them must hold.',
    fields: (t) => ({
      resource: t.field({ type: resourceInput, description: 'Only records about this object.' }),
      actor: t.field({ type: actorInput, description: 'The actor.' }),
      scope: t.id({
        description: 'Only records about objects inside the organization, project, service, site or rack of this id.',
      }),
      requestId: t.string({ description: 'Only records of this request.' }),
      verbs: t.stringList({ description: '`create`, `update`, `delete` and so on; of reads `get`, `list`, `watch`.' }),
      reads: t.field({
        type: reads,
        description:
          'Whether reads are wanted; when absent, only if `verbs` names one of theirs. Recorded are reads of users, groups, roles, bindings and memberships, of who holds a permission, and of this log, and any read that was denied.',
      }),
      outcomes: t.field({ type: [outcome], description: 'Outcome of the attempt.' }),
      from: t.field({
        type: 'DateTime',
        description: 'Only records of requests that were received at this instant or later.',
      }),
      to: t.field({
        type: 'DateTime',
        description: 'Only records of requests that were received before this instant.',
      }),
    }),
  });
  const source = builder.objectRef<NonNullable<AuditRecord['source']>>('AuditSource').implement({
    description: 'Where a request came from.',
    fields: (t) => ({
      address: t.string({
        nullable: true,
        description:
          'Address of the client; null for one of a private network or of the same machine. Behind a proxy it is told only when the service is set to trust that one (`CATALOG_TRUSTED_PROXIES`).',
        resolve: ({ address }) => address ?? null,
      }),
      userAgent: t.string({
        nullable: true,
        description: 'Name of the client program (`User-Agent`), at most 256 characters.',
        resolve: ({ userAgent }) => userAgent ?? null,
      }),
    }),
  });
  const scope = builder.objectRef<NonNullable<AuditRecord['scope']>>('AuditScope').implement({
    description: 'The scope that an object was in, with the name that it had then.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`Organization`, `Project`, `Site`, … or `Platform`.' }),
      name: t.string({
        nullable: true,
        description: 'Its name; null when you see the record only because it is your own, or when it is not known.',
        resolve: ({ name }) => name,
      }),
      uid: t.exposeString('id', { description: 'UUID of the object.' }),
    }),
  });
  const record = builder.objectRef<AuditRecord>('AuditRecord').implement({
    description:
      'One attempted write of one object; of a write that found nothing to do, one for all of it; of a read, one for what one field of Query asked for.',
    fields: (t) => ({
      id: t.id({ description: 'Its id.', resolve: (r) => encodeId('AuditRecord', r.id) }),
      requestId: t.exposeString('requestId', { description: 'The request; one may leave several records.' }),
      operation: t.string({
        nullable: true,
        description: 'Name of the GraphQL operation.',
        resolve: (r) => r.operation,
      }),
      field: t.string({
        nullable: true,
        description: 'The field of Mutation, Query or Subscription.',
        resolve: (r) => r.field,
      }),
      documentHash: t.string({
        nullable: true,
        description: 'SHA-256 of the GraphQL document as it was sent, in hexadecimal. Its variables are not kept.',
        resolve: (r) => r.documentHash,
      }),
      traceId: t.string({
        nullable: true,
        description: 'Id of the trace that the request was a part of, from its `traceparent` header.',
        resolve: (r) => r.traceId,
      }),
      source: t.field({
        type: source,
        nullable: true,
        description: 'Where the request came from; null for the service itself.',
        resolve: (r) => r.source,
      }),
      outcome: t.field({ type: outcome, description: 'Outcome of the attempt.', resolve: (r) => r.outcome }),
      receivedAt: t.field({ type: 'DateTime', description: 'When it began.', resolve: (r) => r.receivedAt }),
      completedAt: t.field({ type: 'DateTime', description: 'When it was recorded.', resolve: (r) => r.completedAt }),
      actor: t.field({ type: actor, description: 'The actor.', resolve: (r) => r.actor }),
      verb: t.exposeString('verb', {
        description: '`create`, `update`, `delete`, the name of an action; of a read `get`, `list` or `watch`.',
      }),
      isRead: t.exposeBoolean('isRead', { description: 'Something was read; nothing was to be changed.' }),
      asked: t.field({
        type: 'JSON',
        nullable: true,
        description:
          'Of a read: what was asked for besides `kind` and `name`: the recorded kinds that it reached, the permission that was asked about, the conditions on the log. What came back is not recorded.',
        resolve: (r) => r.asked,
      }),
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
      scope: t.field({
        type: scope,
        nullable: true,
        description:
          'The scope that the object stood in; of a read of this log the one whose records were asked for. Null when it is of no single object, or of one that is not known.',
        resolve: (r) => r.scope,
      }),
      scopes: t.stringList({
        description: 'UUIDs of the scopes that the object stood in, and of everything above them.',
        resolve: (r) => [...r.scopeIds],
      }),
      decision: t.field({
        type: 'JSON',
        nullable: true,
        description:
          'Whether it was allowed (`allow`, `deny`, `error`). `checks` has the permissions that it took: each with the scope on which it was asked for and the one at or above it on which a role holds it (`heldOn`), and with the relation in OpenFGA, whose `modelId` and `consistency` stand beside. Of a refusal also the rules that it broke.',
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
        type: ['FieldChange'],
        description: 'Of an update: every field that differs; a list counts as one field.',
        resolve: ({ changes }) =>
          changes.map(({ path, before, after }) => ({
            path,
            before: before ?? undefined,
            after: after ?? undefined,
          })),
      }),
      position: t.field({
        type: 'BigInt',
        nullable: true,
        description: 'Position of the change it made in the order of all changes.',
        resolve: (r) => r.position,
      }),
    }),
  });
  addConnection(
    types,
    'AuditRecord',
    'One page of the audit log, newest record first: what you did yourself, and what was done where you may read the log.',
  );
  builder.queryField('auditRecords', (t) =>
    t.field({
      type: typeNamed('AuditRecordConnection'),
      description:
        'The audit log, newest record first: who attempted what, and what came of it. It holds what you did yourself, and what was done in scopes whose log you may read. Records of reads are left out unless `where: { reads }` asks for them; they appear about a second after the read.',
      args: {
        where: t.arg({ type: where, description: 'Return only records that fit these conditions.' }),
        ...dynamicArguments(t, pageArguments()),
      },
      ...auditTarget(({ where: wanted }) => ({
        verb: 'list',
        kinds: ['AuditRecord'],
        where: wanted,
        foundScopeId: (answer) => {
          const { rows, total } = foundIn(answer, isObject);
          return rows.length + total > 0 ? readFilter(catalog, wanted).scopeId : undefined;
        },
      })),
      resolve: (_root, args, context, info) => {
        const { database } = context.history;
        const filter = readFilter(catalog, args.where);
        return readPagedList<AuditRecord>(context, info, args, {
          name: `audit ${JSON.stringify({ ...filter, kind: filter.kind?.kind })}`,
          order: auditOrder,
          positionOf: ({ receivedAt, id }) => [receivedAt, id],
          load: (rows) =>
            onPresentRights(context, (reader) => loadAuditRecords(catalog, database, reader, filter, rows)),
          count: (limit) => onPresentRights(context, (reader) => countAuditRecords(database, reader, filter, limit)),
        });
      },
    }),
  );
  return record;
}
