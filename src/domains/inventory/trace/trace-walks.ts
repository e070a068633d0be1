import type { Walk } from '../../../catalog/walk.ts';
import { type Sql, sql } from '../../../platform/db/sql.ts';
import { originKey, originOf } from './origin-key.ts';
import { type Carrier, originsOver } from './origins-over.ts';
import type { Plant } from './plant.ts';
import { presentTrace } from './present.ts';
import { loadSeen } from './seen.ts';
import type { TracePath } from './trace-path.ts';
import { type Origin, type Traced, tracePorts } from './trace-ports.ts';

type Ask = Parameters<Walk['walk']>[3];
type See = Parameters<Walk['walk']>[2];

/** Traces from many origins; of each key the trace, as the caller may see it. */
async function traces(origins: readonly (readonly [key: string, origin: Origin])[], see: See, ask: Ask) {
  const traced = await tracePorts(
    ask,
    origins.map(([, origin]) => origin),
  );
  const isSeen = await loadSeen(ask, see, traced.plant, pathsOf(traced));
  return new Map(
    origins.map(([key], index) => {
      const path = traced.paths[index] ?? null;
      return [key, path === null ? null : presentTrace(traced.plant, path, isSeen)];
    }),
  );
}

const pathsOf = ({ paths }: Traced) => paths.filter((path) => path !== null);

/** From ports, over what is plugged in there. */
export const traceOfPort: Walk = {
  walk: (ports, { position }, see, ask) =>
    traces(
      ports.map((port) => [port, { port, goes: 'OverCable', position: numberOf(position) }]),
      see,
      ask,
    ),
};

/** From origins that an answer has named. */
export const traceFrom: Walk = {
  walk: (keys, _given, see, ask) =>
    traces(
      keys.map((key) => [key, originOf(key)]),
      see,
      ask,
    ),
};

/** The one port at the end of a complete trace. */
export const portAtFarEnd: Walk = {
  walk: async (ports, _given, _see, ask) => {
    const { paths } = await tracePorts(
      ask,
      ports.map((port) => ({ port, goes: 'OverCable' })),
    );
    return new Map(
      ports.map((port, index) => {
        const path = paths[index];
        const [far, another] = path?.stop === 'Endpoint' ? (path.groups.at(-1)?.members ?? []) : [];
        return [port, far === undefined || another !== undefined ? null : { kind: 'Port', id: far }];
      }),
    );
  },
};

/** Of something that traces lead over: those of all origins whose path contains it (cable-trace.md 9.5). */
export const tracesOver = (kind: Carrier): Walk => ({
  walk: async (ids, _given, see, ask) => {
    const candidates = await originsOver(ask, see, kind, ids);
    const origins = [...new Set([...candidates.values()].flatMap((one) => one.origins))];
    const traced = await tracePorts(
      ask,
      origins.map((port) => ({ port, goes: 'OverCable' })),
    );
    const isSeen = await loadSeen(ask, see, traced.plant, pathsOf(traced));
    const byOrigin = new Map(origins.map((port, index) => [port, traced.paths[index] ?? null]));
    return new Map(
      ids.map((id) => {
        const { ports, origins: own } = candidates.get(id) ?? { ports: [], origins: [] };
        const paths = own.map((port) => byOrigin.get(port) ?? null).filter((path) => path !== null);
        const over = paths.filter((path) => leadsOver(traced.plant, path, { kind, id, ports }));
        return [id, onceEach(over).map((path) => presentTrace(traced.plant, path, isSeen))];
      }),
    );
  },
});

/** Origins that several endpoints share have one path. */
const onceEach = (paths: readonly TracePath[]): TracePath[] => [
  ...new Map(paths.map((path) => [[...(path.groups[0]?.members ?? [])].sort().join(), path])).values(),
];

interface Over {
  readonly kind: Carrier;
  readonly id: string;
  readonly ports: readonly string[];
}

function leadsOver(plant: Plant, { groups }: TracePath, { kind, id, ports }: Over): boolean {
  const own = new Set(ports);
  return groups.some(({ of, members }) => {
    if (kind === 'Cable') return of === 'Cables' && members.includes(id);
    if (of === 'Ports') return kind !== 'Circuit' && members.some((port) => own.has(port));
    if (of !== 'CircuitEnds') return false;
    return members.some((key) => {
      const end = plant.circuitEnd(key);
      return kind === 'Circuit' ? end?.circuit === id : end?.port != null && own.has(end.port);
    });
  });
}

/** From where the arguments of `trace` say. */
export const traceFromStart: Walk = {
  walk: async (keys, { from }, see, ask) => {
    const { port: name, position, direction } = from as TraceStart;
    const port = await ask(sql`(select to_jsonb(p.id) from port p where p.name = ${name} and ${see('Port', sql`p`)})`);
    if (typeof port !== 'string') return new Map();
    const goes = direction === 'Inwards' ? 'Inwards' : 'OverCable';
    return traces(
      keys.map((key) => [key, { port, goes, position }]),
      see,
      ask,
    );
  },
};

interface TraceStart {
  readonly port: string;
  readonly position?: number;
  readonly direction?: string;
}

/** Of ports of panels, and of demarcations: each of their strands, from which traces go in both directions (9.3). */
export const throughPathsOf: Walk = {
  walk: async (ports, _given, see, ask) => {
    const widths = (await ask(strandsOf(ports, see))) as readonly { readonly id: string; readonly positions: number }[];
    return new Map(
      widths.map(({ id, positions }) => [
        id,
        Array.from({ length: positions }, (_, index) => ({
          __typename: 'ThroughPath',
          position: index + 1,
          overCable: originKey({ port: id, goes: 'OverCable', position: index + 1 }),
          inwards: originKey({ port: id, goes: 'Inwards', position: index + 1 }),
        })),
      ]),
    );
  },
};

const strandsOf = (ports: readonly string[], see: See): Sql => sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'positions', coalesce(t.positions, 1))), '[]') from port p
  left join pass_through_port t on t.port_id = p.id and ${see('PassThroughPort', sql`t`)}
  where p.id = any(${ports}::uuid[]) and (p.type = 'PatchPanel' or t.id is not null
    or exists (select from circuit_termination d where d.place_port_id = p.id and ${see('CircuitTermination', sql`d`)})))`;

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
