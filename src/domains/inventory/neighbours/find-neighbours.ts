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
    const ports = rowsOf((await ask(aroundDevices(frontier, see))) as Around);
    const own = ports.slice(0, MOST_PORTS);
    isCapped ||= ports.length > MOST_PORTS;
    const traced = await tracedEnds(
      ask,
      see,
      own.filter(({ isPlain }) => !isPlain).map(({ port }) => port),
    );
    const next = new Set<string>();
    for (const { plain, ...row } of own)
      for (const { isActive, ...end } of plain ?? traced.get(row.port) ?? []) {
        const [from, to] = [placed(row), placed(end)];
        const key = from.port < to.port ? from.port + to.port : to.port + from.port;
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
  readonly isActive: boolean;
}

/** A port of one of the devices. What is plugged in by a plain cable need not be traced: `plain` is where that ends, as far as the caller may see it. */
interface PortAround extends PortRow {
  readonly isPlain: boolean;
  readonly plain: readonly End[] | undefined;
}

/** The same column by column, as there are thousands: an entry for each port, in the order of their names. */
interface Around {
  readonly port: readonly string[];
  readonly kind: readonly string[];
  readonly device: readonly string[];
  /** Whether the plain cable that is plugged in is installed; null where there is none. */
  readonly isActive: readonly (boolean | null)[];
  readonly farPort: readonly (string | null)[];
  readonly farKind: readonly (string | null)[];
  readonly farDevice: readonly (string | null)[];
}

const rowsOf = ({ port, kind, device, isActive, farPort, farKind, farDevice }: Around): PortAround[] =>
  port.map((id, index) => {
    const row = { port: id, kind: kind[index] ?? '', device: device[index] ?? '' };
    const isPlain = typeof isActive[index] === 'boolean';
    const far = farPort[index] ?? null;
    const end = {
      port: far ?? '',
      kind: farKind[index] ?? '',
      device: farDevice[index] ?? '',
      isActive: isActive[index] === true,
    };
    return { ...row, isPlain, plain: isPlain ? (far === null ? [] : [end]) : undefined };
  });

const placed = ({ port, kind, device }: PortRow): PortOnDevice => ({ port, device: { kind, id: device } });

/** Where traces from ports end, as far as the caller may see that. */
async function tracedEnds(
  ask: AskValue,
  see: See,
  ports: readonly string[],
): Promise<ReadonlyMap<string, readonly End[]>> {
  if (ports.length === 0) return new Map();
  const { paths } = await tracePorts(
    ask,
    ports.map((port) => ({ port, goes: 'OverCable' })),
  );
  const ends = paths.map((path) => ({
    isActive: path?.isActive === true,
    far: path?.stop === 'Endpoint' ? (path.groups.at(-1)?.members ?? []) : [],
  }));
  const wanted = [...new Set(ends.flatMap(({ far }) => far))];
  const rows = wanted.length === 0 ? [] : ((await ask(portsNamed(wanted, see))) as readonly PortRow[]);
  const reached = new Map(rows.map((row) => [row.port, row]));
  return new Map(
    ends.map(({ far, isActive }, index) => [
      ports[index] ?? '',
      far.flatMap((port) => {
        const row = reached.get(port);
        return row === undefined ? [] : [{ isActive, ...row }];
      }),
    ]),
  );
}

/**
 * As far as the caller may see ports and devices (they see those that are asked about), row by row, since nobody knows how many there are:
 *
 *   device ─► own (something is plugged in) ─► plain cable ─► far ─► its device
 */
const aroundDevices = (devices: readonly string[], see: See): Sql => {
  const own = portHolders.map(([kind, , column]) => {
    const on = sql`p.${sql.ident(column)}`;
    return sql`select p.id, p.type, p.name, ${kind}::text as kind, ${on} as device from port p
      where ${on} = any(${devices}::uuid[]) and exists (select from cabled_port t where t.port_id = p.id) and ${see('Port', sql`p`)}`;
  });
  const reached = portHolders.map(
    ([kind, table, column]) => sql`select ${kind}::text as kind, d.id as device from ${sql.ident(table)} d
      where d.id = f.${sql.ident(column)} and ${see(kind, sql`d`)} and ${see('Port', sql`f`)}`,
  );
  const columns = {
    port: sql`r.id`,
    kind: sql`r.kind`,
    device: sql`r.device`,
    isActive: sql`r.is_active`,
    farPort: sql`r.far_port`,
    farKind: sql`r.far_kind`,
    farDevice: sql`r.far_device`,
  } satisfies Record<keyof Around, Sql>;
  return sql`(with own as materialized (
      select * from (${sql.join(own, ' union all ')}) f order by f.name limit ${MOST_PORTS + 1}
    )
    select jsonb_build_object(${sql.join(
      Object.entries(columns).map(([name, column]) => sql`${name}::text, coalesce(array_agg(${column}), '{}')`),
      ', ',
    )})
    from (
      select p.*, f.is_active, case when e.device is not null then f.id end as far_port, e.kind as far_kind, e.device as far_device
      from own p left join lateral (
        select q.*, c.status = 'Connected' as is_active from (values (1)) one (one) ${overPlainCable} offset 0) f on true
      left join lateral (select * from (${sql.join(reached, ' union all ')}) e offset 0) e on true order by p.name) r)`;
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
