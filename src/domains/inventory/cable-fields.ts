import type { ExtraField } from '../../catalog/extra-field.ts';
import { choice, int, objects } from '../../catalog/fields.ts';
import type { Hop, Link, See } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { cableSides } from './cable.ts';

/** Whether an end of a cable is at another port than this one, of those that the caller may get. */
const isOther = (end: Sql, than: Sql, see: See): Sql =>
  sql`${end}.port_id <> ${than}.port_id and exists (select from port elsewhere where elsewhere.id = ${end}.port_id and ${see('Port', sql`elsewhere`)})`;

/** The port at one end of a cable, where there is only one. */
const onlyPort = (side: 'A' | 'B'): Link => ({
  hops: [
    {
      table: 'cable_termination',
      on: (from, end, see) => sql`${end}.cable_id = ${from}.id and ${end}.side = ${side}::cable_side and not exists (
        select from cable_termination other where other.cable_id = ${from}.id and other.side = ${side}::cable_side
          and ${isOther(sql`other`, end, see)})`,
    },
  ],
  on: (end, to) => sql`${to}.id = ${end}.port_id`,
});

/**
 * Whether strands run between two connectors of a cable: on a plain cable between all, on one with a profile as its wiring
 * says, or straight (cable-trace.md 1.1). Of a profile that the caller may not get, nobody is told how it runs.
 */
const isWired = (cable: Sql, near: Sql, far: Sql, see: See): Sql => {
  const connector = (side: 'A' | 'B'): Sql =>
    sql`case when ${near}.side = ${side}::cable_side then ${near}.connector else ${far}.connector end`;
  const wired = (end: 'a' | 'b'): Sql => sql`split_part(w->>${sql.raw(`'${end}'`)}, '.', 1)::int`;
  return sql`${far}.cable_id = ${cable}.id and ${far}.side <> ${near}.side and (${cable}.profile_id is null or exists (
    select from cable_profile f where f.id = ${cable}.profile_id and ${see('CableProfile', sql`f`)} and case
      when coalesce(jsonb_array_length(f.wiring), 0) = 0 then ${near}.connector = ${far}.connector
      else exists (select from jsonb_array_elements(f.wiring) w
        where ${wired('a')} = ${connector('A')} and ${wired('b')} = ${connector('B')}) end))`;
};

/** From a port over its cable; the first two hops are those of the field `cable`. */
const overCable: readonly Hop[] = [
  { table: 'cable_termination', on: (from, near) => sql`${near}.${sql.ident('port_id')} = ${from}.id` },
  { table: 'cable', on: (near, cable) => sql`${cable}.id = ${near}.${sql.ident('cable_id')}` },
];
const toFar = (also: (cable: Sql, near: Sql, far: Sql, see: See) => Sql): Link => ({
  hops: [
    ...overCable,
    {
      table: 'cable_termination',
      on: (cable, far, see, [, near = cable]) => sql`${isWired(cable, near, far, see)}${also(cable, near, far, see)}`,
    },
  ],
  on: (far, to) => sql`${to}.id = ${far}.port_id`,
});

export const cableFields: readonly ExtraField[] = [
  {
    on: 'Cable',
    name: 'aPort',
    gives: 'one',
    to: 'Port',
    link: onlyPort('A'),
    description:
      'The port at end A of the cable; null if there are several or none. What you may not see does not count.',
  },
  {
    on: 'Cable',
    name: 'zPort',
    gives: 'one',
    to: 'Port',
    link: onlyPort('B'),
    description:
      'The port at the other end of the cable, Z or B; null if there are several or none. What you may not see does not count.',
  },
  {
    on: 'Port',
    name: 'farPort',
    gives: 'one',
    to: 'Port',
    description:
      'The port to which the strands of the port run over its cable; null if there is no cable, or if they run to several ports or to none. What you may not see does not count, and is not followed: neither ports nor the profile of the cable.',
    link: toFar(
      (cable, near, far, see) =>
        sql` and not exists (select from cable_termination other where ${isWired(cable, near, sql`other`, see)} and ${isOther(sql`other`, far, see)})`,
    ),
  },
  {
    on: 'Port',
    name: 'farPorts',
    gives: 'many',
    to: 'Port',
    description:
      'The ports to which the strands of the port run over its cable, by connector: of a breakout cable those of all legs. Without the right to read the profile of the cable there are none.',
    link: { ...toFar(() => sql``), position: (far) => sql`${far}.connector` },
  },
  {
    on: 'Port',
    name: 'cableEnd',
    gives: 'objects',
    description: 'At which end of its cable the port is, and on which connector; null if there is no cable.',
    objects: objects(
      'CableEnd',
      {
        side: choice('CableSide', cableSides, { required: true, description: 'The end of the cable.' }),
        connector: int({ required: true, description: 'Number of the connector at that end, from 1.' }),
      },
      { single: true, description: 'A place at a cable.' },
    ),
    value: (row, see) => sql`(select jsonb_build_object('side', e.side, 'connector', e.connector)
      from cable_termination e join cable l on l.id = e.cable_id and ${see('Cable', sql`l`)} where e.port_id = ${row}.id limit 1)`,
  },
];
