import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Access } from '../access/access.ts';
import type { ExtraField, WalkField } from '../extra-field.ts';
import { type Field, type Fields, scalarTypes, shownName } from '../fields.ts';
import type { Link } from '../link.ts';
import { parseJson } from '../manifests/json.ts';
import { withoutPaths } from '../manifests/left-out.ts';
import type { Catalog, KindModel, Leaf, Reference } from '../model.ts';
import { hiddenInColumn, isNameByText, knownName } from '../read/hidden-references.ts';
import { seeing } from '../read/hops.ts';
import type { Arguments, PlanContext, Source, Target } from '../read/plan-types.ts';
import { same } from '../read/same.ts';
import type { RecordType } from '../root-query.ts';
import { commonFields } from './common-fields.ts';
import type { SchemaExtension } from './extension.ts';
import { column, type FieldSpec, optional, required } from './field-spec.ts';
import { createReadGiven } from './read-given.ts';
import { walkOutput } from './walk-types.ts';

function leafSpec(kind: KindModel, leaf: Leaf, references: readonly Reference[]): FieldSpec | undefined {
  const { field } = leaf;
  const name = shownName(leaf.path, field);
  const { description } = field;
  const isNullable = field.required !== true && !('default' in field && field.default !== undefined);
  const columns = column(leaf.column);
  const known = (row: Sql, _args: Arguments, { access }: PlanContext): Sql[] =>
    columns(row).map((value) => knownName(kind, leaf.path, row, access, value));
  const source: Source = { from: 'row', columns: isNameByText(kind, leaf.path) ? known : columns, read: same };
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
      const columns = (row: Sql, _args: Arguments, { access }: PlanContext): Sql[] => {
        const hidden = hiddenInColumn(kind, leaf.path, row, access);
        return [sql`${row}.${sql.ident(leaf.column)}::text`, ...(hidden === undefined ? [] : [hidden])];
      };
      const read = ([text, hidden]: readonly unknown[]): unknown => {
        const none = field.single === true ? null : [];
        if (typeof text !== 'string') return none;
        const whole = parseJson(text);
        return Array.isArray(hidden) ? (withoutPaths(whole, leaf.path, hidden.map(String)) ?? none) : whole;
      };
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
    position: (hop) => sql`${hop}.position`,
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

/** What names its home at this path, as the first or another that may be set. */
const isHome = ({ scope }: KindModel, { leaf }: Reference): boolean =>
  !('own' in scope) && typeof scope.home !== 'string' && scope.home.includes(leaf.path);

const many = (name: string, description: string, to: string, targets: readonly Target[]): FieldSpec => ({
  name,
  description,
  type: required(`${to}Connection`),
  source: { from: 'many', targets },
  args: { take: 'list', of: to },
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
      field.required === true
        ? { from: 'group' }
        : { from: 'group', present: (row, access) => present(kind, here.join('.'), below, row, access) };
    const type = { name: field.name, isList: false, isNullable: field.required !== true };
    return [{ name: field.as ?? name, description: field.description, type, source, group: { field, fields: inner } }];
  });
}

/** Whether an optional group is there for the caller: one that names a hidden object is not. */
function present(kind: KindModel, path: string, leaves: readonly Leaf[], row: Sql, access: Access): Sql {
  const isSet = anySet(kind, leaves, row);
  return isNameByText(kind, path) ? sql`coalesce(${knownName(kind, path, row, access, isSet)}, false)` : isSet;
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
      link: { ...inverseLink(from, reference, column), ...(isHome(from, reference) && { homeOf: kind }) },
    }));
    if (targets.length > 1) throw new Error(`${kind.kind}.${name} is the inverse of several references`);
    return inverse.one === true
      ? [{ name, description: inverse.description, type: optional(first.from.type), source: { from: 'one', targets } }]
      : [many(name, inverse.description, first.from.type, targets)];
  });
};

const isLink = (link: Link | Readonly<Record<string, Link>>): link is Link => typeof link.on === 'function';

/** The fields of a record: like those that a domain adds to a kind. */
export const recordSpecs = (catalog: Catalog, { name: on, fields }: RecordType): FieldSpec[] =>
  Object.entries(fields).map(([name, field]) => extraSpec(catalog, { ...field, on, name }));

function walkSpec(catalog: Catalog, { name, description, walk, shape, args, price }: WalkField): FieldSpec {
  const source: Source = { from: 'walk', walk, shape, read: createReadGiven(args ?? {}) };
  const spec = { name, description, type: walkOutput(catalog, shape), source, price };
  return args === undefined ? spec : { ...spec, args: { take: 'given', fields: args } };
}

function extraSpec(catalog: Catalog, extra: ExtraField): FieldSpec {
  const { name, description } = extra;
  if (extra.gives === 'value') {
    const columns = (row: Sql, _args: Arguments, context: PlanContext): Sql[] => [extra.value(row, seeing(context))];
    const type = { name: extra.type, isList: extra.list === true, isNullable: extra.nullable === true };
    return { name, description, type, source: { from: 'row', columns, read: same } };
  }
  if (extra.gives === 'objects') {
    const { objects } = extra;
    const isSingle = objects.single === true;
    const columns = (row: Sql, _args: Arguments, context: PlanContext): Sql[] => [
      sql`${extra.value(row, seeing(context))}::text`,
    ];
    const read = ([text]: readonly unknown[]): unknown =>
      typeof text === 'string' ? parseJson(text) : isSingle ? null : [];
    const type = { name: objects.name, isList: !isSingle, isNullable: isSingle };
    return { name, description, type, source: { from: 'row', columns, read }, objects };
  }
  if (extra.gives === 'walk') return walkSpec(catalog, extra);
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

/** Every GraphQL field of a kind: common, its own, those that lead back to it, those that domains and extensions add. */
export function fieldSpecs(
  catalog: Catalog,
  kind: KindModel,
  extensions: readonly Pick<SchemaExtension, 'objectFields' | 'liveStatus'>[],
): FieldSpec[] {
  const project = kind.inProject ? catalog.get('Project') : undefined;
  const live = extensions.flatMap((extension) => extension.liveStatus(kind) ?? []);
  const common = commonFields(kind, live).map(
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
    ...extensions.flatMap((extension) => extension.objectFields(kind)),
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
