import type { Queryable } from '../../../platform/db/database.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { mapWithPauses } from '../../../platform/pauses.ts';
import type { Access } from '../../access/access.ts';
import type { Catalog, KindModel, Reference } from '../../model.ts';
import { isObject } from '../../values/is-object.ts';
import type { Transaction } from '../batch.ts';
import {
  advance,
  type FoundDraft,
  isResolved,
  keepsSpec,
  type ReadDraft,
  type ResolvedDraft,
  refuseDraft,
  valueAt,
} from '../draft.ts';
import { keepElsewhere, recallElsewhere } from '../elsewhere.ts';
import { type Known, type Pointer, pointersOf, pointerText } from '../pointers.ts';
import { refuseMissing } from './missing-references.ts';

type Where = Pick<Transaction, 'catalog' | 'connection' | 'pause' | 'lookedFor'>;

/**
 * Resolves every reference of the batch: among the batch itself and in the store, with one statement per kind
 * referred to. What is found nowhere is a violation at its own path; a document that is refused for something else
 * still counts as there. `others` of the batch, whose place in the store is not known yet, count where the store has
 * nothing of their name.
 */
export async function resolveReferences(
  transaction: Where,
  found: readonly FoundDraft[],
  access?: Access,
  others: readonly ReadDraft[] = [],
): Promise<ResolvedDraft[]> {
  const { catalog, pause } = transaction;
  const drafts = await mapWithPauses(
    found,
    pause,
    (draft): ResolvedDraft => advance(draft, { links: new Map(), project: undefined }),
  );
  if (drafts.every(keepsSpec)) return drafts;
  // Projects come first: names of other kinds may be unique per project only.
  const projects = drafts.flatMap((draft) => projectPointer(catalog, draft));
  await followAll(transaction, drafts, projects, access);
  await mapWithPauses(drafts, pause, recallElsewhere);
  const pointers = await mapWithPauses(drafts, pause, pointersOf);
  await followAll(transaction, drafts, pointers.flat(), access, others);
  await mapWithPauses(drafts, pause, refuseRepeated);
  return drafts;
}

async function followAll(
  { catalog, connection, pause, lookedFor }: Where,
  drafts: readonly ResolvedDraft[],
  pointers: readonly Pointer[],
  access: Access | undefined,
  others: readonly ReadDraft[] = [],
): Promise<void> {
  for (const [kind, wanted] of Map.groupBy(pointers, (pointer) => pointer.kind)) {
    const keys = naturalKeyPaths(catalog, kind);
    const own = drafts.filter((draft) => draft.kind === kind && !draft.isDuplicate);
    const batch = await mapWithPauses(own, pause, (draft) => fromDraft(draft, keys));
    const names = [...new Set(wanted.map(({ name }) => name))].sort();
    for (const name of names) lookedFor?.add(name);
    const stored = await load(connection, kind, keys, names, access);
    const isInBatch = new Set(batch.map(({ id }) => id));
    const isStored = new Set(stored.map(placeKey));
    const coming = others
      .filter((draft) => draft.kind === kind && !draft.isDuplicate)
      .map((draft) => fromDraft(draft, keys))
      .filter((one) => !isStored.has(placeKey(one)));
    const known = [...batch, ...stored.filter(({ id }) => !isInBatch.has(id)), ...coming];
    const byName = new Map<string, Known[]>();
    await pause();
    for (const one of known) {
      for (const name of namesOf(one)) {
        const namesakes = byName.get(name);
        if (namesakes === undefined) byName.set(name, [one]);
        else namesakes.push(one);
      }
    }
    const isMissing = await mapWithPauses(wanted, pause, (pointer) => {
      const candidates = (byName.get(pointer.name) ?? []).filter(
        ({ isHidden }) => isHidden !== true || keepsReference(pointer),
      );
      return !follow(pointer, candidates) && !keepElsewhere(pointer);
    });
    const missing = wanted.filter((_, index) => isMissing[index]);
    await refuseMissing(connection, kind, missing, { known, access, pause });
  }
}

const placeKey = ({ name, namespace }: Known): string => JSON.stringify([namespace, name]);

/** The stored object has this reference already, and keeping it reveals nothing. */
function keepsReference({ draft, reference, kind, name }: Pointer): boolean {
  if (reference === undefined) return false;
  const { field, leaf } = reference;
  const entries = [valueAt(draft.stored?.spec, leaf.path) ?? []].flat();
  return entries.some((entry) => {
    const written = field.type === 'refs' && field.wrap !== undefined ? valueAt(entry, field.wrap) : entry;
    if (!isObject(written)) return written === name;
    return written.name === name && (written.kind === undefined || written.kind === kind.kind);
  });
}

const namesOf = ({ name, naturalKeys }: Known): string[] => [...new Set([name, ...Object.values(naturalKeys)])];

/** Follows a pointer; false when it leads nowhere. */
function follow(pointer: Pointer, candidates: readonly Known[]): boolean {
  const { draft, kind, name, namespace, uid, steps } = pointer;
  const named = candidates.filter((one) => namespace === undefined || one.namespace === namespace);
  const inProject = named.filter(({ projectId }) => draft.project !== undefined && projectId === draft.project.id);
  const asked = uid === undefined ? [] : named.filter(({ id }) => id === uid);
  const [found, another] = asked.length > 0 ? asked : inProject.length > 0 ? inProject : named;
  if (found === undefined) return false;
  if (another !== undefined) {
    const message = `several ${kind.plural} are called ${pointerText(pointer)}`;
    const accepted = kind.namespaced ? 'the namespace as well' : 'a name that only one has';
    refuseDraft(draft, { rule: 'REFERENCE_AMBIGUOUS', message, value: name, accepted }, steps);
  } else if (uid !== undefined && uid !== found.id) {
    const message = `${kind.kind} ${pointerText(pointer)} has another uid than ${uid}`;
    refuseDraft(draft, { rule: 'UID_MISMATCH', message, value: uid, accepted: found.id }, [...steps, 'uid']);
  } else {
    pointer.follow(found);
  }
  return true;
}

/** A list that names an object under two names (its own and its natural key) names it twice. */
function refuseRepeated(draft: ResolvedDraft): void {
  for (const [{ field, leaf }, found] of draft.links) {
    if (field.type !== 'refs' || field.unique !== true) continue;
    const ids = found.map(({ id }) => id);
    for (const [index, { kind, name }] of found.entries()) {
      if (ids.indexOf(ids[index] ?? '') === index) continue;
      const message = `${kind.kind} ${name} stands in the list twice`;
      refuseDraft(draft, { rule: 'DUPLICATE_ENTRY', message, accepted: 'each entry once' }, [
        'spec',
        ...leaf.path.split('.'),
        index,
      ]);
    }
  }
}

/** The project an object lives in. */
function projectPointer(catalog: Catalog, draft: ResolvedDraft): Pointer[] {
  const { project: name } = draft.manifest;
  if (name === null) return [];
  const follow = (found: Known): void => {
    advance(draft, { project: found });
  };
  const at = { reference: undefined, namespace: undefined, uid: undefined, steps: ['metadata', 'labels'] };
  return [{ ...at, draft, kind: catalog.get('Project'), name, follow }];
}

/** Spec fields by which a kind is referred to anywhere. */
const naturalKeyPaths = (catalog: Catalog, kind: KindModel): string[] => {
  const refersHere = ({ field, targets }: Reference): string[] =>
    field.by !== undefined && targets.some((target) => target.kind === kind) ? [field.by] : [];
  return [...new Set(catalog.kinds.flatMap(({ references }) => references.flatMap(refersHere)))];
};

const phaseOf = (kind: KindModel, spec: unknown): string | undefined => {
  const phase = kind.phase === undefined ? undefined : valueAt(spec, kind.phase);
  return typeof phase === 'string' ? phase : undefined;
};

function fromDraft(draft: ReadDraft, keys: readonly string[]): Known {
  const { kind, id, manifest, rawSpec, spec = rawSpec } = draft;
  const naturalKeys = keys.flatMap((key) => {
    const value = valueAt(spec, key);
    return typeof value === 'string' ? [[key, value] as const] : [];
  });
  return {
    kind,
    id,
    name: manifest.name,
    namespace: manifest.namespace,
    projectId: (isResolved(draft) ? draft.project?.id : undefined) ?? null,
    naturalKeys: Object.fromEntries(naturalKeys),
    phase: phaseOf(kind, spec),
    scopeId: kind.isOwnScope ? id : undefined,
  };
}

async function load(
  connection: Queryable,
  kind: KindModel,
  keys: readonly string[],
  names: readonly string[],
  access: Access | undefined,
): Promise<Known[]> {
  const columns = keys.map((key) => {
    const leaf = kind.leaves.find((candidate) => candidate.path === key);
    if (leaf === undefined) throw new Error(`${kind.kind} has no field ${key}`);
    return sql.ident(leaf.column);
  });
  const isNamed = sql.join(
    [sql`name`, ...columns].map((column): Sql => sql`${column} = any(${names})`),
    ' or ',
  );
  const isOwn = kind.ownedBy === undefined ? sql`` : sql` and ${sql.ident(kind.ownedBy)} is null`;
  const namespace = kind.namespaced ? sql`namespace` : sql`null::text`;
  const project = kind.inProject ? sql`project_id` : sql`null::uuid`;
  const isVisible = access?.condition(kind, sql`r`, 'get') ?? sql`true`;
  const phaseLeaf = kind.leaves.find(({ path }) => path === kind.phase);
  const phase = phaseLeaf === undefined ? sql`null::text` : sql`${sql.ident(phaseLeaf.column)}::text`;
  const cells = await connection.cells(
    sql`select id, name, scope_id, ${namespace}, ${project}, ${phase}, array[${sql.join(columns, ', ')}]::text[], ${isVisible}
      from ${sql.ident(kind.table)} r where (${isNamed})${isOwn} order by name`,
  );
  return cells.map(([id, name, scopeId, namespace, projectId, phase, natural, visible]) => ({
    kind,
    id: String(id),
    name: String(name),
    scopeId: String(scopeId),
    isHidden: visible !== true,
    namespace: namespace === null ? null : String(namespace),
    projectId: projectId === null ? null : String(projectId),
    phase: phase === null ? undefined : String(phase),
    naturalKeys: Object.fromEntries(
      (natural as (string | null)[]).flatMap((value, index) => (value === null ? [] : [[keys[index] ?? '', value]])),
    ),
  }));
}
