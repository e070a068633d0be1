import { type Sql, sql } from '../../platform/db/sql.ts';

/** Where rows with canonical names are. */
export interface Named {
  readonly table: string;
  /** Where names stay that nothing has any more. */
  readonly names: string;
  /** Column of the canonical name. */
  readonly key: string;
}

export const namedMeters: Named = { table: 'meter_definition', names: 'published_meter', key: 'meter_name' };
export const namedTypes: Named = {
  table: 'monitored_resource_type',
  names: 'published_resource_type',
  key: 'resource_type_name',
};

/** Rows `r` of a kind with their services `s`, those that are there or those that are not any more, and since when. */
export interface NamedRows {
  readonly from: Sql;
  readonly name: Sql;
  readonly deletedAt: Sql;
}

export const presentRows = ({ table, key }: Named): NamedRows => ({
  from: sql`${sql.ident(table)} r join service s on s.id = r.service_id`,
  name: sql`r.${sql.ident(key)}`,
  deletedAt: sql`null::timestamptz`,
});

/**
 * As they were last, placed in the scope that is left of theirs; of names that nothing has now but drafts, which only their
 * producer knows of. For a moment that is over, `then`, the reader says itself which names nothing had.
 */
export const deletedRows = ({ table, names, key }: Named, when: 'now' | 'then' = 'now'): NamedRows => {
  const name = sql.ident(key);
  const isHad = sql`exists (select from ${sql.ident(table)} t where t.${name} = h.${name} and t.phase <> 'Draft')`;
  const was = (row: Sql, as: string, more: Sql = sql``): Sql =>
    sql`jsonb_populate_record(null::${sql.ident(as)}, ${row} || jsonb_build_object(
      'scope_id', standing_scope((${row} ->> 'scope_id')::uuid)${more}))`;
  return {
    from: sql`${sql.ident(names)} h
      cross join lateral ${was(sql`h.deleted_row`, table, sql`, 'in_force', false`)} r
      cross join lateral ${was(sql`h.deleted_service`, 'service')} s
      join lateral (select where h.deleted_row is not null${when === 'now' ? sql` and not ${isHad}` : sql``}) gone on true`,
    name: sql`h.${name}`,
    deletedAt: sql`h.deleted_at`,
  };
};
