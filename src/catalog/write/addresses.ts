import type { Queryable } from '../../platform/db/database.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import type { Mention } from '../../platform/violation.ts';
import type { Access } from '../access/access.ts';
import { organizationId, organizationKind } from '../manifests/references-sql.ts';
import type { Catalog, KindModel } from '../model.ts';

/** What it takes besides a name to find an object: `in namespace organization-acme`, `in project p1`; and what that names. */
export interface Address {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

interface Row {
  readonly of: string;
  readonly word: 'namespace' | 'project';
  readonly name: string;
  readonly kind: string;
  /** Null: the namespace is nobody's. */
  readonly id: string | null;
}

/**
 * The addresses of objects whose names alone do not say which they are, by uid: one statement, none where names are enough.
 * What the author may not see is left out of them.
 */
export async function addressesOf(
  catalog: Catalog,
  connection: Queryable,
  objects: readonly Pick<Mention, 'kind' | 'id'>[],
  access: Access | undefined,
): Promise<ReadonlyMap<string, Address>> {
  const parts = [...Map.groupBy(objects, ({ kind }) => kind)].flatMap(([name, own]) => {
    const kind = catalog.get(name);
    const ids = own.map(({ id }) => id);
    return [
      ...(kind.namespaced ? [namespaces(kind, ids, access)] : []),
      ...(kind.inProject ? [projects(kind, ids, access)] : []),
    ].flat();
  });
  if (parts.length === 0) return new Map();
  const rows = await connection.rows<Row>(sql.join(parts, ' union all '));
  return new Map(
    [...Map.groupBy(rows, ({ of }) => of)].map(([of, own]): [string, Address] => [
      of,
      {
        text: `in ${own.map(({ word, name }) => `${word} ${name}`).join(' and ')}`,
        mentions: own.flatMap(({ kind, id, name }) => (id === null ? [] : [{ kind, id, name }])),
      },
    ]),
  );
}

/** Rows of the places of objects: those of an organization's namespace are called after it. */
function namespaces(kind: KindModel, ids: readonly string[], access: Access | undefined): Sql[] {
  const organization = organizationKind(kind);
  if (organization === undefined) return [];
  const visible = access?.condition(organization, sql`o`, 'get') ?? sql`true`;
  return [
    sql`select r.id as of, 'namespace' as word, r.namespace as name, ${organization.kind}::text as kind, o.id
      from ${sql.ident(kind.table)} r left join ${sql.ident(organization.table)} o on o.id = ${organizationId(organization, sql`r.namespace`)}
      where r.id = any(${ids}::uuid[]) and r.namespace is not null and (o.id is null or ${visible})`,
  ];
}

function projects(kind: KindModel, ids: readonly string[], access: Access | undefined): Sql[] {
  const project = kind.kinds.find((one) => one.kind === 'Project');
  if (project === undefined) return [];
  const visible = access?.condition(project, sql`p`, 'get') ?? sql`true`;
  return [
    sql`select r.id as of, 'project' as word, p.name, ${project.kind}::text as kind, p.id
      from ${sql.ident(kind.table)} r join ${sql.ident(project.table)} p on p.id = r.project_id
      where r.id = any(${ids}::uuid[]) and ${visible}`,
  ];
}
