import type { RandomPlant } from './random-plant.ts';

/** What the statement of a trace would say of a plant, if it said all of it. */
export function loadedPlant({ ports, mappings, profiles, cables, circuitEnds }: RandomPlant): object {
  const cablesAt = (port: string | null): string[] =>
    cables.filter(({ leads }) => leads.some((lead) => lead.port === port)).map(({ id }) => id);
  const widthOf = (id: string): number => ports.find((port) => port.id === id)?.positions ?? 1;
  const hasTermination = (circuit: string, side: string): boolean =>
    circuitEnds.some((end) => end.circuit === circuit && end.side === side && end.termination !== null);
  return {
    // None is told as a path of its own: each is walked.
    plain: [],
    plugs: cables.flatMap((cable) => cable.leads.map((lead) => ({ ...lead, cable: cable.id }))),
    cables: cables.map(({ id, isConnected, lengthM, profile }) => {
      const found = profiles.find((one) => one.id === profile);
      const { positions, wiring } = found ?? { positions: { A: 0, B: 0 }, wiring: null };
      return {
        id,
        isConnected,
        lengthM,
        profile: found === undefined ? null : { aPositions: positions.A, bPositions: positions.B, wiring },
      };
    }),
    leads: cables.flatMap((cable) =>
      cable.leads.map(({ port, side, connector }) => ({ cable: cable.id, side, connector, at: port })),
    ),
    ports: ports.map(({ id, side, isPanel, positions }) => ({
      id,
      type: isPanel ? 'PatchPanel' : 'Optical',
      side,
      positions: side === null ? null : positions,
      role: null,
      part: null,
      isDemarcation: circuitEnds.some(({ port, termination }) => port === id && termination !== null),
    })),
    mappings: mappings.flatMap(({ front, frontPosition, rear, rearPosition }) => [
      {
        port: front,
        position: frontPosition,
        to: rear,
        toPosition: rearPosition,
        toWidth: widthOf(rear),
        toCables: cablesAt(rear),
      },
      {
        port: rear,
        position: rearPosition,
        to: front,
        toPosition: frontPosition,
        toWidth: widthOf(front),
        toCables: cablesAt(front),
      },
    ]),
    demarcations: circuitEnds
      .filter(({ termination, port }) => termination !== null && port !== null)
      .map(({ port, circuit, side }) => ({ port, circuit, side })),
    direct: circuitEnds
      .filter(({ termination, port }) => termination === null && port !== null)
      .map(({ port, circuit, side }) => ({ port, circuit, side })),
    circuitEnds: circuitEnds
      .filter(({ circuit, side, termination }) => termination !== null || !hasTermination(circuit, side))
      .map(({ circuit, side, termination, port, network, isInSite, distanceM }) => ({
        circuit,
        side,
        termination,
        port,
        isDirect: termination === null && port !== null,
        site: isInSite || port !== null ? 'site' : null,
        network,
        distanceM,
        cables: termination === null ? [] : cablesAt(port),
      })),
  };
}
