import type { ExtraField } from '../../catalog/extra-field.ts';
import { choice, int, objects } from '../../catalog/fields.ts';
import type { Hop, Link } from '../../catalog/link.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';

/** The port at one end of a cable, where there is only one. */
const onlyPort = (side: 'A' | 'B'): Link => ({
  hops: [
    {
      table: 'cable_termination',
      on: (from, end) => sql`${end}.cable_id = ${from}.id and ${end}.side = ${side}::cable_side and not exists (
        select from cable_termination other where other.cable_id = ${from}.id and other.side = ${side}::cable_side and other.port_id <> ${end}.port_id)`,
    },
  ],
  on: (end, to) => sql`${to}.id = ${end}.port_id`,
});

/**
 * Whether strands run between two connectors of a cable: on a plain cable between all, on one with a profile as its wiring
 * says, or straight (cable-trace.md 1.1).
 */
const isWired = (cable: Sql, near: Sql, far: Sql): Sql => {
  const connector = (side: 'A' | 'B'): Sql =>
    sql`case when ${near}.side = ${side}::cable_side then ${near}.connector else ${far}.connector end`;
  const wired = (end: 'a' | 'b'): Sql => sql`split_part(w->>${sql.raw(`'${end}'`)}, '.', 1)::int`;
  return sql`${far}.cable_id = ${cable}.id and ${far}.side <> ${near}.side and (${cable}.profile_id is null or exists (
    select from cable_profile f where f.id = ${cable}.profile_id and case
      when coalesce(jsonb_array_length(f.wiring), 0) = 0 then ${near}.connector = ${far}.connector
      else exists (select from jsonb_array_elements(f.wiring) w
        where ${wired('a')} = ${connector('A')} and ${wired('b')} = ${connector('B')}) end))`;
};

/** From a port over its cable; the first two hops are those of the field `cable`. */
const overCable: readonly Hop[] = [
  { table: 'cable_termination', on: (from, near) => sql`${near}.${sql.ident('port_id')} = ${from}.id` },
  { table: 'cable', on: (near, cable) => sql`${cable}.id = ${near}.${sql.ident('cable_id')}` },
];
const toFar = (also: (cable: Sql, near: Sql, far: Sql) => Sql): Link => ({
  hops: [
    ...overCable,
    {
      table: 'cable_termination',
      on: (cable, far, _see, [, near = cable]) => sql`${isWired(cable, near, far)}${also(cable, near, far)}`,
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
    description: 'The port at end A of the cable; null if there are several or none.',
  },
  {
    on: 'Cable',
    name: 'zPort',
    gives: 'one',
    to: 'Port',
    link: onlyPort('B'),
    description: 'The port at the other end of the cable, Z or B; null if there are several or none.',
  },
  {
    on: 'Port',
    name: 'farPort',
    gives: 'one',
    to: 'Port',
    description:
      'The port to which the strands of the port run over its cable; null if there is no cable, or if they run to several ports or to none.',
    link: toFar(
      (cable, near, far) =>
        sql` and not exists (select from cable_termination other where ${isWired(cable, near, sql`other`)} and other.port_id <> ${far}.port_id)`,
    ),
  },
  {
    on: 'Port',
    name: 'farPorts',
    gives: 'many',
    to: 'Port',
    description:
      'The ports to which the strands of the port run over its cable, by connector: of a breakout cable those of all legs.',
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
        side: choice(
          'CableSide',
          { A: 'End A of the cable.', B: 'The other end, which a cable with two ends calls Z.' },
          { required: true, description: 'The end of the cable.' },
        ),
        connector: int({ required: true, description: 'Number of the connector at that end, from 1.' }),
      },
      { single: true, description: 'A place at a cable.' },
    ),
    value: (row, see) => sql`(select jsonb_build_object('side', e.side, 'connector', e.connector)
      from cable_termination e join cable l on l.id = e.cable_id and ${see('Cable', sql`l`)} where e.port_id = ${row}.id limit 1)`,
  },
];
