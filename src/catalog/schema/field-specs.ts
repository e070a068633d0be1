import { type Sql, sql } from '../../platform/db/sql.ts';
import { fullAccess } from '../access/access.ts';
import type { ChoiceField, Field, Fields, GroupField, ObjectsField } from '../fields.ts';
import { historySource } from '../history/history-source.ts';
import { parseJson } from '../manifests/json.ts';
import { type Catalog, type KindModel, type Leaf, type Reference, shownName } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { topologyLabels } from '../read/labels.ts';
import { type PlanContext, seeing } from '../read/plan.ts';
import type { ExtraField, Link } from '../read/shape.ts';
import type { Arguments, Source, Target } from '../read/source.ts';
import { manifestSource } from './manifest-source.ts';

/** A GraphQL output type by name; lists are lists of non-null items. */
export interface OutputType {
  readonly name: string;
  readonly isList: boolean;
  readonly isNullable: boolean;
}

/** Which arguments a field takes. */
export type FieldArguments =
  | { readonly take: 'page'; readonly of: string }
  | { readonly take: 'manifest' }
  | { readonly take: 'history' }
  | { readonly take: 'key' };

/** One GraphQL field of a kind, before the schema library sees it. */
export interface FieldSpec {
  readonly name: string;
  readonly description: string;
  readonly type: OutputType;
  readonly source: Source;
  readonly args?: FieldArguments;
  /** The nested or enumerated types the field brings along. */
  readonly group?: { readonly field: GroupField; readonly fields: readonly FieldSpec[] };
  readonly objects?: ObjectsField;
  readonly choice?: ChoiceField;
}

const required = (name: string): OutputType => ({ name, isList: false, isNullable: false });
const optional = (name: string): OutputType => ({ name, isList: false, isNullable: true });

const column = (name: string): ((row: Sql) => readonly Sql[]) => {
  const quoted = sql.ident(name);
  return (row) => [sql`${row}.${quoted}`];
};
const same = (values: readonly unknown[]): unknown => values[0];

const toLabels = (labels: unknown): { key: string; value: unknown }[] =>
  Object.entries(labels ?? {})
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

const allLabels = (kind: KindModel): Source => ({
  from: 'row',
  columns: (row, _args, { access }) => [
    sql`${row}.labels`,
    ...topologyLabels(kind, row, access).map(([, value]) => value),
  ],
  read: ([stored, ...derived], args) => {
    const names = topologyLabels(kind, sql`t`, fullAccess).map(([label]) => label);
    const topology = Object.fromEntries(
      names.map((label, index) => [label, derived[index]] as const).filter(([, v]) => v !== null),
    );
    const labels = { ...(stored as object), ...topology };
    const { key } = args;
    return typeof key === 'string' ? ((labels as Record<string, unknown>)[key] ?? null) : toLabels(labels);
  },
});

/** People and software who wrote without a manager stand there by name, for those who may see them. */
const fieldManagers = (row: Sql, _args: Arguments, { catalog, access, caller }: PlanContext): Sql[] => {
  const alias = sql`u`;
  const named = ['User', 'ServiceAccount'].flatMap((name): Sql[] => {
    const kind = catalog.kinds.find((one) => one.kind === name);
    const visible = kind && access.condition(kind, alias, 'get');
    if (kind === undefined || visible === undefined) return [];
    return [sql`exists (select from ${sql.ident(kind.table)} u where 'api:' || u.name = f.manager and ${visible})`];
  });
  const isOpen = sql`f.manager not like 'api:%' or f.manager = ${`api:${caller.name}`}`;
  const manager =
    named.length < 2
      ? sql`f.manager`
      : sql`case when ${sql.join([isOpen, ...named], ' or ')} then f.manager else 'api' end`;
  return [
    sql`(select jsonb_agg(jsonb_build_object('manager', ${manager}, 'fields', to_jsonb(f.paths)) order by f.manager)
      from field_owner f where f.object_id = ${row}.id)`,
  ];
};

/** What every object has. */
function commonFields(kind: KindModel): FieldSpec[] {
  const row = (name: string, type: OutputType, columnName: string, description: string): FieldSpec => ({
    name,
    description,
    type,
    source: { from: 'row', columns: column(columnName), read: same },
  });
  const apiVersion: Source =
    kind.groups.length === 1
      ? { from: 'constant', value: `${kind.groups[0]}/${kind.version}` }
      : { from: 'row', columns: column('api_group'), read: ([group]) => `${String(group)}/${kind.version}` };
  return [
    {
      name: 'id',
      description: 'Opaque id, unique over all kinds; what `node(id)` takes.',
      type: required('ID'),
      source: { from: 'row', columns: column('id'), read: ([uid]) => encodeId(kind.kind, String(uid)) },
    },
    row(
      'uid',
      required('String'),
      'id',
      'UUID of the object; tells a re-created object of the same name from the old one.',
    ),
    {
      name: 'apiVersion',
      description: 'API group and version, as in its manifest.',
      type: required('String'),
      source: apiVersion,
    },
    {
      name: 'kind',
      description: 'Kind, as in its manifest.',
      type: required('String'),
      source: { from: 'constant', value: kind.kind },
    },
    row('name', required('String'), 'name', 'The platform’s stable name of the object (`metadata.name`).'),
    {
      name: 'namespace',
      description: 'Namespace, for kinds that live in one.',
      type: optional('String'),
      source: kind.namespaced
        ? { from: 'row', columns: column('namespace'), read: same }
        : { from: 'constant', value: null },
    },
    {
      name: 'labels',
      description:
        'Labels, sorted by key; those derived from where the object stands (`topology.inventory.miloapis.com/…`) included.',
      type: { name: 'Label', isList: true, isNullable: false },
      source: allLabels(kind),
    },
    {
      name: 'labelValue',
      description: 'The value of one label, derived ones included; null when the object does not carry it.',
      type: optional('String'),
      source: allLabels(kind),
      args: { take: 'key' },
    },
    {
      name: 'annotations',
      description: 'Annotations, sorted by key.',
      type: { name: 'Label', isList: true, isNullable: false },
      source: { from: 'row', columns: column('annotations'), read: ([value]) => toLabels(value) },
    },
    row(
      'generation',
      required('Int'),
      'generation',
      'Raised by one whenever the spec changes; never by labels or status.',
    ),
    row(
      'revision',
      required('BigInt'),
      'revision',
      'Changes on every stored change, in one order over the whole catalog.',
    ),
    row('createdAt', required('DateTime'), 'created_at', 'When the object was created.'),
    row(
      'updatedAt',
      required('DateTime'),
      'updated_at',
      'When the object was last changed; a write that changes nothing leaves it.',
    ),
    {
      name: 'fieldManagers',
      description:
        'Who owns which fields: the managers who apply the object, and those who changed a field that a manager owned. Empty when no named manager has applied it.',
      type: { name: 'FieldManager', isList: true, isNullable: false },
      source: { from: 'row', columns: fieldManagers, read: ([managers]) => managers ?? [] },
    },
    {
      name: 'manifest',
      description: 'The object as its manifest, exact to the digit: what `catalog apply` takes.',
      type: required('String'),
      source: manifestSource(kind),
      args: { take: 'manifest' },
    },
    {
      name: 'myPermissions',
      description:
        'What you may do with it: permissions such as `inventory.miloapis.com/racks.update`; on an organization, folder, project, service, region, site, rack or provider also what you may do with everything inside.',
      type: { name: 'String', isList: true, isNullable: false },
      source: {
        from: 'row',
        columns: (row, _args, { access }) => access.permissions(kind, row).columns,
        read: (values, _args, { access }) => access.permissions(kind, sql`t`).read(values),
      },
    },
    {
      name: 'history',
      description: 'What has become of the object since it was created, newest first, as far as history is kept.',
      type: required('ObjectChangeConnection'),
      source: historySource(kind),
      args: { take: 'history' },
    },
    ...(kind.inProject
      ? [
          {
            name: 'project',
            description: 'The project in whose control plane the object lives.',
            type: optional('Project'),
            source: { from: 'one', targets: [] } satisfies Source,
          },
        ]
      : []),
  ];
}

const scalarTypes = {
  text: 'String',
  int: 'Int',
  bigint: 'BigInt',
  float: 'Float',
  bool: 'Boolean',
  time: 'DateTime',
} as const;

function leafSpec(kind: KindModel, leaf: Leaf, references: readonly Reference[]): FieldSpec | undefined {
  const { field } = leaf;
  const name = shownName(leaf.path, field);
  const { description } = field;
  const isNullable = field.required !== true && !('default' in field && field.default !== undefined);
  const source: Source = { from: 'row', columns: column(leaf.column), read: same };
  switch (field.type) {
    case 'ref':
    case 'refs': {
      const reference = references.find((candidate) => candidate.leaf === leaf);
      if (reference === undefined) return undefined;
      const targets = reference.targets.map((target) => ({
        kind: target.kind,
        link: referenceLink(kind, reference, target.column),
      }));
      const to = field.abstract ?? (targets.length === 1 ? targets[0]?.kind.type : undefined) ?? 'CatalogObject';
      return field.type === 'ref'
        ? { name, description, type: optional(to), source: { from: 'one', targets } }
        : many(name, description, to, targets);
    }
    case 'choice':
      return { name, description, type: { name: field.name, isList: false, isNullable }, source, choice: field };
    case 'quantity': {
      const columns = (row: Sql): Sql[] => [
        sql`${row}.${sql.ident(leaf.column)}`,
        sql`trim_scale(${row}.${sql.ident(`${leaf.column}_value`)})::text`,
      ];
      const read = ([text, value]: readonly unknown[]): unknown => (text === null ? null : { text, value });
      return {
        name,
        description,
        type: { name: 'Quantity', isList: false, isNullable },
        source: { from: 'row', columns, read },
      };
    }
    case 'texts':
      return { name, description, type: { name: 'String', isList: true, isNullable: false }, source };
    case 'objects': {
      const columns = (row: Sql): Sql[] => [sql`${row}.${sql.ident(leaf.column)}::text`];
      const read = ([text]: readonly unknown[]): unknown =>
        typeof text === 'string' ? parseJson(text) : field.single === true ? null : [];
      const type = { name: field.name, isList: field.single !== true, isNullable: field.single === true };
      return { name, description, type, source: { from: 'row', columns, read }, objects: field };
    }
    default:
      return { name, description, type: { name: scalarTypes[field.type], isList: false, isNullable }, source };
  }
}

/** From a row to what its reference column (or its link table) points at. */
function referenceLink(kind: KindModel, { field }: Reference, column: string): Link {
  if (field.type === 'ref') return { on: (from, to) => sql`${to}.id = ${from}.${sql.ident(column)}` };
  const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
  return {
    hops: [{ table: field.table, on: (from, hop) => sql`${hop}.${owner} = ${from}.id` }],
    on: (hop, to) => sql`${to}.id = ${hop}.${sql.ident(column)}`,
  };
}

/** The way back: from a row to the rows that refer to it. */
function inverseLink(from: KindModel, { field }: Reference, column: string): Link {
  if (field.type === 'ref') return { on: (target, referrer) => sql`${referrer}.${sql.ident(column)} = ${target}.id` };
  const owner = sql.ident(field.ownerColumn ?? `${from.table}_id`);
  return {
    hops: [{ table: field.table, on: (target, hop) => sql`${hop}.${sql.ident(column)} = ${target}.id` }],
    on: (hop, referrer) => sql`${referrer}.id = ${hop}.${owner}`,
  };
}

const many = (name: string, description: string, to: string, targets: readonly Target[]): FieldSpec => ({
  name,
  description,
  type: required(`${to}Connection`),
  source: { from: 'many', targets },
  args: { take: 'page', of: to },
});

function specFields(kind: KindModel, fields: Fields, leaves: readonly Leaf[], path: readonly string[]): FieldSpec[] {
  const references = [...kind.references, ...kind.statusReferences];
  return Object.entries(fields).flatMap(([name, field]: [string, Field]): FieldSpec[] => {
    const here = [...path, name];
    if (field.type !== 'group') {
      const leaf = leaves.find((candidate) => candidate.path === here.join('.'));
      const spec = leaf === undefined ? undefined : leafSpec(kind, leaf, references);
      return spec === undefined ? [] : [spec];
    }
    const inner = specFields(kind, field.fields, leaves, here);
    const below = leaves.filter((leaf) => leaf.path.startsWith(`${here.join('.')}.`));
    const source: Source =
      field.required === true ? { from: 'group' } : { from: 'group', present: (row) => anySet(kind, below, row) };
    const type = { name: field.name, isList: false, isNullable: field.required !== true };
    return [{ name: field.as ?? name, description: field.description, type, source, group: { field, fields: inner } }];
  });
}

/** Whether an optional group was given: one of its columns is set. */
function anySet(kind: KindModel, leaves: readonly Leaf[], row: Sql): Sql {
  const references = [...kind.references, ...kind.statusReferences];
  const values = leaves.flatMap((leaf): Sql[] => {
    const column = (name: string): Sql => sql`${row}.${sql.ident(name)}`;
    if (leaf.field.type === 'refs') return [];
    // A list column is never null: empty means absent.
    if (leaf.field.type === 'texts') return [sql`nullif(cardinality(${column(leaf.column)}), 0)`];
    if (leaf.field.type !== 'ref') return [column(leaf.column)];
    return references.find((found) => found.leaf === leaf)?.targets.map((target) => column(target.column)) ?? [];
  });
  return sql`num_nonnulls(${sql.join(values, ', ')}) > 0`;
}

const inverses = (kind: KindModel): FieldSpec[] => {
  const byName = Map.groupBy(
    kind.referrers.filter(({ reference }) => reference.field.inverse !== undefined),
    ({ reference }) => reference.field.inverse?.name ?? '',
  );
  return [...byName].flatMap(([name, referrers]): FieldSpec[] => {
    const [first] = referrers;
    const inverse = first?.reference.field.inverse;
    if (first === undefined || inverse === undefined) return [];
    const targets = referrers.map(({ from, reference, column }) => ({
      kind: from,
      link: inverseLink(from, reference, column),
    }));
    if (targets.length > 1) throw new Error(`${kind.kind}.${name} is the inverse of several references`);
    return inverse.one === true
      ? [{ name, description: inverse.description, type: optional(first.from.type), source: { from: 'one', targets } }]
      : [many(name, inverse.description, first.from.type, targets)];
  });
};

const isLink = (link: Link | Readonly<Record<string, Link>>): link is Link => typeof link.on === 'function';

function extraSpec(catalog: Catalog, extra: ExtraField): FieldSpec {
  const { name, description } = extra;
  if (extra.gives === 'value') {
    const columns = (row: Sql, _args: Arguments, context: PlanContext): Sql[] => [extra.value(row, seeing(context))];
    const type = { name: extra.type, isList: extra.list === true, isNullable: extra.nullable === true };
    return { name, description, type, source: { from: 'row', columns, read: same } };
  }
  const members = catalog.membersOf(extra.to);
  const { link } = extra;
  const targets = members.flatMap((kind): Target[] => {
    const own = isLink(link) ? link : link[kind.kind];
    return own === undefined ? [] : [{ kind, link: own }];
  });
  const [only] = members;
  const to = members.length === 1 && only !== undefined && only.kind === extra.to ? only.type : extra.to;
  return extra.gives === 'one'
    ? { name, description, type: optional(to), source: { from: 'one', targets } }
    : many(name, description, to, targets);
}

/** Every GraphQL field of a kind: common, its own, those that lead back to it, those that domains add. */
export function fieldSpecs(catalog: Catalog, kind: KindModel): FieldSpec[] {
  const project = kind.inProject ? catalog.get('Project') : undefined;
  const common = commonFields(kind).map(
    (spec): FieldSpec =>
      spec.name === 'project' && project !== undefined
        ? {
            ...spec,
            source: {
              from: 'one',
              targets: [{ kind: project, link: { on: (from, to) => sql`${to}.id = ${from}.project_id` } }],
            },
          }
        : spec,
  );
  const specs = [
    ...common,
    ...specFields(kind, kind.spec, kind.leaves, []),
    ...specFields(kind, kind.status, kind.statusLeaves, []),
    ...inverses(kind),
    ...catalog.fields
      .filter((extra) => catalog.membersOf(extra.on).includes(kind))
      .map((extra) => extraSpec(catalog, extra)),
  ];
  const names = specs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${kind.type}.${twice} is defined twice`);
  return specs;
}
