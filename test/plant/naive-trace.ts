import type { RandomCircuitEnd, RandomLead, RandomPlant } from './random-plant.ts';

/**
 * reference/cable-trace.md sections 4 and 5 once more, as plainly as they can be written: everything is looked up in lists,
 * and a loop is a walk that does not end within so many rounds (invariant 7).
 */
export interface NaiveTrace {
  /** Class and sorted members of each group. */
  readonly groups: readonly string[];
  readonly stop: string;
  readonly isComplete: boolean;
  readonly isActive: boolean;
  readonly isSplit: boolean;
  readonly lost: number;
}

/** What has more strands side by side will not end either. */
const MOST_STRANDS = 200;

interface Naive {
  readonly at: string;
  readonly address: readonly number[];
}

interface NaiveCable {
  readonly id: string;
  readonly isReal: boolean;
  readonly isConnected: boolean;
  readonly profile: string | null;
  readonly leads: readonly { readonly side: string; readonly connector: number; readonly at: string }[];
}

export const endName = ({ circuit, side, termination }: RandomCircuitEnd): string =>
  `${circuit}/${side}/${termination ?? ''}`;

export function naiveTrace(plant: RandomPlant, origin: string, rounds: number): NaiveTrace | 'endless' | null {
  // What the circuit itself says of a side counts where no termination does.
  const ends = plant.circuitEnds.filter(
    ({ circuit, side, termination }) =>
      termination !== null ||
      !plant.circuitEnds.some((end) => end.circuit === circuit && end.side === side && end.termination !== null),
  );
  const endOf = (at: string) => ends.find((end) => endName(end) === at);
  const portOf = (at: string) => plant.ports.find(({ id }) => id === at);
  const isDirect = (end: RandomCircuitEnd) => end.termination === null && end.port !== null;

  const kindOf = (at: string): string => {
    if (endOf(at) !== undefined) return 'circuit';
    const port = portOf(at);
    if (port?.side) return port.side;
    if (plant.circuitEnds.some((end) => end.port === at && end.termination !== null)) return 'circuit';
    return port?.isPanel === true ? 'panel' : 'interface';
  };
  const real: NaiveCable[] = plant.cables.map((cable) => ({
    ...cable,
    isReal: true,
    leads: cable.leads.map(({ port, ...lead }: RandomLead) => ({ ...lead, at: port })),
  }));
  // A circuit that names a port is plugged in there as if by a cable.
  const named: NaiveCable[] = plant.circuitEnds.filter(isDirect).flatMap((end) =>
    ends
      .filter((other) => other.circuit === end.circuit && other.side === end.side)
      .map((other) => ({
        id: `none:${endName(other)}`,
        isReal: false,
        isConnected: true,
        profile: null,
        leads: [
          { side: 'A', connector: 1, at: end.port ?? '' },
          { side: 'B', connector: 1, at: endName(other) },
        ],
      })),
  );
  const cables = [...real, ...named];
  const plugsOf = (at: string) => {
    const end = endOf(at);
    const where = end === undefined || isDirect(end) ? at : end.port;
    return cables.flatMap((cable) => cable.leads.filter((lead) => lead.at === where).map((lead) => ({ cable, lead })));
  };

  const groups: string[] = [];
  const record = (of: string, members: Iterable<string>) =>
    groups.push(`${of} ${[...new Set(members)].sort().join(',')}`);
  const unique = (strands: readonly Naive[]): Naive[] => [
    ...new Map(strands.map((one) => [`${one.at}|${one.address.join('.')}`, one])).values(),
  ];
  let isActive = true;
  let isSplit = false;
  let lost = 0;
  const end = (stop: string): NaiveTrace => ({
    groups,
    stop,
    isComplete: stop === 'Endpoint' || stop === 'ProviderNetwork',
    isActive,
    isSplit: isSplit || ['NoPosition', 'MixedKinds', 'MixedCables', 'CircuitLoop'].includes(stop),
    lost,
  });

  const shared = plugsOf(origin)
    .filter(({ cable }) => kindOf(origin) === 'interface' && cable.profile === null)
    .flatMap(({ cable, lead }) => cable.leads.filter(({ side }) => side === lead.side).map(({ at }) => at))
    .filter((at) => kindOf(at) === 'interface');
  let near: Naive[] = [...new Set(shared.length > 0 ? shared : [origin])].map((at) => ({ at, address: [] }));
  record(
    'Ports',
    near.map(({ at }) => at),
  );

  for (let round = 1; round <= rounds && near.length <= MOST_STRANDS; round++) {
    const plugged = near.filter(({ at }) => plugsOf(at).length > 0);
    if (plugged.length === 0) return round === 1 ? null : end('Uncabled');
    if (plugged.length < near.length) isSplit = true;
    const used = plugged.flatMap(({ at }) => plugsOf(at).map(({ cable }) => cable));
    const shown = used.filter(({ isReal }) => isReal).map(({ id }) => id);
    if (shown.length > 0) record('Cables', shown);
    if (used.some(({ isConnected }) => !isConnected)) isActive = false;
    if (new Set(used.map(({ profile }) => profile === null)).size > 1) return end('MixedCables');

    let lostHere = 0;
    const crossed: Naive[] = [];
    for (const { at, address } of plugged)
      for (const { cable, lead } of plugsOf(at)) {
        const far = cable.leads.filter(({ side }) => side !== lead.side);
        const profile = plant.profiles.find(({ id }) => id === cable.profile);
        if (profile === undefined) {
          crossed.push(...far.map((one) => ({ at: one.at, address })));
          continue;
        }
        const [own, other] = lead.side === 'A' ? (['A', 'B'] as const) : (['B', 'A'] as const);
        const width = profile.positions[own];
        const all = Array.from({ length: width }, (_, index) => index + 1);
        const last = address.at(-1);
        const wanted = last === undefined ? all : all.filter((position) => position === last);
        if (wanted.length === 0) lostHere++;
        for (const position of wanted) {
          const from = `${lead.connector}.${position}`;
          const wire = profile.wiring?.find((one) => one[own === 'A' ? 'a' : 'b'] === from);
          const to = profile.wiring === null ? from : wire?.[other === 'A' ? 'a' : 'b'];
          const [connector, at2] = (to ?? '0.0').split('.').map(Number);
          const arrived = far.filter((one) => one.connector === connector);
          if (to === undefined || arrived.length === 0) lostHere++;
          else crossed.push(...arrived.map((one) => ({ at: one.at, address: [...address.slice(0, -1), at2 ?? 0] })));
        }
      }
    const far = unique(
      crossed.flatMap((one) =>
        endOf(one.at) === undefined && kindOf(one.at) === 'circuit'
          ? plant.circuitEnds
              .filter((circuitEnd) => circuitEnd.port === one.at && circuitEnd.termination !== null)
              .map((circuitEnd) => ({ at: endName(circuitEnd), address: one.address }))
          : [one],
      ),
    );
    const kinds = new Set(far.map(({ at }) => kindOf(at)));
    if (kinds.has('Front') || kinds.has('Rear')) kinds.delete('panel');
    if (kinds.size > 1) return end('MixedKinds');
    record(
      kinds.has('circuit') ? 'CircuitEnds' : 'Ports',
      far.map(({ at }) => at),
    );
    if (far.length === 0) return end('NoFarEnd');
    lost += lostHere;
    if (kinds.has('interface')) return end('Endpoint');

    if (kinds.has('circuit')) {
      const others = far.map(({ at, address }) => {
        const own = endOf(at);
        return ends
          .filter((one) => one.circuit === own?.circuit && one.side !== own.side)
          .map((one) => ({ one, strand: { at: endName(one), address } }));
      });
      const all = others.flat();
      if (all.length === 0) return end('NoOtherSide');
      lost += others.filter(({ length }) => length === 0).length;
      const place = ({ network, port, isInSite }: RandomCircuitEnd) =>
        network !== null ? [`ProviderNetwork/${network}`] : port !== null || isInSite ? ['Site/site'] : [];
      const cablesAt = (one: RandomCircuitEnd) =>
        isDirect(one) ? [] : real.filter(({ leads }) => leads.some(({ at }) => at === one.port)).map(({ id }) => id);
      const isNetwork = all.every(({ one }) => one.network !== null);
      if (isNetwork || all.every(({ one }) => !isDirect(one) && cablesAt(one).length === 0)) {
        record(
          'CircuitEnds',
          all.map(({ strand }) => strand.at),
        );
        record(
          'Places',
          all.flatMap(({ one }) => place(one)),
        );
        return end(isNetwork ? 'ProviderNetwork' : 'Site');
      }
      if (all.some(({ one }) => cablesAt(one).some((id) => used.some((cable) => cable.id === id))))
        return end('CircuitLoop');
      near = unique(all.map(({ strand }) => strand));
      record(
        'CircuitEnds',
        near.map(({ at }) => at),
      );
      continue;
    }

    const widthOf = (at: string): number => portOf(at)?.positions ?? 1;
    if (far.some(({ at, address }) => widthOf(at) > 1 && address.length === 0)) return end('NoPosition');
    const moved = far.map(({ at, address }) => {
      const isWide = widthOf(at) > 1;
      const rest = isWide ? address.slice(0, -1) : address;
      const both = plant.mappings.flatMap(({ front, frontPosition, rear, rearPosition }) => [
        { from: front, position: frontPosition, to: rear, toPosition: rearPosition },
        { from: rear, position: rearPosition, to: front, toPosition: frontPosition },
      ]);
      return both
        .filter(({ from, position }) => from === at && (!isWide || position === address.at(-1)))
        .map(({ to, toPosition }) => ({ at: to, address: widthOf(to) > 1 ? [...rest, toPosition] : rest }));
    });
    if (moved.every(({ length }) => length === 0)) return end('Unmapped');
    lost += moved.filter(({ length }) => length === 0).length;
    near = unique(moved.flat());
    record(
      'Ports',
      near.map(({ at }) => at),
    );
  }
  return 'endless';
}
