import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { RefField, RefsField } from '../fields.ts';
import type { Catalog, KindModel, Reference } from '../model.ts';
import { hint } from '../values/nearest.ts';
import { type Draft, type Referent, refuse } from './draft.ts';

interface Pointer {
  readonly draft: Draft;
  readonly reference: Reference | undefined;
  readonly kind: KindModel;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly uid: string | undefined;
  readonly steps: readonly (string | number)[];
  /** Writes the canonical form back into the spec. */
  readonly settle: (found: Referent) => void;
}

type Written = { kind?: string; name: string; namespace?: string; uid?: string; apiGroup?: string };

export const valueAt = (spec: Readonly<Record<string, unknown>>, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], spec);

function setAt(spec: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Record<string, unknown>>((inner, step) => inner[step] as Record<string, unknown>, spec);
  parent[last] = value;
}

/** Every reference that a draft's spec writes down. */
function pointersOf(draft: Draft): Pointer[] {
  const { spec, kind } = draft;
  if (spec === undefined) return [];
  return kind.references.flatMap((reference) => {
    const { leaf, field, targets } = reference;
    const value = valueAt(spec, leaf.path);
    if (value === undefined) return [];
    const path = ['spec', ...leaf.path.split('.')];
    const make = (given: unknown, steps: readonly (string | number)[], settle: (value: unknown) => void): Pointer[] => {
      const one: Written = typeof given === 'string' ? { name: given } : (given as Written);
      const target =
        targets.length === 1 ? targets[0]?.kind : targets.find(({ kind: of }) => of.kind === one.kind)?.kind;
      if (target === undefined) return [];
      const namespace = !target.namespaced
        ? undefined
        : isSystem(one.name)
          ? 'milo-system'
          : (one.namespace ?? draft.manifest.namespace ?? undefined);
      return [
        {
          draft,
          reference,
          kind: target,
          name: one.name,
          namespace,
          uid: one.uid,
          steps,
          settle: (found) => settle(canonical(field, one, found)),
        },
      ];
    };
    if (field.type === 'ref') return make(value, path, (settled) => setAt(spec, leaf.path, settled));
    const list = value as unknown[];
    return list.flatMap((entry, index) => {
      const inner = field.wrap === undefined ? entry : (entry as Record<string, unknown>)[field.wrap];
      const steps = field.wrap === undefined ? [...path, index] : [...path, index, field.wrap];
      return make(inner, steps, (settled) => {
        list[index] = field.wrap === undefined ? settled : { [field.wrap]: settled };
      });
    });
  });
}

const isSystem = (name: string): boolean => name.startsWith('system:');

/** The reference as it is exported: by name (or natural key), with namespace and uid where its form has them. */
function canonical(field: RefField | RefsField, given: Written, found: Referent & { natural?: string }): unknown {
  const name = field.by !== undefined && field.exportName !== true ? (found.natural ?? found.name) : found.name;
  const namespace = found.namespace === null ? {} : { namespace: found.namespace };
  switch (field.form) {
    case 'string':
      return name;
    case 'name':
      return { name };
    case 'namespaced':
      return { name, ...namespace };
    case 'kind':
      return { kind: found.kind.kind, name };
    case 'subject':
      return { kind: found.kind.kind, name, ...namespace, uid: found.id };
    case 'object':
      return {
        apiGroup: found.kind.groups[0],
        kind: found.kind.kind,
        name,
        ...namespace,
        ...(given.uid !== undefined && {}),
      };
  }
}

interface Known extends Referent {
  readonly keys: readonly string[];
  readonly projectId: string | null;
  readonly natural?: string;
}

/** Natural keys under which a kind is referred to anywhere. */
const byKeys = (catalog: Catalog, kind: KindModel): string[] => [
  ...new Set(
    catalog.kinds.flatMap(({ references }) =>
      references.flatMap(({ field, targets }) =>
        field.by !== undefined && targets.some((target) => target.kind === kind) ? [field.by] : [],
      ),
    ),
  ),
];

/**
 * Resolves every reference of the batch: first among the batch itself, then in the store with one statement per
 * kind referred to. What is found nowhere is a violation at its own path.
 */
export async function resolveReferences(
  catalog: Catalog,
  connection: Queryable,
  drafts: readonly Draft[],
): Promise<void> {
  const pointers = drafts.flatMap(pointersOf);
  for (const draft of drafts) pointers.push(...contextPointers(catalog, draft));
  const known = new Map<KindModel, Known[]>();
  for (const [kind, wanted] of Map.groupBy(pointers, (pointer) => pointer.kind)) {
    const keys = byKeys(catalog, kind);
    const batch = drafts.filter((draft) => draft.kind === kind).map((draft) => fromDraft(draft, keys));
    const taken = new Set(batch.map(({ id }) => id));
    const names = [...new Set(wanted.map(({ name }) => name))];
    const stored = await load(connection, kind, keys, names);
    known.set(kind, [...batch, ...stored.filter(({ id }) => !taken.has(id))]);
  }
  const index = new Map(
    [...known].map(([kind, all]) => [
      kind,
      Map.groupBy(
        all.flatMap((one) => one.keys.map((key) => ({ key, one }))),
        ({ key }) => key,
      ),
    ]),
  );
  for (const pointer of pointers) {
    const { draft, kind, name, namespace, uid, reference, steps } = pointer;
    const candidates = (index.get(kind)?.get(name) ?? []).map(({ one }) => one);
    const fitting = [...new Set(candidates)].filter(
      (one) =>
        (namespace === undefined || one.namespace === namespace) &&
        (!kind.inProject ||
          draft.projectId === undefined ||
          one.projectId === draft.projectId ||
          candidates.length === 1),
    );
    const [found, another] = fitting;
    const shown = namespace === undefined ? name : `${namespace}/${name}`;
    if (found === undefined) {
      const near = hint(
        name,
        (known.get(kind) ?? []).map((one) => one.name),
      );
      refuse(
        draft,
        {
          rule: 'REFERENCE_NOT_FOUND',
          message: `there is no ${kind.kind} ${shown}${near}`,
          value: name,
          accepted: `the name of a ${kind.kind}`,
        },
        steps,
      );
      continue;
    }
    if (another !== undefined) {
      refuse(
        draft,
        {
          rule: 'REFERENCE_AMBIGUOUS',
          message: `several ${kind.plural} are called ${shown}; give the uid`,
          value: name,
        },
        steps,
      );
      continue;
    }
    if (uid !== undefined && uid !== found.id) {
      refuse(
        draft,
        {
          rule: 'UID_MISMATCH',
          message: `${kind.kind} ${shown} has another uid than ${uid}`,
          value: uid,
          accepted: found.id,
        },
        [...steps, 'uid'],
      );
      continue;
    }
    pointer.settle(found);
    if (reference !== undefined) draft.links.set(reference, [...(draft.links.get(reference) ?? []), found]);
  }
}

/** The project an object lives in, and the organization behind its namespace. */
function contextPointers(catalog: Catalog, draft: Draft): Pointer[] {
  const { project } = draft.manifest;
  if (project === null) return [];
  const settle = (found: Referent): void => {
    draft.projectId = found.id;
    draft.scopeId = found.scopeId;
  };
  const steps = ['metadata', 'labels'];
  return [
    {
      draft,
      reference: undefined,
      kind: catalog.get('Project'),
      name: project,
      namespace: undefined,
      uid: undefined,
      steps,
      settle,
    },
  ];
}

function fromDraft(draft: Draft, keys: readonly string[]): Known {
  const { kind, id, manifest } = draft;
  const natural = keys.flatMap((key) => {
    const value = draft.spec === undefined ? undefined : valueAt(draft.spec, key);
    return typeof value === 'string' ? [value] : [];
  });
  const [first] = natural;
  return {
    kind,
    id,
    name: manifest.name,
    namespace: manifest.namespace,
    projectId: draft.projectId ?? null,
    keys: [...new Set([manifest.name, ...natural])],
    ...(first !== undefined && { natural: first }),
    get scopeId() {
      return draft.scopeId;
    },
    set scopeId(_value: string) {},
  };
}

async function load(
  connection: Queryable,
  kind: KindModel,
  keys: readonly string[],
  names: readonly string[],
): Promise<Known[]> {
  const columns = keys.map((key) => {
    const leaf = kind.leaves.find((candidate) => candidate.path === key);
    if (leaf === undefined) throw new Error(`${kind.kind} has no field ${key}`);
    return sql.ident(leaf.column);
  });
  const condition = sql.join(
    [sql`name`, ...columns].map((column): Sql => sql`${column} = any(${names})`),
    ' or ',
  );
  const owned = kind.ownedBy === undefined ? sql`` : sql` and ${sql.ident(kind.ownedBy)} is null`;
  const natural = columns[0] ?? sql`null::text`;
  const cells = await connection.cells(
    sql`select id, name, scope_id, ${kind.namespaced ? sql`namespace` : sql`null::text`}, ${kind.inProject ? sql`project_id` : sql`null::uuid`}, ${natural} from ${sql.ident(kind.table)} where (${condition})${owned} order by name`,
  );
  return cells.map(([id, name, scopeId, namespace, projectId, key]) => ({
    kind,
    id: String(id),
    name: String(name),
    scopeId: String(scopeId),
    namespace: namespace === null ? null : String(namespace),
    projectId: projectId === null ? null : String(projectId),
    keys: key === null ? [String(name)] : [...new Set([String(name), String(key)])],
    ...(key !== null && { natural: String(key) }),
  }));
}
