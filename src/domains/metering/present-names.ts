import type { See } from '../../catalog/link.ts';
import type { Given, Within } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { deletedRows, type NamedRows, namedMeters, namedTypes, presentRows } from './named-rows.ts';
import { type Branch, members, serviceMembers } from './published-name-members.ts';

/** The kinds whose objects have canonical names. */
export const branches: readonly Branch[] = [
  { ...namedMeters, kind: 'MeterDefinition', path: 'spec,meterName', is: 'meter' },
  { ...namedTypes, kind: 'MonitoredResourceType', path: 'spec,resourceTypeName', is: 'resourceType' },
];

const join = (columns: readonly Sql[]): Sql => sql.join(columns, ', ');

/** The branches that are asked for, each as one select or several. */
export function select(given: Given, made: (branch: Branch) => Sql | readonly Sql[]): Sql {
  const wanted = branches.filter(({ kind }) => given.is === undefined || given.is === kind);
  return sql.join(
    wanted.flatMap(made).map((one) => sql`(${one})`),
    ' union all ',
  );
}

/** Only names of the services that were asked for. */
export const ofServices = (given: Given, name: Sql): Sql =>
  Array.isArray(given.serviceNames) ? sql` and ${name} = any(${given.serviceNames.map(String)}::text[])` : sql``;

/** Of a name of the other kind; a list is never null. */
export const nothing = (type: string): Sql => (type === 'text[]' ? sql`'{}'` : sql`null`);

/** Rows of a kind in the shape of all names, without drafts; `typeOf` gives the type that a column is to have. */
export function selectRows(
  { kind, key, is }: Branch,
  { from, deletedAt }: NamedRows,
  { given, see, more, typeOf }: { given: Given; see: See; more: Sql; typeOf: (type: string) => Sql },
): Sql {
  const typed = (value: Sql, type: string): Sql => sql`(${value})::${sql.raw(type)}::${typeOf(type)}`;
  const columns = Object.entries(members).map(([member, { type, from: places }]) => {
    const column = places[is]?.column;
    const value = column === undefined ? nothing(type) : sql`r.${sql.ident(column)}`;
    return sql`${typed(value, type)} as ${sql.ident(member)}`;
  });
  const ofService = Object.entries(serviceMembers).map(([member, { type, column }]) => {
    const value = sql`case when v.is_seen then s.${sql.ident(column)} end`;
    return sql`${typed(value, type)} as ${sql.ident(member)}`;
  });
  return sql`
    select r.${sql.ident(key)} as key, ${kind}::text as kind, r.id, r.revision, s.service_name as "serviceName",
      ${deletedAt} as "deletedAt", ${join([...columns, ...ofService])}
    from ${from}
    cross join lateral (select ${see('Service', sql`s`)} as is_seen) v
    where ${see(kind, sql`r`)} and r.phase <> 'Draft'${ofServices(given, sql`s.service_name`)}
      ${more}`;
}

/** Names of now. */
export const live = (given: Given, see: See, within: Within, isListed: boolean): Sql =>
  select(given, (branch) => {
    const of = (rows: NamedRows): Sql => {
      const more = sql`${isListed ? sql` and r.in_force` : sql``}${within(rows.name, branch.kind)}`;
      return selectRows(branch, rows, { given, see, more, typeOf: sql.raw });
    };
    return isListed ? of(presentRows(branch)) : [of(presentRows(branch)), of(deletedRows(branch))];
  });
