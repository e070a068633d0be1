import type { Queryable } from '../../platform/db/database.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';
import { refuseAt } from '../manifests/document.ts';
import type { ParsedDocument } from '../manifests/parse.ts';
import type { Catalog, KindModel } from '../model.ts';
import { derivedStore } from './derived-store.ts';
import { describeReferrers, loadReferrers } from './referrers.ts';
import { type LoadedObject, loadStored } from './store.ts';

/** An object that is to go. */
export interface WantedRemoval {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  /** API group, for kinds that are served in several. */
  readonly group?: string;
  /** The document that describes it, for messages. */
  readonly document?: ParsedDocument;
}

export interface RemoveResult {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly outcome: 'DELETED' | 'ABSENT' | 'REFUSED';
  readonly violations: readonly Violation[];
}

interface Doomed {
  readonly wanted: WantedRemoval;
  readonly kind: KindModel;
  readonly subject: string;
  readonly stored: LoadedObject | undefined;
  readonly violations: Violation[];
}

/** Deletes objects together, in any order; what refers to one of them from outside the batch refuses it. */
export async function removeObjects(
  catalog: Catalog,
  connection: Queryable,
  wanted: readonly WantedRemoval[],
  allowMissing: boolean,
): Promise<RemoveResult[]> {
  const doomed = await find(catalog, connection, wanted, allowMissing);
  const going = new Map(
    catalog.kinds.flatMap((kind): [KindModel, string[]][] => {
      const ids = new Set(doomed.flatMap((one) => (one.kind === kind ? (one.stored?.id ?? []) : [])));
      return ids.size === 0 ? [] : [[kind, [...ids]]];
    }),
  );
  const referrers = Map.groupBy(await loadReferrers(catalog, connection, going), ({ target }) => target);
  for (const one of doomed) {
    const found = referrers.get(one.stored?.id ?? '');
    if (found !== undefined) refuse(one, 'REFERENCED', `${one.subject} ${describeReferrers(found)}`);
  }
  if (doomed.every(({ violations }) => violations.length === 0)) await removeAll(connection, doomed, going);
  return doomed.map(({ wanted: { kind, name, namespace, project }, stored, violations }): RemoveResult => {
    const outcome = violations.length > 0 ? 'REFUSED' : stored === undefined ? 'ABSENT' : 'DELETED';
    const place = { ...(namespace !== undefined && { namespace }), ...(project !== undefined && { project }) };
    return { kind, name, ...place, outcome, violations };
  });
}

function refuse({ wanted, subject, violations }: Doomed, rule: string, message: string, accepted?: string): void {
  const violation = { rule, message, subject, ...(accepted !== undefined && { accepted }) };
  const { document } = wanted;
  violations.push(document === undefined ? violation : refuseAt(document, subject, ['metadata', 'name'], violation));
}

/** Finds and locks what is to go, one statement per kind, in the order in which it was asked for. */
async function find(
  catalog: Catalog,
  connection: Queryable,
  wanted: readonly WantedRemoval[],
  allowMissing: boolean,
): Promise<Doomed[]> {
  const found = new Map<string, LoadedObject[]>();
  for (const kind of catalog.kinds) {
    const own = wanted.filter((one) => one.kind === kind.kind);
    if (own.length > 0) {
      found.set(
        kind.kind,
        await loadStored(
          connection,
          kind,
          own.map(({ name }) => name),
        ),
      );
    }
  }
  return wanted.map((one): Doomed => {
    const kind = catalog.get(one.kind);
    const named = (found.get(one.kind) ?? []).filter(
      ({ name, namespace, project, group }) =>
        name === one.name &&
        (!kind.namespaced || one.namespace === undefined || namespace === one.namespace) &&
        (!kind.inProject || one.project === undefined || project === one.project) &&
        (one.group === undefined || group === one.group),
    );
    const [stored, another] = named.filter(({ isDerived }) => !isDerived);
    const isUnclear = another !== undefined;
    const subject = `${kind.kind}/${one.name}`;
    const result: Doomed = { wanted: one, kind, subject, stored: isUnclear ? undefined : stored, violations: [] };
    if (isUnclear) {
      const accepted = kind.namespaced
        ? 'the namespace as well'
        : kind.inProject
          ? 'the project as well'
          : 'the manifest';
      refuse(result, 'AMBIGUOUS', `several ${kind.plural} are called ${one.name}`, accepted);
    } else if (stored === undefined && named.length > 0) {
      refuse(
        result,
        'DERIVED',
        `${subject} is kept by another object and goes with it; it can not be deleted by itself`,
      );
    } else if (stored === undefined && !allowMissing) {
      const place = one.namespace !== undefined && kind.namespaced ? ` in namespace ${one.namespace}` : '';
      refuse(result, 'NOT_FOUND', `there is no ${kind.kind} ${one.name}${place}`);
    }
    return result;
  });
}

/** What refers goes before what is referred to. */
async function removeAll(
  connection: Queryable,
  doomed: readonly Doomed[],
  going: ReadonlyMap<KindModel, readonly string[]>,
): Promise<void> {
  const store = derivedStore(connection);
  const objects = new Map(
    doomed.flatMap(({ kind, stored }) => (stored ? [[stored.id, { ...stored, kind: kind.kind }]] : [])),
  );
  for (const [kind, ids] of [...going].reverse()) {
    await kind.undo?.(
      ids.flatMap((id) => objects.get(id) ?? []),
      store,
    );
    // By hand and not by cascade, which comes too late for members of a list that go in the same statement.
    for (const { field } of kind.references) {
      if (field.type !== 'refs') continue;
      const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
      await connection.execute(sql`delete from ${sql.ident(field.table)} where ${owner} = any(${ids}::uuid[])`);
    }
    await connection.execute(sql`delete from ${sql.ident(kind.table)} where id = any(${ids}::uuid[])`);
    if (kind.isOwnScope) await connection.execute(sql`delete from scope where id = any(${ids}::uuid[])`);
  }
  await connection.execute(sql`set constraints all immediate`);
}
