import { kindScopeId } from '../../catalog/access/permissions.ts';
import type { Change, DerivedStore, FinalState, Kind, KnownKinds } from '../../catalog/kind.ts';

import { refuse } from '../../catalog/rules.ts';
import { hint } from '../../catalog/values/nearest.ts';
import { PLATFORM } from '../../catalog/well-known.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

interface Selector {
  readonly resourceRef?: {
    readonly apiGroup: string;
    readonly kind: string;
    readonly name: string;
    readonly uid?: string;
    readonly namespace?: string;
  };
  readonly resourceKind?: { readonly apiGroup: string; readonly kind: string };
}

/** Target of a binding: a scope, or an object that is one or becomes one through the binding. */
export interface Target {
  readonly change: Change;
  /** The kind of the object; undefined for the platform and for all objects of a kind. */
  readonly kind: Kind | undefined;
  readonly id: string;
  /** The scope that contains it, before it becomes one itself. */
  readonly scopeId: string;
}

export interface Targets {
  readonly found: readonly Target[];
  readonly violations: readonly Violation[];
}

export const isPlatform = ({ apiGroup, kind }: { readonly apiGroup: string; readonly kind: string }): boolean =>
  apiGroup === 'catalog.miloapis.com' && kind === 'Platform';

const selectorOf = ({ spec }: Change): Selector => spec.resourceSelector as Selector;

/** Finds the targets of bindings, one statement per kind; what the author may not see is not found. */
export async function findTargets(changes: readonly Change[], state: FinalState): Promise<Targets> {
  const { catalog } = state;
  const found: Target[] = [];
  const violations: Violation[] = [];
  const ofKinds: { readonly change: Change; readonly kind: Kind }[] = [];
  for (const change of changes) {
    const { resourceRef, resourceKind } = selectorOf(change);
    if (resourceKind !== undefined) {
      const id = await kindTarget(state, resourceKind);
      if (id !== undefined) found.push({ change, kind: undefined, id, scopeId: id });
      else violations.push(unknownKind(catalog, change, 'resourceKind', resourceKind));
    } else if (resourceRef !== undefined && isPlatform(resourceRef)) {
      found.push({ change, kind: undefined, id: PLATFORM, scopeId: PLATFORM });
    } else if (resourceRef !== undefined) {
      const kind = catalog.find(resourceRef.apiGroup, resourceRef.kind);
      if (kind === undefined) violations.push(unknownKind(catalog, change, 'resourceRef', resourceRef));
      else ofKinds.push({ change, kind });
    }
  }
  for (const [kind, own] of Map.groupBy(ofKinds, (one) => one.kind)) {
    const changed = own.map(({ change }) => change);
    const byName = Map.groupBy(await candidates(state, kind, changed), ({ name }) => name);
    for (const change of changed) {
      const ref = selectorOf(change).resourceRef;
      const called = byName.get(ref?.name ?? '') ?? [];
      const fits = called.filter((row) => (ref?.namespace ?? row.namespace) === row.namespace);
      const [row, another] = ref?.uid === undefined ? fits : fits.filter(({ id }) => id === ref.uid);
      const path = 'spec.resourceSelector.resourceRef.name';
      if (another !== undefined) {
        const accepted = kind.namespaced ? 'the namespace as well' : 'the uid as well';
        violations.push(
          refuse(change, 'REFERENCE_AMBIGUOUS', path, `several ${kind.plural} are called ${ref?.name}`, { accepted }),
        );
      } else if (row !== undefined) {
        found.push({ change, kind, id: row.id, scopeId: row.scope_id });
      } else if (fits.length > 0) {
        const message = `${kind.kind} ${ref?.name} has another uid than ${ref?.uid}`;
        const uidPath = 'spec.resourceSelector.resourceRef.uid';
        violations.push(
          refuse(change, 'UID_MISMATCH', uidPath, message, { value: ref?.uid, accepted: fits[0]?.id ?? '' }),
        );
      } else {
        violations.push(
          refuse(change, 'REFERENCE_NOT_FOUND', path, `there is no ${kind.kind} ${ref?.name}`, { value: ref?.name }),
        );
      }
    }
  }
  return { found, violations };
}

async function kindTarget(
  state: FinalState,
  { apiGroup, kind }: { readonly apiGroup: string; readonly kind: string },
): Promise<string | undefined> {
  if (state.catalog.find(apiGroup, kind) !== undefined) return kindScopeId(kind);
  const rows = await state.query(
    sql`select from protected_resource where service_ref_name = ${apiGroup} and protected_kind = ${kind}`,
  );
  return rows.length > 0 ? kindScopeId(`${apiGroup}/${kind}`) : undefined;
}

function unknownKind(
  catalog: KnownKinds,
  change: Change,
  member: 'resourceKind' | 'resourceRef',
  { apiGroup, kind }: { readonly apiGroup: string; readonly kind: string },
): Violation {
  const names = catalog.kinds.map((known) => known.kind);
  const path = `spec.resourceSelector.${member}.kind`;
  return refuse(change, 'UNKNOWN_KIND', path, `no kind ${kind} of ${apiGroup} is registered${hint(kind, names)}`, {
    value: kind,
    accepted: 'a kind of the catalog or of a ProtectedResource',
  });
}

interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly scope_id: string;
}

async function candidates(state: FinalState, kind: Kind, changes: readonly Change[]): Promise<Candidate[]> {
  const names = changes.flatMap((change) => selectorOf(change).resourceRef?.name ?? []);
  const visible = state.isVisible(kind.kind, sql`r`);
  const own = kind.ownedBy === undefined ? sql`true` : sql`r.${sql.ident(kind.ownedBy)} is null`;
  return state.query<Candidate>(sql`
    select r.id, r.name, ${kind.namespaced ? sql`r.namespace` : sql`null::text`} as namespace, r.scope_id
    from ${sql.ident(kind.table)} r where r.name = any(${names}) and ${own} and ${visible}`);
}

/** Stores the targets of bindings as scopes, on which grants are held. */
export async function storeTargets(changes: readonly Change[], store: DerivedStore): Promise<void> {
  const created = changes.filter(({ before }) => before === undefined);
  if (created.length === 0) return;
  const { found } = await findTargets(created, store);
  for (const [kind, own] of Map.groupBy(found, (target) => target.kind)) {
    if (kind !== undefined) {
      await store.promote(
        kind.kind,
        own.map(({ id }) => id),
      );
    }
  }
  const foreign = found.filter(({ kind, id }) => kind === undefined && id !== PLATFORM).map(({ id }) => id);
  await store.execute(
    sql`insert into scope (id, kind) select id, 'Kind' from unnest(${foreign}::uuid[]) as id on conflict (id) do nothing`,
  );
  await store.query(sql`select scope_closure_rebuild(${foreign}::uuid[])`);
  await store.execute(
    sql`insert into binding_target (policy_binding_id, scope_id) select * from unnest(${found.map(({ change }) => change.id)}::uuid[], ${found.map(({ id }) => id)}::uuid[])`,
  );
}
