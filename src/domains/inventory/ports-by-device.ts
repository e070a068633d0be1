import { texts } from '../../catalog/fields.ts';
import type { EachQuery } from '../../catalog/root-query.ts';
import { type Sql, sql } from '../../platform/db/sql.ts';
import { deviceOf, portHolders } from './devices.ts';

const kinds = portHolders.map(([kind]) => kind);

/** The parts of a key: `Node/fra1-1/eth0` or `fra1-1/eth0`; what follows the name of the device may have slashes of its own. */
const parts = (key: Sql): Sql => {
  const begin = sql`split_part(${key}, '/', 1)`;
  return sql`(select kind, split_part(rest, '/', 1) as device, substr(rest, strpos(rest, '/') + 1) as label from (
    select case when ${begin} = any(${kinds}::text[]) then ${begin} end as kind,
      case when ${begin} = any(${kinds}::text[]) then substr(${key}, length(${begin}) + 2) else ${key} end as rest) x)`;
};

/** `portsByDevice`: spreadsheets name the ends of cables by what is written on the device. */
export const portsByDevice: EachQuery = {
  name: 'portsByDevice',
  gives: 'each',
  to: 'Port',
  sizedBy: 'ports',
  description:
    'Ports by their device and their name on it, in the order of the argument: null in place of one that does not exist or that you may not see, or where several devices that you may see have the name and no kind is given.',
  args: {
    ports: texts({
      description:
        'The ports, at most as many as a page of a list may hold: name of the device and name of the port on it, `fra1-leaf1/Ethernet1/1`, with the kind of the device before it where others have the same name: `NetworkDevice/fra1-leaf1/Ethernet1/1`. One that is given twice is answered twice.',
      required: true,
      item: { min: 3, max: 600 },
    }),
  },
  where: (row, key, _given, see) => {
    const devices = portHolders.map(
      ([kind, table]) =>
        sql`select d.id from ${sql.ident(table)} d
          where d.name = y.device and coalesce(y.kind, ${kind}::text) = ${kind}::text and ${see(kind, sql`d`)}`,
    );
    // A scalar, so that the ports of that one device are looked up by the index of names on devices.
    return sql`(${deviceOf(row)}, ${row}.port_label) = (
      select case when count(*) = 1 then min(z.id::text)::uuid end, min(y.label)
      from ${parts(key)} y cross join lateral (${sql.join(devices, ' union all ')}) z)`;
  },
};
