import { type Sql, sql } from '../../platform/db/sql.ts';
import type { RefField, RefsField } from '../fields.ts';
import type { KindModel, Reference } from '../model.ts';
import { NAMESPACE_PATH, PROJECT_PATH } from './left-out.ts';
import type { Place } from './place.ts';
import { textPlaces } from './text-places.ts';

const ORGANIZATION_PREFIX = 'organization-';
const literal = (text: string): Sql => sql.raw(`'${text.replaceAll("'", "''")}'::text`);

/** Every place at which the manifest or the status of an object names another one whose name may be hidden. */
export const placesOf = (kind: KindModel, parts: 'spec' | 'all'): Place[] => [
  ...kind.references.flatMap((reference) => referencePlaces(kind, reference, 'spec')),
  ...(parts === 'all' ? kind.statusReferences.flatMap((reference) => referencePlaces(kind, reference, 'status')) : []),
  ...addressPlaces(kind),
  ...anyPlaces(kind),
  ...textPlaces(kind, 'spec'),
  ...(parts === 'all' ? textPlaces(kind, 'status') : []),
];

function referencePlaces(kind: KindModel, { leaf, field, targets }: Reference, part: string): Place[] {
  const path = `${part}.${leaf.path}`;
  const organization = organizationKind(kind);
  return targets.flatMap(({ kind: to, column }): Place[] => {
    const ids = idsOf(kind, field, path, to, column);
    const one = field.type === 'ref' ? { id: (row: Sql) => sql`${row}.${sql.ident(column)}` } : {};
    const named: Place[] = field.showsName === true ? [] : [{ path, to, rows: ids, ...one }];
    // What may be named may be in a namespace that may not.
    const saysNamespace = to.namespaced && ['namespaced', 'subject', 'object'].includes(field.form);
    if (!saysNamespace || organization === undefined) return named;
    const rows = (row: Sql): Sql => sql`
      select written.path || '.namespace' as path, ${literal(organization.kind)} as kind,
        (select ${organizationId(organization, sql`target.namespace`)} from ${sql.ident(to.table)} target where target.id = written.id) as id
      from (${ids(row)}) written`;
    return [...named, { path: `${path}.namespace`, to: organization, rows }];
  });
}

/** Rows with the path, the kind and the id of what a row refers to. */
function idsOf(
  kind: KindModel,
  field: RefField | RefsField,
  path: string,
  to: KindModel,
  column: string,
): Place['rows'] {
  const id = sql.ident(column);
  const at = literal(path);
  if (field.type === 'ref') {
    return (row) => sql`select ${at} as path, ${literal(to.kind)} as kind, ${row}.${id} as id`;
  }
  const owner = sql.ident(field.ownerColumn ?? `${kind.table}_id`);
  return (row) => sql`
    select ${at} || '[' || listed.place || ']' as path, ${literal(to.kind)} as kind, listed.${id} as id
    from (select linked.*, row_number() over (order by linked.position) - 1 as place
      from ${sql.ident(field.table)} linked where linked.${owner} = ${row}.id) listed`;
}

export const organizationKind = ({ kinds }: KindModel): KindModel | undefined =>
  kinds.find(({ kind }) => kind === 'Organization');

/** Uid of the organization whose namespace it is. */
export const organizationId = ({ table }: KindModel, namespace: Sql): Sql => sql`(
  select owner.id from ${sql.ident(table)} owner
  where starts_with(${namespace}, ${literal(ORGANIZATION_PREFIX)})
    and owner.name = substr(${namespace}, ${sql.raw(String(ORGANIZATION_PREFIX.length + 1))}))`;

/** An object's namespace is called after its organization, and the project that it lives in stands in its labels. */
function addressPlaces(kind: KindModel): Place[] {
  const organization = organizationKind(kind);
  const project = kind.kinds.find((one) => one.kind === 'Project');
  return [
    ...(kind.namespaced && organization !== undefined
      ? [{ path: NAMESPACE_PATH, to: organization, rows: (row: Sql) => organizationOf(organization, row) }]
      : []),
    ...(kind.inProject && project !== undefined
      ? [
          {
            path: PROJECT_PATH,
            to: project,
            rows: (row: Sql) =>
              sql`select ${literal(PROJECT_PATH)} as path, ${literal(project.kind)} as kind, ${row}.project_id as id`,
            id: (row: Sql) => sql`${row}.project_id`,
          },
        ]
      : []),
  ];
}

const organizationOf = (organization: KindModel, row: Sql): Sql => sql`
  select ${literal(NAMESPACE_PATH)} as path, ${literal(organization.kind)} as kind,
    ${organizationId(organization, sql`${row}.namespace`)} as id`;

/** A binding names what it is on, whatever kind that is. */
function anyPlaces(kind: KindModel): Place[] {
  const { namesAny, leaves } = kind;
  if (namesAny === undefined) return [];
  const column = leaves.find(({ path }) => path === `${namesAny.path}.kind`)?.column;
  if (column === undefined) throw new Error(`${namesAny.path} names no kind`);
  const path = `spec.${namesAny.path}`;
  const rows = (row: Sql): Sql => sql`
    select ${literal(path)} as path, ${row}.${sql.ident(column)} as kind, ${namesAny.id(row)} as id`;
  const organization = organizationKind(kind);
  const namespace = leaves.find((leaf) => leaf.path === `${namesAny.path}.namespace`)?.column;
  if (organization === undefined || namespace === undefined) return [{ path, to: undefined, rows }];
  const inNamespace = (row: Sql): Sql => sql`
    select ${literal(`${path}.namespace`)} as path, ${literal(organization.kind)} as kind,
      ${organizationId(organization, sql`${row}.${sql.ident(namespace)}`)} as id`;
  return [
    { path, to: undefined, rows },
    { path: `${path}.namespace`, to: organization, rows: inNamespace },
  ];
}

/** A jsonb expression: what a row names, as `[{path, kind, id}]`, so that it can be judged once the row is history. */
export function referencesSql(kind: KindModel, row: Sql): Sql {
  const places = placesOf(kind, 'all');
  if (places.length === 0) return sql`'[]'::jsonb`;
  const single = places.flatMap(({ path, to, id }) =>
    id === undefined || to === undefined ? [] : { path, kind: to.kind, id: id(row) },
  );
  // Most kinds name single objects alone: a list is made of them without going through rows.
  if (single.length === places.length) {
    const inOrder = single.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const named = inOrder.map(
      ({ path, kind, id }) =>
        sql`case when ${id} is not null then jsonb_build_object('path', ${literal(path)}, 'kind', ${literal(kind)}, 'id', ${id}) end`,
    );
    return sql`json_array(${sql.join(named, ', ')} absent on null returning jsonb)`;
  }
  const all = sql.join(
    places.map(({ rows }) => rows(row)),
    ' union all ',
  );
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('path', named.path, 'kind', named.kind, 'id', named.id) order by named.path), '[]')
    from (${all}) named where named.id is not null)`;
}
