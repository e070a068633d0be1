import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Pause } from '../../../platform/pauses.ts';
import type { Access } from '../../access/access.ts';
import type { KindModel } from '../../model.ts';
import { withArticle } from '../../values/names.ts';
import { inLoadOrder, type Transaction } from '../batch.ts';
import { completeManaged } from '../complete-managed.ts';
import { advance, type FoundDraft, isFound, type ReadDraft, refuseDraft } from '../draft.ts';
import type { LoadedObject } from '../loaded-object.ts';
import { broken } from '../precondition.ts';
import { isNamed, loadStored } from '../store.ts';

/**
 * Finds the stored objects of drafts, which take over their uids, and completes manifests of field managers. `areNew`: it is
 * known that there is none.
 */
export async function findStored(
  drafts: readonly ReadDraft[],
  { catalog, connection, by, schemaOf, onProgress, pause }: Transaction,
  areNew = false,
): Promise<FoundDraft[]> {
  const byKind = inLoadOrder(catalog, drafts);
  for (const [index, [kind, own]] of byKind.entries()) {
    onProgress?.(index, byKind.length, 'loading');
    await findOfKind(kind, own, areNew ? [] : await loadNamed(connection, kind, own, by.rights?.access), pause);
  }
  const found = drafts.filter(isFound);
  await completeManaged(connection, found, schemaOf, pause);
  return found;
}

const namesOf = (drafts: readonly ReadDraft[]): string[] =>
  drafts.filter(({ mode }) => mode !== 'update').map(({ manifest }) => manifest.name);

/** Objects that have names of these drafts, in whatever namespace or project. */
async function loadNamed(
  connection: Queryable,
  kind: KindModel,
  drafts: readonly ReadDraft[],
  access: Access | undefined,
): Promise<LoadedObject[]> {
  const names = namesOf(drafts);
  return names.length === 0 ? [] : loadStored(connection, kind, isNamed(names), access);
}

/** Whether there is any object that has the name of one of these drafts, in whatever namespace or project. */
export async function isAnyNamed(
  drafts: readonly ReadDraft[],
  { catalog, connection, lookedFor }: Pick<Transaction, 'catalog' | 'connection' | 'lookedFor'>,
): Promise<boolean> {
  for (const [kind, own] of inLoadOrder(catalog, drafts)) {
    const names = namesOf(own);
    for (const name of names) lookedFor?.add(name);
    const row = sql`r`;
    const found = await connection.cells(
      sql`select 1 from ${sql.ident(kind.table)} ${row} where ${isNamed(names)(row)} limit 1`,
    );
    if (found.length > 0) return true;
  }
  return false;
}

async function findOfKind(
  kind: KindModel,
  drafts: readonly ReadDraft[],
  loaded: readonly LoadedObject[],
  pause: Pause,
): Promise<void> {
  const identity = (group: string, namespace: string | null, project: string | null, name: string): string =>
    JSON.stringify([kind.ownGroups.length > 1 ? group : '', namespace, project, name]);
  const byIdentity = new Map(loaded.map((one) => [identity(one.group, one.namespace, one.project, one.name), one]));
  for (const draft of drafts) {
    await pause();
    const { group, namespace, project, name, labels } = draft.manifest;
    // The object of an update was found and locked before there was a draft.
    const ofUpdate = isFound(draft) ? draft.stored : undefined;
    const found = ofUpdate === undefined ? byIdentity.get(identity(group, namespace, project, name)) : undefined;
    const named = found !== undefined && yieldsTo(found, kind, labels) ? undefined : found;
    const isHeldByHidden = named?.isHidden === true;
    const stored = ofUpdate ?? (isHeldByHidden ? undefined : named);
    const id = stored?.id ?? draft.id;
    if (draft.isNew && stored !== undefined) {
      const message = `there is ${withArticle(kind.kind)} ${name} already`;
      const taken = { rule: 'NAME_TAKEN', message, value: name, accepted: 'a name that is free' };
      refuseDraft(advance(draft, { id }), taken, ['metadata', 'name']);
    }
    const isDerived = stored !== undefined && named?.isDerived === true;
    advance(draft, { id, stored, isHeldByHidden, isDerived, managed: undefined });
    refuseUnexpected(draft, stored);
    keepFilledIn(draft, stored);
  }
}

/** A manifest that was read before may say which object it means, and in which state. */
function refuseUnexpected(draft: ReadDraft, stored: LoadedObject | undefined): void {
  const { mode, kind, manifest } = draft;
  if (stored === undefined || (mode !== 'apply' && mode !== 'managed')) return;
  const paths = { id: 'uid', revision: 'resourceVersion' };
  for (const { path = '', ...refusal } of broken(
    `${kind.kind}/${manifest.name}`,
    stored,
    manifest.expected ?? {},
    paths,
  ))
    refuseDraft(draft, refusal, ['metadata', path]);
}

/** A derived object gives way to one that is stated, unless the manifest carries its labels and so means itself. */
const yieldsTo = (
  { isDerived, labels: own }: LoadedObject,
  kind: KindModel,
  labels: Readonly<Record<string, string>>,
) => isDerived && kind.yields === true && Object.entries(own).some(([key, value]) => labels[key] !== value);

/** A complete manifest that leaves out what the catalog filled in means the object as it is. */
function keepFilledIn(draft: ReadDraft, stored: LoadedObject | undefined): void {
  const { mode, kind, spec } = draft;
  if (mode !== 'apply' || stored === undefined || spec === undefined) return;
  const kept = Object.entries(kind.spec).flatMap(([name, field]) => {
    const isKept = field.type === 'objects' && field.keptWhenLeftOut === true && (spec[name] ?? null) === null;
    return isKept && stored.spec[name] !== undefined ? [[name, stored.spec[name]] as const] : [];
  });
  if (kept.length > 0) advance(draft, { spec: { ...spec, ...Object.fromEntries(kept) } });
}
