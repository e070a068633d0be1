import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { portHolders } from '../devices.ts';
import { tracePorts } from '../trace/trace-ports.ts';

/** Ports that are followed from one hop; of more the first by name. */
const MOST_PORTS = 2_000;

/** Two devices that are connected, with the ports at which they are. */
export interface NeighbourLink {
  readonly from: PortOnDevice;
  readonly to: PortOnDevice;
  readonly isActive: boolean;
}

interface PortOnDevice {
  readonly port: string;
  readonly device: ObjectKey;
}

export interface Neighbours {
  readonly links: readonly NeighbourLink[];
  /** Not all ports were followed. */
  readonly isCapped: boolean;
}

/**
 * Which devices are connected within so many hops of some. Each hop goes over all ports of the devices that the last one has come
 * to, as far as the caller may see ports and devices; what lies between two ports may be hidden.
 */
export async function findNeighbours(
  ask: AskValue,
  see: See,
  devices: readonly string[],
  hops: number,
): Promise<Neighbours> {
  const links = new Map<string, NeighbourLink>();
  const known = new Set(devices);
  let isCapped = false;
  let frontier: readonly string[] = devices;
  for (let hop = 0; hop < hops && frontier.length > 0; hop++) {
    const found = (await ask(portsOf(frontier, see))) as readonly PortRow[];
    const own = found.slice(0, MOST_PORTS).map(placed);
    isCapped ||= found.length > MOST_PORTS;
    if (own.length === 0) break;
    const { paths } = await tracePorts(
      ask,
      own.map(({ port }) => ({ port, goes: 'OverCable' })),
    );
    const ends = own.flatMap((from, index) => {
      const path = paths[index];
      const far = path?.stop === 'Endpoint' ? (path.groups.at(-1)?.members ?? []) : [];
      return far.map((to) => ({ from, to, isActive: path?.isActive === true }));
    });
    const wanted = [...new Set(ends.map(({ to }) => to))];
    const rows = wanted.length === 0 ? [] : ((await ask(portsNamed(wanted, see))) as readonly PortRow[]);
    const reached = new Map(rows.map((row) => [row.port, placed(row)]));
    const next = new Set<string>();
    for (const { from, to, isActive } of ends) {
      const far = reached.get(to);
      const key = [from.port, to].sort().join();
      if (far === undefined || links.has(key)) continue;
      links.set(key, { from, to: far, isActive });
      if (!known.has(far.device.id)) next.add(far.device.id);
      known.add(far.device.id);
    }
    frontier = [...next];
  }
  return { links: [...links.values()], isCapped };
}

interface PortRow {
  readonly port: string;
  readonly kind: string;
  readonly device: string;
}

const placed = ({ port, kind, device }: PortRow): PortOnDevice => ({ port, device: { kind, id: device } });

/** Ports of devices in which something is plugged in, as far as the caller may see both. */
const portsOf = (devices: readonly string[], see: See): Sql => {
  const parts = portHolders.map(([kind, table, column]) => {
    const on = sql`p.${sql.ident(column)}`;
    return sql`select p.id as port, p.name, ${kind}::text as kind, d.id as device from ${sql.ident(table)} d join port p on ${on} = d.id
      where ${on} = any(${devices}::uuid[]) and exists (select from cabled_port t where t.port_id = p.id) and ${see('Port', sql`p`)} and ${see(kind, sql`d`)}`;
  });
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('port', l.port, 'kind', l.kind, 'device', l.device) order by l.name), '[]')
    from (select * from (${sql.join(parts, ' union all ')}) f order by f.name limit ${MOST_PORTS + 1}) l)`;
};

/** Each port is looked up once, and its device in the one table that it names. */
const portsNamed = (ids: readonly string[], see: See): Sql => {
  const parts = portHolders.map(
    ([kind, table, column]) => sql`select p.id, ${kind}::text as kind, d.id as device
      from named p join ${sql.ident(table)} d on d.id = p.${sql.ident(column)} and ${see(kind, sql`d`)}`,
  );
  const columns = sql.join(
    portHolders.map(([, , column]) => sql`p.${sql.ident(column)}`),
    ', ',
  );
  return sql`(with named as materialized (select p.id, ${columns} from port p where p.id = any(${ids}::uuid[]) and ${see('Port', sql`p`)})
    select coalesce(jsonb_agg(jsonb_build_object('port', f.id, 'kind', f.kind, 'device', f.device)), '[]') from (${sql.join(parts, ' union all ')}) f)`;
};

/** Of one of the devices: what is within so many hops of it, each device with its distance. */
export function around(
  device: string,
  links: readonly NeighbourLink[],
  hops: number,
): { readonly devices: ReadonlyMap<ObjectKey, number>; readonly links: readonly NeighbourLink[] } {
  const at = new Map<string, number>([[device, 0]]);
  const devices = new Map<ObjectKey, number>();
  const used = new Set<NeighbourLink>();
  for (let hop = 1; hop <= hops; hop++) {
    for (const link of links) {
      for (const [near, far] of [
        [link.from.device, link.to.device],
        [link.to.device, link.from.device],
      ] as const) {
        if (at.get(near.id) !== hop - 1) continue;
        used.add(link);
        if (at.has(far.id)) continue;
        at.set(far.id, hop);
        devices.set(far, hop);
      }
    }
  }
  return { devices, links: [...used] };
}
