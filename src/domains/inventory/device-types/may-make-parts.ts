import { heldOn } from '../../../catalog/access/held-on.ts';
import type { Change } from '../../../catalog/kind.ts';
import { type RowRule, refuse } from '../../../catalog/rules.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import type { TypeTable } from './parts-sql.ts';
import { wantsMounting } from './type-mountings.ts';

const some = (column: string): Sql => sql`jsonb_array_length(coalesce(t.${sql.ident(column)}, '[]')) > 0`;

/** What is made of a type needs the permissions that making it by hand would. */
const needs = (table: TypeTable): readonly (readonly [permission: string, when: Sql])[] => [
  ['inventory.miloapis.com/ports.create', sql`true`],
  ['catalog.miloapis.com/passthroughports.create', sql`${some('front_ports')} or ${some('rear_ports')}`],
  ['catalog.miloapis.com/portmappings.create', some('front_ports')],
  ['catalog.miloapis.com/powerports.create', sql`${some('power_ports')} or ${some('power_outlets')}`],
  ['catalog.miloapis.com/modulebays.create', some('module_bays')],
  ['catalog.miloapis.com/deviceslots.create', table === 'device_type' ? some('device_bays') : sql`false`],
  ['catalog.miloapis.com/devicemountings.create', table === 'device_type' ? wantsMounting(sql`o`, sql`t`) : sql`false`],
];

/** Whoever states a type may make what it brings, where the device is. */
export const mayMakeParts =
  (
    table: TypeTable,
    ownersOf: (ids: readonly string[]) => Sql,
    which: (changes: readonly Change[]) => readonly string[],
  ): RowRule =>
  async (changes, state) => {
    const { rights } = state.by;
    const ids = which(changes);
    if (rights === undefined || ids.length === 0) return [];
    const wanted = needs(table).map(([permission, when]) => sql`case when ${when} then ${permission}::text end`);
    const rows = await state.query<{ id: string; scope_id: string; permissions: readonly string[] }>(
      sql`select o.id, o.scope_id, array_remove(array[${sql.join(wanted, ', ')}], null) as permissions
        from (${ownersOf(ids)}) o join ${sql.ident(table)} t on t.id = o.type_id`,
    );
    const held = await heldOn(
      state,
      rights.holdings,
      rows.map((row) => row.scope_id),
    );
    const byId = new Map(changes.map((change) => [change.id, change]));
    return rows.flatMap(({ id, scope_id: scope, permissions }) => {
      const change = byId.get(id);
      const missing = permissions.filter((permission) => held.get(scope)?.has(permission) !== true);
      if (change === undefined) return [];
      return missing.map((permission) =>
        refuse(change, 'FORBIDDEN', 'spec.typeRef.name', `${permission} is missing, for what the type brings`, {
          accepted: `a role that holds ${permission} here`,
        }),
      );
    });
  };
