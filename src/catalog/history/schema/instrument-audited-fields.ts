import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import { note } from '../../../platform/tally.ts';
import { AUDIT_LIST, permissionName } from '../../access/permissions.ts';
import type { Catalog } from '../../model.ts';
import { NotWritable } from '../../read/text/value-writer.ts';
import type { AuditTarget, AuditTargetOf } from '../../schema/audit-target.ts';
import { authorOf } from '../../schema/author.ts';
import type { RequestContext } from '../../schema/context.ts';
import { askerOf } from '../asker.ts';
import { failureOf, outcomeOf } from '../record-audit.ts';
import type { NotedRead } from '../record-reads.ts';
import { createReachedKinds } from './reached-kinds.ts';

type Field = GraphQLField<unknown, RequestContext, Record<string, unknown>>;
type Resolve = NonNullable<Field['resolve']>;

/** How a field ended: with an answer, or with an error. */
type Ending = { readonly answer: unknown } | { readonly error: unknown };

/** The kind that records of reads of the audit log itself have. */
const AUDIT_RECORD = 'AuditRecord';

/**
 * Wraps the resolvers of a schema so that they leave records in the audit log: reads of kinds whose reads are recorded
 * and of the log itself, reads that are denied, and mutations that fail before they reach the write pipeline.
 */
export function instrumentAuditedFields(catalog: Catalog, schema: GraphQLSchema): void {
  const [query, mutation, subscription] = [
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ];
  const recordRead = createReadRecorder(catalog);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()) as Field[]) {
      const targetOf = field.extensions.auditTarget as AuditTargetOf | undefined;
      if (type === mutation) field.resolve = recordFailure(field.resolve ?? defaultFieldResolver);
      else if (type === subscription && field.subscribe)
        field.subscribe = recordingReads(field.subscribe, targetOf, recordRead);
      else if (type === query || targetOf !== undefined) {
        field.resolve = recordingReads(field.resolve ?? defaultFieldResolver, targetOf, recordRead);
      }
    }
  }
}

const recordFailure =
  (resolve: Resolve): Resolve =>
  async (root, args, context, info) => {
    try {
      return (await resolve(root, args, context, info)) as unknown;
    } catch (error) {
      const { validateOnly } = (args.input ?? {}) as { readonly validateOnly?: unknown };
      if (validateOnly !== true) await context.recorder.fail(authorOf(context, info), info.fieldName, error);
      throw error;
    }
  };

type RecordRead = (
  asked: AuditTarget | undefined,
  context: RequestContext,
  info: GraphQLResolveInfo,
  beganAt: number,
  ending: Ending,
) => void;

const recordingReads =
  (resolve: Resolve, targetOf: AuditTargetOf | undefined, record: RecordRead): Resolve =>
  async (root, args, context, info) => {
    const beganAt = performance.now();
    const end = (ending: Ending): void => {
      let asked: AuditTarget | undefined;
      try {
        asked = targetOf?.(args);
      } catch {
        return; // Arguments that are not valid read nothing.
      }
      if (targetOf === undefined || asked !== undefined) record(asked, context, info, beganAt, ending);
    };
    try {
      const answer: unknown = await resolve(root, args, context, info);
      end({ answer });
      return answer;
    } catch (error) {
      // Then it is read again, for graphql-js.
      if (!(error instanceof NotWritable)) end({ error });
      throw error;
    }
  };

function createReadRecorder(catalog: Catalog): RecordRead {
  const recorded = new Set([
    AUDIT_RECORD,
    ...catalog.kinds.filter(({ readsAreRecorded }) => readsAreRecorded === true).map(({ kind }) => kind),
  ]);
  const abstracts = catalog.abstracts.filter(({ kinds }) => kinds.every((kind) => recorded.has(kind)));
  const types: (readonly [type: string, kinds: readonly string[]])[] = [
    [AUDIT_RECORD, [AUDIT_RECORD]],
    ...catalog.kinds.filter(({ kind }) => recorded.has(kind)).map(({ type, kind }) => [type, [kind]] as const),
    ...abstracts.map(({ name, kinds }) => [name, kinds] as const),
  ];
  const reachedBelow = createReachedKinds(
    new Map(types.flatMap(([type, kinds]) => [[type, kinds] as const, [`${type}Connection`, kinds] as const])),
  );
  const permissionOf = (kind: string, verb: NotedRead['verb']): string =>
    kind === AUDIT_RECORD ? AUDIT_LIST : permissionName(catalog.get(kind), verb);

  return (asked, context, info, beganAt, ending) => {
    // Callers without a token can read nothing that is recorded, and the system does not record its own reads.
    if (context.author.caller.principalId === null) return;
    const failure = 'error' in ending ? failureOf(ending.error) : undefined;
    const outcome = failure === undefined ? 'SUCCESS' : outcomeOf([failure]);
    const { verb = 'get', kinds = [], permission, permissions, where, name, uid, namespace, project } = asked ?? {};
    const recordedKinds = new Set([...kinds.filter((kind) => recorded.has(kind)), ...reachedBelow(info)]);
    const asksWho = permission !== undefined || permissions !== undefined;
    if (recordedKinds.size === 0 && !asksWho && outcome !== 'DENIED') return;
    const [kind, another] = kinds;
    const only = another === undefined ? kind : undefined;
    const found = 'answer' in ending && ending.answer !== null ? ending : undefined;
    note((tally) => void tally.recordedReads++);
    context.readLog.note({
      asker: askerOf(authorOf(context, info)),
      verb,
      permission: only !== undefined && recorded.has(only) && !asksWho ? permissionOf(only, verb) : undefined,
      kind: only,
      name: cut(name),
      uid,
      foundUid: found && asked?.foundUid?.(found.answer, context),
      foundScopeId: found && asked?.foundScopeId?.(found.answer),
      asked: {
        kinds: [...recordedKinds],
        ...(namespace !== undefined && { namespace: cut(namespace) }),
        ...(project !== undefined && { project: cut(project) }),
        ...(permission !== undefined && { permission: cut(permission) }),
        ...(permissions !== undefined && { permissions: permissions.map(cut) }),
        ...(where !== undefined && { where: shortened(where) }),
      },
      outcome,
      errorCode: failure?.rule,
      reason: failure?.message.slice(0, LONGEST),
      beganAt,
      endedAt: performance.now(),
    });
  };
}

const LONGEST = 4_096;

/** No name is longer. */
const cut = (name: string | undefined): string | undefined => name?.slice(0, 256);

/** Conditions as they were given, unless they are very long. */
const shortened = (where: unknown): unknown => (JSON.stringify(where).length <= LONGEST ? where : '(long)');
