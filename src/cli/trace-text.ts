interface Named {
  readonly name: string;
}

interface TracedPort extends Named {
  readonly label: string;
  readonly device: Named | null;
}

type Step = { readonly hasHidden: boolean } & (
  | { readonly __typename: 'TracedPorts'; readonly ports: readonly TracedPort[] }
  | {
      readonly __typename: 'TracedCables';
      readonly cables: readonly (Named & {
        readonly media: string;
        readonly status: string;
        readonly lengthM: { readonly text: string } | null;
      })[];
    }
  | {
      readonly __typename: 'TracedCircuitEnds';
      readonly ends: readonly {
        readonly side: string | null;
        readonly circuit: Named | null;
        readonly port: TracedPort | null;
      }[];
    }
  | { readonly __typename: 'TracedPlaces'; readonly places: readonly (Named & { readonly kind: string })[] }
);

export interface Trace {
  readonly steps: readonly Step[];
  readonly stop: string;
  readonly isActive: boolean;
  readonly isSplit: boolean;
  readonly lengthM: { readonly value: string };
  readonly isLengthDefinite: boolean;
  readonly lostStrands: number | null;
  readonly choices: readonly { readonly position: number; readonly port: Named | null; readonly to: Named | null }[];
}

/** Why it ends, in words. */
const endings: Readonly<Record<string, string>> = {
  ENDPOINT: 'complete',
  PROVIDER_NETWORK: 'complete: handed over to the network of the provider',
  SITE: 'ends in a facility, where nothing is plugged in',
  UNCABLED: 'ends at a free port',
  UNMAPPED: 'ends in a panel: the wiring does not go on',
  NO_OTHER_SIDE: 'ends in a circuit whose other end is not recorded',
  NO_FAR_END: 'ends at a cable whose other end is free',
  NO_POSITION: 'ends at a port with several strands; name one with --position and --inwards',
  MIXED_KINDS: 'ends where parallel ways come to ports of different kinds',
  MIXED_CABLES: 'ends where parallel ways come to different cables',
  CIRCUIT_LOOP: 'ends at a cable that joins both ends of one circuit',
  LOOP: 'runs in a circle',
  TOO_LONG: 'was given up: it is too long',
};

/** Where a trace ends, in words. */
export const endingText = (stop: string): string => endings[stop] ?? stop;

/**
 * A trace as a drawing: a line for what is at each step, cables between them; what is between two ports without a cable is
 * inside a panel or a circuit.
 *
 *   node1 eth0 (node1-eth0)
 *     │ cable c1, Copper, 3 m
 *   leaf eth1 (leaf-eth1)
 *   complete, 3 m
 */
export function traceText(trace: Trace | null): string {
  if (trace === null) return 'nothing is plugged in\n';
  const lines = trace.steps.flatMap((step, index) => {
    const before = trace.steps[index - 1]?.__typename;
    const isInside = before !== undefined && before !== 'TracedCables' && step.__typename !== 'TracedCables';
    return [...(isInside ? ['  ┆'] : []), ...stepLines(step)];
  });
  const choices = trace.choices.map(
    ({ position, port, to }) => `    position ${position} of ${port?.name} leads to ${to?.name}`,
  );
  return `${[...lines, ending(trace), ...choices].join('\n')}\n`;
}

function stepLines(step: Step): string[] {
  const lines = ((): string[] => {
    switch (step.__typename) {
      case 'TracedPorts':
        return step.ports.map(portText);
      case 'TracedCables':
        return step.cables.map(({ name, media, status, lengthM }) => {
          const more = [media, ...(lengthM === null ? [] : [`${lengthM.text} m`])];
          return `  │ cable ${[name, ...more, ...(status === 'CONNECTED' ? [] : [status])].join(', ')}`;
        });
      case 'TracedCircuitEnds':
        return step.ends.map(({ side, circuit, port }) => {
          const end = circuit === null ? 'a hidden circuit' : `circuit ${circuit.name}`;
          return `${end}${side === null ? '' : `, end ${side}`}${port === null ? '' : `, at ${portText(port)}`}`;
        });
      case 'TracedPlaces':
        return step.places.map(({ kind, name }) => `${kind} ${name}`);
    }
  })();
  if (step.hasHidden) return [...lines, step.__typename === 'TracedCables' ? '  │ hidden' : 'hidden'];
  return lines.length === 0 ? ['nothing'] : lines;
}

export const portText = ({ name, label, device }: TracedPort): string =>
  `${device === null ? label : `${device.name} ${label}`} (${name})`;

function ending({ stop, isActive, isSplit, lengthM, isLengthDefinite, lostStrands }: Trace): string {
  const length = isLengthDefinite ? `${lengthM.value} m` : `at least ${lengthM.value} m`;
  return [
    endingText(stop),
    length,
    ...(isActive ? [] : ['a cable is not installed']),
    ...(isSplit && stop !== 'NO_POSITION' ? ['not all ways were followed'] : []),
    ...(lostStrands === null || lostStrands === 0 ? [] : [`strands that end on the way: ${lostStrands}`]),
  ].join('; ');
}
