/** A rack seen from both sides. Units are numbers from the bottom, 1 and up, in steps of a half. */
export interface Elevation {
  readonly rack: ObjectName;
  readonly heightU: number;
  readonly front: FaceElevation;
  readonly rear: FaceElevation;
  /** What is mounted beside the units: power strips. */
  readonly beside: readonly ElevatedDevice[];
}

export interface ObjectName {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

export interface ElevatedDevice extends ObjectName {
  /** What it is: `Leaf`, `PatchPanel`, `Server`. */
  readonly role: string;
  /** Slots of a chassis, with what sits in them. */
  readonly slots: readonly { readonly name: string; readonly occupant: ObjectName | null }[];
}

export interface Block {
  readonly startUnit: number;
  readonly unitHeight: number;
}

export type RackWidth = 'Full' | 'Left' | 'Right';

export interface FaceElevation {
  readonly devices: readonly (Block & {
    readonly device: ElevatedDevice;
    readonly width: RackWidth;
    readonly isMountedHere: boolean;
  })[];
  readonly reservations: readonly (Block & {
    readonly reservation: ObjectName;
    readonly requestedBy: string;
    readonly reason: string;
  })[];
  /** What neither devices take, be it half of the width, nor reservations hold; from the top down, like all lists here. */
  readonly freeBlocks: readonly Block[];
  readonly freeUnits: number;
  readonly largestFreeBlock: Block | null;
}

/** What is left of a rack between blocks, from the top down. */
export function freeBetween(heightU: number, taken: readonly Block[]): Block[] {
  const free: Block[] = [];
  let at = 1;
  for (const { startUnit, unitHeight } of [...taken].sort((a, b) => a.startUnit - b.startUnit)) {
    if (startUnit > at) free.push({ startUnit: at, unitHeight: startUnit - at });
    at = Math.max(at, startUnit + unitHeight);
  }
  if (at < heightU + 1) free.push({ startUnit: at, unitHeight: heightU + 1 - at });
  return free.reverse();
}

/** The highest of some blocks; of equal ones the lowest. */
export const largestOf = (blocks: readonly Block[]): Block | null =>
  blocks.reduce<Block | null>((most, one) => (most === null || one.unitHeight >= most.unitHeight ? one : most), null);
