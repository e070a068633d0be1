import { doc, named } from './documents.ts';

/*
 * Plants as reference/cable-trace.md section 13 writes them, a line for each thing:
 *
 *   F1 = R(2).1           position 1 of rear port R, which has two, is wired to front port F1
 *   x -c1- F2             a cable from interface x to F2; several ends: x -c1- F1 F2; not plugged in at connector 1: - y
 *   R -c2[single-1c2p]- S with a profile; {Planned} or {3.5} behind it: status and length
 *   A=k=Z ...             circuits are stated by manifests of their own
 *
 * What is in capitals is a port of a panel, and all others are interfaces; without a wiring they are fronts.
 */
export interface DrawnPort {
  readonly name: string;
  readonly side: 'Front' | 'Rear' | undefined;
  readonly width: number;
}

export interface DrawnMapping {
  readonly front: string;
  readonly frontPosition: number;
  readonly rear: string;
  readonly rearPosition: number;
}

export interface DrawnCable {
  readonly name: string;
  readonly profile: string | undefined;
  readonly status: string;
  readonly lengthM: string | undefined;
  /** By side and connector; undefined where a connector is free. */
  readonly ends: { readonly A: readonly (string | undefined)[]; readonly B: readonly (string | undefined)[] };
}

export interface Drawn {
  readonly ports: ReadonlyMap<string, DrawnPort>;
  readonly mappings: readonly DrawnMapping[];
  readonly cables: readonly DrawnCable[];
}

const PORT = /^([A-Za-z]\w*)(?:\((\d+)\))?(?:\.(\d+))?$/;

export function draw(text: string): Drawn {
  const ports = new Map<string, DrawnPort>();
  const mappings: DrawnMapping[] = [];
  const cables: DrawnCable[] = [];
  const port = (words: string, side?: 'Front' | 'Rear') => {
    const [, name = '', width, position = '1'] = PORT.exec(words.trim()) ?? [];
    if (name === '') throw new Error(`no port: ${words}`);
    const known = ports.get(name);
    const isPanel = /^[A-Z]/.test(name);
    const own = side ?? known?.side ?? (isPanel ? 'Front' : undefined);
    ports.set(name, { name, side: own, width: width === undefined ? (known?.width ?? 1) : Number(width) });
    return { name, position: Number(position) };
  };
  const end = (words: string) =>
    words
      .trim()
      .split(/\s+/)
      .map((word) => (word === '-' ? undefined : port(word).name));
  for (const line of text.split(/[\n;]/).map((one) => one.trim())) {
    if (line === '') continue;
    const [, a, name = '', profile, more, b] = /^(.*?) -(\w+)(?:\[([^\]]+)\])?(?:\{([^}]+)\})?- (.*)$/.exec(line) ?? [];
    if (a !== undefined && b !== undefined) {
      const status = more === undefined || /^[\d.]/.test(more) ? 'Connected' : more;
      const lengthM = more !== undefined && /^[\d.]/.test(more) ? more : undefined;
      cables.push({ name, profile, status, lengthM, ends: { A: end(a), B: end(b) } });
      continue;
    }
    const [front, rear, none] = line.split('=');
    if (front !== undefined && rear !== undefined && none === undefined) {
      const [one, other] = [port(front, 'Front'), port(rear, 'Rear')];
      mappings.push({
        front: one.name,
        frontPosition: one.position,
        rear: other.name,
        rearPosition: other.position,
      });
      continue;
    }
    for (const word of line.split(/\s+/)) port(word);
  }
  return { ports, mappings, cables };
}

/** The manifests of a drawn plant, on a rack of its own in the facility fra1; `prefix` makes its names unique. */
export function manifestsOf({ ports, mappings, cables }: Drawn, prefix: string, device = `Rack/${prefix}rack`): string {
  const [kind = '', deviceName = ''] = device.split('/');
  const name = (own: string): string => `${prefix}${own.toLowerCase()}`;
  const rack = kind === 'Rack' ? [doc(device, { siteRef: named('fra1'), heightU: 42 })] : [];
  return [
    ...rack,
    ...[...ports.values()].flatMap((port) => [
      doc(`Port/${name(port.name)}`, {
        deviceRef: { kind, name: deviceName },
        type: port.side === undefined ? 'Optical' : 'PatchPanel',
        name: port.name,
      }),
      ...(port.side === undefined
        ? []
        : [
            doc(`PassThroughPort/${name(port.name)}`, {
              portRef: named(name(port.name)),
              side: port.side,
              positions: port.width,
            }),
          ]),
    ]),
    ...mappings.map(({ front, frontPosition, rear, rearPosition }) =>
      doc(`PortMapping/${name(front)}.${frontPosition}`, {
        frontPortRef: named(name(front)),
        frontPosition,
        rearPortRef: named(name(rear)),
        rearPosition,
      }),
    ),
    ...cables.map((cable) => {
      const endsOf = (side: 'A' | 'B') =>
        cable.ends[side].flatMap((port, index) =>
          port === undefined ? [] : [{ name: name(port), side, connector: index + 1 }],
        );
      return doc(
        `Cable/${name(cable.name)}`,
        {
          media: 'FiberSMF',
          endpoints: [...endsOf('A'), ...endsOf('B')],
          status: cable.status,
          ...(cable.profile !== undefined && { profileRef: named(cable.profile) }),
          ...(cable.lengthM !== undefined && { lengthM: cable.lengthM }),
        },
        'catalog.miloapis.com',
      );
    }),
  ].join('');
}

/** What a trace is asked for in tests. */
export const TRACE = `fragment trace on Trace {
  isComplete isActive isSplit isLoop stop lengthM { value } isLengthDefinite lostStrands
  choices { port { name } position to { name } cables { name } }
  steps {
    hasHidden
    ... on TracedPorts { ports { name } }
    ... on TracedCables { cables { name } }
    ... on TracedCircuitEnds { ends { side circuit { name } termination { name } port { name } } }
    ... on TracedPlaces { places { name } }
  }
}`;

interface Named {
  readonly name: string;
}

interface ShownStep {
  readonly hasHidden: boolean;
  readonly ports?: readonly Named[];
  readonly cables?: readonly Named[];
  readonly ends?: readonly {
    readonly side: string | null;
    readonly circuit: Named | null;
    readonly termination: Named | null;
    readonly port: Named | null;
  }[];
  readonly places?: readonly Named[];
}

export interface ShownTrace {
  readonly steps: readonly ShownStep[];
  readonly stop: string;
  readonly isComplete: boolean;
  readonly isActive: boolean;
  readonly isSplit: boolean;
  readonly isLoop: boolean;
  readonly lostStrands: number | null;
}

/** A trace in one line: `x c1 f1+f2 … | ENDPOINT complete active`. */
export function inOneLine(trace: ShownTrace | null, prefix = ''): string {
  if (trace === null) return 'none';
  const short = ({ name }: Named): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  const steps = trace.steps.map(({ hasHidden, ports, cables, ends, places }) => {
    const told = [
      ...[...(ports ?? []), ...(cables ?? []), ...(places ?? [])].map(short),
      ...(ends ?? []).map(({ side, circuit, port }) =>
        circuit === null ? `at ${port === null ? '?' : short(port)}` : `${short(circuit)}.${side}`,
      ),
    ];
    return [...told, ...(hasHidden ? ['hidden'] : [])].join('+') || 'nothing';
  });
  const flags = [
    trace.isComplete && 'complete',
    trace.isActive && 'active',
    trace.isSplit && 'split',
    trace.isLoop && 'loop',
    trace.lostStrands !== 0 && `lost ${trace.lostStrands}`,
  ].filter(Boolean);
  return [steps.join(' '), [trace.stop, ...flags].join(' ')].join(' | ');
}
