import type { Queryable } from '../../platform/db/database.ts';
import type { Violation } from '../../platform/errors.ts';
import type { Check } from '../access/check.ts';
import type { Author } from '../author.ts';
import type { Refusal } from '../history/history.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import type { Catalog } from '../model.ts';
import { type Act, newAct, planActs, resultOfAct } from './acts.ts';
import { applyDrafts, type OnProgress } from './apply.ts';
import { type Authorization, authorizeBatch, type FinishAuthorization } from './authorize.ts';
import type { Draft } from './draft.ts';
import { refuseDuplicates } from './duplicates.ts';
import type { CreateOperation, Operation, OperationResult } from './operation.ts';
import { type Entry, readApplied, readCreated, readSpec, type SchemaOf, violationsOf } from './read-drafts.ts';
import { type Doomed, findDoomed, judgeGone, newDoomed, refuseReferred, removeDoomed, removeFree } from './remove.ts';
import { nameUidReferences, noteUids } from './uid-references.ts';
import { type PendingUpdate, prepareUpdates } from './updates.ts';

/** Operations of one request on their way through one transaction. */
export interface Batch {
  /** Documents, creates and updates, in the order of the request. */
  readonly entries: Entry[];
  readonly created: { readonly entry: Entry; readonly create: CreateOperation }[];
  readonly updates: PendingUpdate[];
  readonly doomed: Doomed[];
  readonly acts: Act[];
  /** What is wrong and belongs to no single operation. */
  readonly general: Violation[];
  /** Permissions that OpenFGA is being asked about. */
  readonly authorizations: FinishAuthorization[];
  /** What was said of permissions, once all of it has been heard. */
  readonly checks: Check[];
}

/** Reads a request as far as that goes without the store; every operation is read, whatever the others are like. */
export async function readBatch(
  catalog: Catalog,
  schemaOf: SchemaOf,
  operations: readonly Operation[],
): Promise<Batch> {
  const batch: Batch = {
    entries: [],
    created: [],
    updates: [],
    doomed: [],
    acts: [],
    general: [],
    authorizations: [],
    checks: [],
  };
  for (const [index, operation] of operations.entries()) await read(batch, catalog, schemaOf, index, operation);
  return batch;
}

async function read(
  batch: Batch,
  catalog: Catalog,
  schemaOf: SchemaOf,
  index: number,
  operation: Operation,
): Promise<void> {
  switch (operation.do) {
    case 'apply':
      for (const entry of await readApplied(catalog, schemaOf, index, operation)) batch.entries.push(entry);
      break;
    case 'create': {
      const entry = readCreated(catalog, index, operation);
      batch.entries.push(entry);
      batch.created.push({ entry, create: operation });
      break;
    }
    case 'update': {
      const { kind, target } = operation;
      const head = { kind: kind.kind, ...(target.name !== undefined && { name: target.name }) };
      const at = { operation: index, source: undefined, line: undefined, head };
      const entry: Entry = { ...at, draft: undefined, violations: [] };
      batch.entries.push(entry);
      batch.updates.push({ entry, update: operation });
      break;
    }
    case 'delete':
      batch.doomed.push(newDoomed(index, operation));
      break;
    case 'act':
      batch.acts.push(newAct(index, operation));
      break;
  }
}

/** There is something in it that the store has to be asked about. */
export const hasWork = ({ entries, updates, doomed, acts }: Batch): boolean =>
  updates.length + doomed.length + acts.length > 0 || entries.some(({ draft }) => draft !== undefined);

export const draftsOf = ({ entries }: Batch): Draft[] => entries.flatMap(({ draft }) => draft ?? []);

export const allViolations = ({ entries, doomed, acts, general }: Batch): Violation[] => [
  ...entries.flatMap(violationsOf),
  ...acts.flatMap(({ draft }) => draft.violations),
  ...doomed.flatMap(({ violations }) => violations),
  ...general,
];

/** The same, list by list. */
export const violationLists = ({ entries, doomed, acts, general }: Batch): Violation[][] => [
  ...entries.flatMap(({ violations, draft }) => (draft === undefined ? [violations] : [violations, draft.violations])),
  ...acts.map(({ draft }) => draft.violations),
  ...doomed.map(({ violations }) => violations),
  general,
];

export interface BatchTransaction {
  readonly catalog: Catalog;
  readonly connection: Queryable;
  readonly schemaOf: SchemaOf;
  readonly by: Author;
  readonly authorization: Authorization | undefined;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Everything between reading and committing, inside the batch's transaction. What is wrong is noted on the batch; the
 * caller keeps the transaction only when nothing is.
 *
 *   find what goes and what changes ─► delete what is free ─► drafts (apply.ts) ─► delete the rest ─► judge
 */
export async function writeBatch(batch: Batch, transaction: BatchTransaction): Promise<void> {
  const { catalog, connection, schemaOf, by, authorization, onProgress } = transaction;
  const access = by.rights?.access;
  const actContents = batch.acts.map(({ act }) => act.content);
  await nameUidReferences(connection, actContents, access);
  for (const [index, operation] of await planActs(catalog, connection, batch.acts, draftsOf(batch), by)) {
    await read(batch, catalog, schemaOf, index, operation);
  }
  const contents = [...batch.created.map(({ create }) => create), ...batch.updates.map(({ update }) => update)];
  await nameUidReferences(
    connection,
    contents.map(({ content }) => content),
    access,
  );
  for (const { entry, create } of batch.created) if (entry.draft !== undefined) noteUids(entry.draft, create.content);
  await findDoomed(catalog, connection, batch.doomed, access);
  await prepareUpdates(catalog, connection, batch.updates, access);
  batch.authorizations.push(await authorizeBatch(transaction, [], batch.doomed));
  const drafts = draftsOf(batch);
  for (const draft of drafts) {
    if (draft.by === 'create' || draft.by === 'update') readSpec(draft, schemaOf(draft.kind));
  }
  refuseDuplicates(drafts);
  refuseBoth(batch.doomed, drafts);
  if (drafts.length === 0) {
    if (batch.doomed.length > 0) await removeDoomed(catalog, connection, batch.doomed, by);
    batch.general.push(...(await judgeGone(catalog, connection, batch.doomed, by)));
    await finishAuthorization(batch);
    return;
  }
  const isClear = batch.doomed.every(({ violations }) => violations.length === 0);
  const waiting =
    isClear && batch.doomed.length > 0 ? await removeFree(catalog, connection, batch.doomed, by) : batch.doomed;
  let isJudged = waiting.length === 0;
  const remove = async (): Promise<void> => {
    isJudged = true;
    refuseBoth(waiting, drafts);
    const isFree = waiting.every(({ violations }) => violations.length === 0);
    if (isFree) await removeDoomed(catalog, connection, waiting, by);
    else await refuseReferred(catalog, connection, waiting, access);
  };
  const removeHeld = waiting.length === 0 ? undefined : remove;
  batch.general.push(
    ...(await applyDrafts({
      catalog,
      connection,
      drafts,
      by,
      authorization,
      authorizations: batch.authorizations,
      schemaOf,
      removeHeld,
      onProgress,
    })),
  );
  if (!isJudged) {
    const ids = [...Map.groupBy(drafts, ({ kind }) => kind)].map(
      ([kind, own]) => [kind, own.map(({ id }) => id)] as const,
    );
    await refuseReferred(catalog, connection, waiting, access, new Map(ids));
  }
  if (allViolations(batch).length === 0) {
    batch.general.push(...(await judgeGone(catalog, connection, batch.doomed, by)));
  }
  await finishAuthorization(batch);
}

/** Hears what OpenFGA says of the batch; of what it denies nothing else is said. */
export async function finishAuthorization({ authorizations, checks }: Batch): Promise<void> {
  for (let finish = authorizations.shift(); finish !== undefined; finish = authorizations.shift()) {
    for (const check of await finish()) checks.push(check);
  }
}

/** An object cannot be changed and deleted at once; one that is gone already can be made anew, as another object. */
function refuseBoth(doomed: readonly Doomed[], drafts: readonly Draft[]): void {
  const changed = new Set(drafts.flatMap(({ stored }) => stored?.id ?? []));
  for (const { stored, subject, violations } of doomed) {
    if (stored === undefined || !changed.has(stored.id)) continue;
    const message = `${subject} is changed in the same batch`;
    violations.push({ rule: 'DUPLICATE_IN_BATCH', message, subject, objectId: stored.id, accepted: 'one of the two' });
  }
}

/** What was refused, for the audit log. */
export function refusalsOf(batch: Batch, verb: string): Refusal[] {
  const denied = new Map<string, Check[]>();
  for (const check of batch.checks.filter(({ isAllowed }) => !isAllowed)) {
    for (const id of check.objectIds) denied.set(id, [...(denied.get(id) ?? []), check]);
  }
  const checksOf = (ids: readonly (string | undefined)[]) => {
    const checks = [...new Set(ids.flatMap((id) => denied.get(id ?? '') ?? []))];
    return checks.length === 0 ? {} : { checks };
  };
  const drafted = batch.entries.map((entry): Refusal => {
    const { head, draft } = entry;
    const { stored } = draft ?? {};
    const isNew = stored === undefined && draft?.by !== 'update';
    const checks = checksOf([draft?.id]);
    const what = { verb: isNew ? 'create' : 'update', ...named(head), ...standing(stored), ...checks };
    return { ...what, violations: violationsOf(entry) };
  });
  const doomed = batch.doomed.map(({ wanted: { kind, target }, stored, owned, violations }): Refusal => {
    const checks = checksOf([stored?.id, ...owned.map((child) => child.stored.id)]);
    const what = { verb: 'delete', kind: kind.kind, name: stored?.name ?? target.name, ...standing(stored), ...checks };
    return { ...what, violations };
  });
  const acts = batch.acts.map(({ act, draft: { violations } }): Refusal => {
    return { verb: 'update', kind: act.action.shows, violations };
  });
  const general = batch.general.map((violation): Refusal => ({ verb, violations: [violation] }));
  return [...drafted, ...doomed, ...acts, ...general].filter(({ violations }) => violations.length > 0);
}

const named = ({ kind, name }: Entry['head']) => ({ kind, name });
const standing = (stored: StoredObject | undefined) =>
  stored === undefined ? {} : { id: stored.id, scopeId: stored.scopeId };

/** What became of every operation, in the order of the request. */
export function resultsOf(batch: Batch, isApplied: boolean): OperationResult[] {
  const results = [
    ...batch.entries.map((entry) => resultOfEntry(entry, isApplied)),
    ...batch.doomed.map(resultOfDoomed),
  ];
  const shown = batch.acts.flatMap((act) => resultOfAct(act, results));
  return [...results, ...shown].sort((a, b) => a.operation - b.operation);
}

function resultOfEntry(entry: Entry, isApplied: boolean): OperationResult {
  const { operation, source, line, head, draft } = entry;
  const violations = violationsOf(entry);
  const { namespace, project } = draft?.manifest ?? {};
  const described = {
    operation,
    ...(source !== undefined && { source }),
    ...(line !== undefined && { line }),
    ...head,
    ...(namespace && { namespace }),
    ...(project && { project }),
    warnings: draft?.warnings ?? [],
  };
  if (draft === undefined || violations.length > 0) {
    return { ...described, outcome: 'REFUSED', changes: [], violations };
  }
  const { stored, changes, id, kind, manifest } = draft;
  const known = { ...described, kind: kind.kind, name: manifest.name, violations };
  if (stored === undefined) return { ...known, ...(isApplied && { id }), outcome: 'CREATED', changes: [] };
  return { ...known, id, outcome: changes.length > 0 ? 'UPDATED' : 'UNCHANGED', changes };
}

function resultOfDoomed({ operation, wanted, stored, owned, violations }: Doomed): OperationResult {
  const { kind, target } = wanted;
  const { name, namespace, project } = stored ?? target;
  const outcome = violations.length > 0 ? 'REFUSED' : stored === undefined ? 'ABSENT' : 'DELETED';
  return {
    operation,
    kind: kind.kind,
    ...(name !== undefined && { name }),
    ...(typeof namespace === 'string' && { namespace }),
    ...(typeof project === 'string' && { project }),
    outcome,
    changes: [],
    violations,
    warnings: [],
    ...(outcome === 'DELETED' && stored !== undefined && { id: stored.id }),
    ...(outcome === 'DELETED' && {
      owned: owned.map((one) => ({ kind: one.kind.kind, name: one.stored.name, id: one.stored.id })),
    }),
  };
}
