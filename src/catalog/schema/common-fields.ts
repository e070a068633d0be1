import { type Sql, sql } from '../../platform/db/sql.ts';
import { fullAccess } from '../access/access.ts';
import type { KindModel } from '../model.ts';
import { encodeId } from '../read/id.ts';
import { topologyLabels } from '../read/labels.ts';
import type { Arguments, PlanContext, Source } from '../read/plan-types.ts';
import { column, type FieldSpec, type OutputType, optional, required, same } from './field-spec.ts';
import { manifestSource } from './manifest-source.ts';

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
export function commonFields(kind: KindModel): FieldSpec[] {
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
