import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import { among, tables } from '../../platform/db/tables.ts';
import type { Author } from '../author.ts';
import { differences } from '../differences.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { type Draft, isChanged, isSound, type Owners, refuse, valueAt } from './draft.ts';
import { merge, mergeTexts, without } from './merge.ts';
import { readSpec, type SchemaOf } from './read-drafts.ts';

/*
 * Who owns which field, as Kubernetes' server-side apply has it, and kept outside the objects.
 *
 * - A field is a leaf of the spec (`spec.placement.rackRef`; a list is one field), one label or one annotation.
 * - A named manager owns what its manifest says. What it says no longer is released, and cleared when nobody else
 *   owns it. What it never said is not its business: a manifest need not be complete.
 * - A field that another manager owns with a different value refuses the apply, unless it is forced: then the manager
 *   takes the field over. Equal values are shared.
 * - Writes without a manager (mutations, whole-object applies) are never refused. Of an object that some manager
 *   applies, they take over what they change, as manager `api:<name of the caller>`; of others nothing is noted, so
 *   the first manager of an object adopts it as it is.
 */

const SPEC = 'spec.';
const texts = { labels: 'metadata.labels.', annotations: 'metadata.annotations.' } as const;

/** Brings what managers apply to its whole: what is stored, less what they release, with what they say on top. */
export async function completeManaged(
  connection: Queryable,
  drafts: readonly Draft[],
  schemaOf: SchemaOf,
): Promise<void> {
  const managed = drafts.filter(({ by, isDuplicate }) => by === 'managed' && !isDuplicate);
  await loadOwners(connection, managed);
  for (const draft of managed) {
    const { stored, manifest, kind, manager, owners = new Map(), given } = draft;
    const said = saidBy(draft);
    draft.said = said;
    if (stored !== undefined && isObject(given)) {
      const released = [...(owners.get(manager?.name ?? '') ?? [])].filter(
        (path) => !said.has(path) && ![...owners].some(([name, paths]) => name !== manager?.name && paths.has(path)),
      );
      const inSpec = released.flatMap((path) => (path.startsWith(SPEC) ? path.slice(SPEC.length) : []));
      draft.given = merge(kind.spec, without(stored.spec, inSpec), withoutNulls(given)).spec;
      draft.manifest = {
        ...manifest,
        labels: mergeTexts(less(stored.labels, released, texts.labels), manifest.labels),
        annotations: mergeTexts(less(stored.annotations, released, texts.annotations), manifest.annotations),
      };
    }
    readSpec(draft, schemaOf(kind));
  }
}

const withoutNulls = (given: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
      if (value === null) return [];
      return [[name, isObject(value) ? withoutNulls(value) : value]];
    }),
  );

const less = (
  map: Readonly<Record<string, string>>,
  released: readonly string[],
  prefix: string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !released.includes(`${prefix}${key}`)));

/** Paths of the fields that a manifest says. */
function saidBy({ kind, given, manifest }: Draft): ReadonlySet<string> {
  const inSpec = kind.leaves.filter(({ path }) => ![undefined, null].includes(valueAt(given, path) as null));
  return new Set([
    ...inSpec.map(({ path }) => SPEC + path),
    ...Object.keys(manifest.labels).map((key) => texts.labels + key),
    ...Object.keys(manifest.annotations).map((key) => texts.annotations + key),
  ]);
}

/** Fields in which a draft differs from what is stored, with the value they get. */
function changedFields({ kind, stored, spec, manifest }: Draft): Map<string, unknown> {
  const fields = fieldsOf(kind);
  const before = stored === undefined ? undefined : fields(stored.spec, stored);
  const after = fields(spec, manifest);
  const paths = new Set([...(before?.keys() ?? []), ...after.keys()]);
  return new Map(
    [...paths].flatMap((path): [string, unknown][] =>
      differences(before?.get(path), after.get(path), path).length === 0 ? [] : [[path, after.get(path)]],
    ),
  );
}

type Labelled = Readonly<Record<keyof typeof texts, Readonly<Record<string, string>>>>;

/** The values of all fields that an object has. */
const fieldsOf =
  (kind: KindModel) =>
  (spec: unknown, { labels, annotations }: Labelled): Map<string, unknown> =>
    new Map([
      ...kind.leaves.flatMap(({ path }): [string, unknown][] => {
        const value = valueAt(spec, path);
        return value === undefined ? [] : [[SPEC + path, value]];
      }),
      ...Object.entries(labels).map(([key, value]): [string, unknown] => [texts.labels + key, value]),
      ...Object.entries(annotations).map(([key, value]): [string, unknown] => [texts.annotations + key, value]),
    ]);

/** Refuses what other managers own, and says who owns what once the drafts are stored. */
export async function settleOwners(
  connection: Queryable,
  drafts: readonly Draft[],
  { caller }: Author,
): Promise<ReadonlyMap<Draft, Owners>> {
  const plain = drafts.filter((one) => one.by !== 'managed' && one.stored !== undefined && isChanged(one));
  await loadOwners(connection, plain.filter(isSound));
  const settled = new Map<Draft, Owners>();
  for (const draft of drafts) {
    const { manager, owners = new Map(), said = new Set() } = draft;
    if (!isSound(draft) || (manager === undefined && owners.size === 0)) continue;
    const changed = changedFields(draft);
    if (manager !== undefined && !manager.force) refuseConflicts(draft, changed, manager.name);
    const taken = (path: string): boolean => changed.has(path) && (manager === undefined || said.has(path));
    const kept = [...owners].map(([name, paths]): [string, Set<string>] => [
      name,
      new Set([...paths].filter((path) => name !== manager?.name && !taken(path))),
    ]);
    const next = new Map(kept);
    if (manager !== undefined) {
      next.set(manager.name, new Set(said));
    } else {
      warnOfTaken(draft, changed);
      const own = `api:${caller.name}`;
      const set = [...changed].filter(([, value]) => value !== undefined).map(([path]) => path);
      next.set(own, new Set([...(next.get(own) ?? []), ...set]));
    }
    settled.set(draft, next);
  }
  return settled;
}

const ownersOf = (owners: Owners, path: string, except: string): string[] =>
  [...owners].filter(([name, paths]) => name !== except && paths.has(path)).map(([name]) => name);

function refuseConflicts(draft: Draft, changed: ReadonlyMap<string, unknown>, manager: string): void {
  const { stored, owners = new Map(), said = new Set(), kind } = draft;
  for (const [path, value] of changed) {
    const others = ownersOf(owners, path, manager);
    if (!said.has(path) || others.length === 0) continue;
    const is = stored === undefined ? undefined : fieldsOf(kind)(stored.spec, stored).get(path);
    const says = is === undefined ? 'absent' : stringifyJson(is);
    const message = `${path} is managed by ${others.join(' and ')}, for whom it is ${says}`;
    const accepted = `${says}, nothing, or to take it over by force`;
    refuse(draft, { rule: 'FIELD_CONFLICT', message, path, value, accepted });
  }
}

function warnOfTaken({ owners = new Map(), warnings }: Draft, changed: ReadonlyMap<string, unknown>): void {
  for (const path of changed.keys()) {
    const managers = ownersOf(owners, path, '').filter((name) => !name.startsWith('api:'));
    if (managers.length === 0) continue;
    const message = `${path} was managed by ${managers.join(' and ')}, whose next apply will be in conflict with it`;
    warnings.push({ code: 'FIELD_TAKEN', message, path });
  }
}

async function loadOwners(connection: Queryable, drafts: readonly Draft[]): Promise<void> {
  const byId = new Map(drafts.flatMap((draft) => (draft.stored === undefined ? [] : [[draft.id, draft] as const])));
  if (byId.size === 0) return;
  const rows = await connection.rows(
    tables
      .selectFrom('field_owner')
      .select(['object_id', 'manager', 'paths'])
      .where('object_id', '=', among([...byId.keys()]))
      .orderBy('object_id')
      .orderBy('manager'),
  );
  for (const [id, own] of Map.groupBy(rows, ({ object_id }) => object_id)) {
    const draft = byId.get(id);
    if (draft !== undefined) draft.owners = new Map(own.map(({ manager, paths }) => [manager, new Set(paths)]));
  }
}

/** Notes who owns what: two statements at most, and none where nothing changes hands. */
export async function storeOwners(connection: Queryable, settled: ReadonlyMap<Draft, Owners>): Promise<void> {
  const rows = [...settled].flatMap(([{ id, kind, owners = new Map() }, next]) =>
    [...next].flatMap(([manager, paths]) => {
      const [old, young] = [[...(owners.get(manager) ?? [])].sort(), [...paths].sort()];
      if (stringifyJson(old) === stringifyJson(young)) return [];
      return [{ object_id: id, manager, kind: kind.kind, paths: young }];
    }),
  );
  const [gone, kept] = [rows.filter(({ paths }) => paths.length === 0), rows.filter(({ paths }) => paths.length > 0)];
  if (gone.length > 0) {
    await connection.execute(sql`delete from field_owner f
      using jsonb_populate_recordset(null::field_owner, ${stringifyJson(gone)}::jsonb) x
      where f.object_id = x.object_id and f.manager = x.manager`);
  }
  if (kept.length > 0) {
    await connection.execute(sql`insert into field_owner (object_id, manager, kind, paths)
      select object_id, manager, kind, paths from jsonb_populate_recordset(null::field_owner, ${stringifyJson(kept)}::jsonb)
      on conflict (object_id, manager) do update set paths = excluded.paths`);
  }
}

/** Objects that are gone have no owners. */
export async function dropOwners(connection: Queryable, ids: readonly string[]): Promise<void> {
  await connection.execute(tables.deleteFrom('field_owner').where('object_id', '=', among(ids)));
}
