import type { Plant } from './plant.ts';
import type { Group, TracePath } from './trace-path.ts';

/** The path from a port over one plain cable to the port at its other end, which need not be walked; undefined for whatever else is plugged in. */
export function plainPath(plant: Plant, port: string): TracePath | undefined {
  const plain = plant.plain.get(port);
  if (plain === undefined) return undefined;
  const groups: Group[] = [
    { of: 'Ports', members: [port] },
    { of: 'Cables', members: [plain.cable] },
    { of: 'Ports', members: [plain.far] },
  ];
  const isActive = plant.cable(plain.cable)?.isConnected === true;
  return { groups, isComplete: true, isActive, isSplit: false, isLoop: false, stop: 'Endpoint', lost: 0, choices: [] };
}
