import type { Walk } from '../../../catalog/walk.ts';
import { originOf } from './origin-key.ts';
import { presentTrace } from './present.ts';
import { loadSeen } from './seen.ts';
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

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
