import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { portHolders } from '../devices.ts';
import { overPlainCable } from '../trace/plain-cable.ts';
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
    const { ports, plain } = (await ask(aroundDevices(frontier, see))) as Around;
    const own = ports.slice(0, MOST_PORTS);
    isCapped ||= ports.length > MOST_PORTS;
    const traced = await tracedEnds(
      ask,
      see,
      own.filter(({ isPlain }) => !isPlain).map(({ port }) => port),
    );
    const ends = Map.groupBy([...plain, ...traced], ({ from }) => from);
    const next = new Set<string>();
    for (const row of own)
      for (const { isActive, ...end } of ends.get(row.port) ?? []) {
        const [from, to] = [placed(row), placed(end)];
        const key = [from.port, to.port].sort().join();
        if (links.has(key)) continue;
        links.set(key, { from, to, isActive });
        if (!known.has(to.device.id)) next.add(to.device.id);
        known.add(to.device.id);
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

/** Where a port leads to. */
interface End extends PortRow {
  readonly from: string;
  readonly isActive: boolean;
}

/** Ports of devices in the order of their names, and the ends of those in which plain cables are, which need not be traced. */
interface Around {
  readonly ports: readonly (PortRow & { readonly isPlain: boolean })[];
  readonly plain: readonly End[];
}

const placed = ({ port, kind, device }: PortRow): PortOnDevice => ({ port, device: { kind, id: device } });

/** Where traces from ports end, as far as the caller may see that. */
async function tracedEnds(ask: AskValue, see: See, ports: readonly string[]): Promise<readonly End[]> {
  if (ports.length === 0) return [];
  const { paths } = await tracePorts(
    ask,
    ports.map((port) => ({ port, goes: 'OverCable' })),
  );
  const ends = ports.flatMap((from, index) => {
    const path = paths[index];
    const far = path?.stop === 'Endpoint' ? (path.groups.at(-1)?.members ?? []) : [];
    return far.map((port) => ({ from, port, isActive: path?.isActive === true }));
  });
  const wanted = [...new Set(ends.map(({ port }) => port))];
  const rows = wanted.length === 0 ? [] : ((await ask(portsNamed(wanted, see))) as readonly PortRow[]);
  const reached = new Map(rows.map((row) => [row.port, row]));
  return ends.flatMap((end) => {
    const row = reached.get(end.port);
    return row === undefined ? [] : [{ ...end, ...row }];
  });
}

/**
 * As far as the caller may see ports and devices:
 *
 *   device ─► own (something is plugged in) ─► plain cable ─► far ─► its device
 */
const aroundDevices = (devices: readonly string[], see: See): Sql => {
  const own = portHolders.map(([kind, table, column]) => {
    const on = sql`p.${sql.ident(column)}`;
    return sql`select p.id as port, p.name, ${kind}::text as kind, d.id as device from ${sql.ident(table)} d join port p on ${on} = d.id
      where ${on} = any(${devices}::uuid[]) and exists (select from cabled_port t where t.port_id = p.id) and ${see('Port', sql`p`)} and ${see(kind, sql`d`)}`;
  });
  const far = portHolders.map(
    ([kind, table, column]) => sql`select f.from_id, f.is_active, f.id as port, ${kind}::text as kind, d.id as device
      from far f join ${sql.ident(table)} d on d.id = f.${sql.ident(column)} and ${see(kind, sql`d`)} where ${see('Port', sql`f`)}`,
  );
  return sql`(with own as materialized (
      select * from (${sql.join(own, ' union all ')}) f order by f.name limit ${MOST_PORTS + 1}
    ), far as materialized (
      select n.port as from_id, x.* from own n cross join lateral (
        select q.*, c.status = 'Connected' as is_active from port p ${overPlainCable} and p.id = n.port offset 0) x
    )
    select jsonb_build_object(
      'ports', (select coalesce(jsonb_agg(jsonb_build_object('port', o.port, 'kind', o.kind, 'device', o.device,
        'isPlain', o.port in (select f.from_id from far f)) order by o.name), '[]') from own o),
      'plain', (select coalesce(jsonb_agg(jsonb_build_object('from', e.from_id, 'isActive', e.is_active, 'port', e.port, 'kind', e.kind, 'device', e.device)), '[]')
        from (${sql.join(far, ' union all ')}) e)))`;
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
