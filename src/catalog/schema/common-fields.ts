import { type Sql, sql } from '../../platform/db/sql.ts';
import { fullAccess } from '../access/access.ts';
import type { KindModel } from '../model.ts';
import { namespaceSql } from '../read/hidden-references.ts';
import { encodeId } from '../read/id.ts';
import { derivedLabels } from '../read/labels.ts';
import type { Arguments, PlanContext, Source } from '../read/plan-types.ts';
import { same } from '../read/same.ts';
import { column, type FieldSpec, type OutputType, optional, required } from './field-spec.ts';
import { type LiveStatus, manifestSource } from './manifest-source.ts';
import { permissionFields } from './permission-fields.ts';

const toLabels = (labels: unknown): { key: string; value: unknown }[] =>
  Object.entries(labels ?? {})
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

const allLabels = (kind: KindModel): Source => ({
  from: 'row',
  columns: (row, _args, { access }) => [
    sql`${row}.labels`,
    ...derivedLabels(kind, row, access).map(([, value]) => value),
  ],
  read: ([stored, ...derived], args) => {
    const names = derivedLabels(kind, sql`t`, fullAccess).map(([label]) => label);
    const labelsOfReferences = Object.fromEntries(
      names.map((label, index) => [label, derived[index]] as const).filter(([, v]) => v !== null),
    );
    const labels = { ...(stored as object), ...labelsOfReferences };
    const { key } = args;
    return typeof key === 'string' ? ((labels as Record<string, unknown>)[key] ?? null) : toLabels(labels);
  },
});

/**
 * Managers and their fields. Users and service accounts that wrote without a manager are named only to callers who
 * may see them.
 */
const fieldManagers = (row: Sql, _args: Arguments, { catalog, access, caller }: PlanContext): Sql[] => {
  const alias = sql`u`;
  const visiblePrincipals = ['User', 'ServiceAccount'].flatMap((name): Sql[] => {
    const kind = catalog.kinds.find((one) => one.kind === name);
    const visible = kind && access.condition(kind, alias, 'get');
    if (kind === undefined || visible === undefined) return [];
    return [sql`exists (select from ${sql.ident(kind.table)} u where 'api:' || u.name = f.manager and ${visible})`];
  });
  const isOpen = sql`f.manager not like 'api:%' or f.manager = ${`api:${caller.name}`}`;
  const manager =
    visiblePrincipals.length < 2
      ? sql`f.manager`
      : sql`case when ${sql.join([isOpen, ...visiblePrincipals], ' or ')} then f.manager else 'api' end`;
  return [
    sql`(select jsonb_agg(jsonb_build_object('manager', ${manager}, 'fields', to_jsonb(f.paths)) order by f.manager)
      from field_owner f where f.object_id = ${row}.id)`,
  ];
};

/** A field that is a column of the object's own row. */
const row = (name: string, type: OutputType, columnName: string, description: string): FieldSpec => ({
  name,
  description,
  type,
  source: { from: 'row', columns: column(columnName), read: same },
});

const versionFields: readonly FieldSpec[] = [
  row(
    'generation',
    required('Int'),
    'generation',
    'Number that rises by one whenever the spec of the object changes, but not when only its labels, annotations or status do.',
  ),
  row(
    'revision',
    required('BigInt'),
    'revision',
    'Number that rises with every stored change of the object. Revisions of all objects are in one order: a later change has a higher one. `precondition` takes it.',
  ),
  row('createdAt', required('DateTime'), 'created_at', 'When the object was created.'),
  row(
    'updatedAt',
    required('DateTime'),
    'updated_at',
    'When the object was last changed. A write that changes nothing does not count.',
  ),
];

/** What every object has. */
export const commonFields = (kind: KindModel, live: readonly LiveStatus[]): FieldSpec[] => [
  ...identityFields(kind),
  ...labelFields(kind),
  ...versionFields,
  ...objectFields(kind, live),
];

function identityFields(kind: KindModel): FieldSpec[] {
  const { groups, writtenIn } = kind;
  const written = writtenIn === undefined ? column('api_group') : (row: Sql): Sql[] => [writtenIn(row)];
  const apiVersion: Source =
    groups.length === 1
      ? { from: 'constant', value: `${groups[0]}/${kind.version}` }
      : { from: 'row', columns: written, read: ([group]) => `${String(group)}/${kind.version}` };
  return [
    {
      name: 'id',
      description: 'Opaque id, unique over all kinds; `node(id)` takes it.',
      type: required('ID'),
      source: { from: 'row', columns: column('id'), read: ([uid]) => encodeId(kind.kind, String(uid)) },
    },
    row(
      'uid',
      required('String'),
      'id',
      'UUID of the object. An object that is deleted and created again under the same name gets a new one.',
    ),
    {
      name: 'apiVersion',
      description: 'API group and version of the object, as in its manifest: `inventory.miloapis.com/v1alpha1`.',
      type: required('String'),
      source: apiVersion,
    },
    {
      name: 'kind',
      description: 'Kind of the object, as in its manifest.',
      type: required('String'),
      source: { from: 'constant', value: kind.kind },
    },
    row('name', required('String'), 'name', 'Name of the object, which never changes (`metadata.name`).'),
    {
      name: 'namespace',
      description:
        'Namespace of the object; null for kinds that do not live in one, and when it is that of an organization that you may not see.',
      type: optional('String'),
      source: kind.namespaced
        ? { from: 'row', columns: (of, _args, { access }) => [namespaceSql(kind, of, access)], read: same }
        : { from: 'constant', value: null },
    },
  ];
}

const labelFields = (kind: KindModel): FieldSpec[] => [
  {
    name: 'labels',
    description:
      'Labels of the object, sorted by key. They include labels that are derived from what the object refers to: its location (`topology.inventory.miloapis.com/…`), its organization and its project (`resourcemanager.miloapis.com/…`).',
    type: { name: 'Label', isList: true, isNullable: false },
    source: allLabels(kind),
  },
  {
    name: 'labelValue',
    description: 'Value of one label, which may be a derived one; null when the object does not have the label.',
    type: optional('String'),
    source: allLabels(kind),
    args: { take: 'key' },
  },
  {
    name: 'annotations',
    description: 'Annotations of the object, sorted by key.',
    type: { name: 'Label', isList: true, isNullable: false },
    source: { from: 'row', columns: column('annotations'), read: ([value]) => toLabels(value) },
  },
];

/** What concerns the object as a whole: who manages it, its manifest, what the caller may do with it, its project. */
const objectFields = (kind: KindModel, live: readonly LiveStatus[]): FieldSpec[] => [
  {
    name: 'fieldManagers',
    description:
      'Who owns which fields of the object: managers that have applied it, and callers who have changed a field that a manager owned. Empty if no named manager has applied it.',
    type: { name: 'FieldManager', isList: true, isNullable: false },
    source: { from: 'row', columns: fieldManagers, read: ([managers]) => managers ?? [] },
  },
  {
    name: 'manifest',
    description: 'The object as a manifest, which `catalog apply` takes. Numbers keep all their digits.',
    type: required('String'),
    source: manifestSource(kind, live),
    args: { take: 'manifest' },
  },
  ...permissionFields(kind),
  ...(kind.inProject
    ? [
        {
          name: 'project',
          description: 'The project that the object lives in.',
          type: optional('Project'),
          source: { from: 'one', targets: [] } satisfies Source,
        },
      ]
    : []),
];
