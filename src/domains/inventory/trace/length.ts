import type { Plant } from './plant.ts';
import type { Group } from './trace-path.ts';

export interface Length {
  readonly metres: string;
  /** Whether it is the whole length: each cable has one, and each circuit that is crossed. */
  readonly isDefinite: boolean;
}

/**
 * The length of a path (cable-trace.md 8): of parallel cables and circuits the longest. What the caller may not see adds
 * nothing, and the sum is not definite then.
 */
export function lengthOf(
  plant: Plant,
  groups: readonly Group[],
  isSeen: (kind: string, id: string) => boolean,
): Length {
  const parts = groups.flatMap((group, index): (string | null)[][] => {
    if (group.of === 'Cables') {
      return [group.members.map((id) => (isSeen('Cable', id) ? (plant.cables.get(id)?.lengthM ?? null) : null))];
    }
    const crossed = circuitsCrossed(plant, group, groups[index + 1]);
    return crossed.length === 0
      ? []
      : [crossed.map((circuit) => (isSeen('Circuit', circuit) ? distanceOf(plant, circuit) : null))];
  });
  const known = parts.map((lengths) => lengths.flatMap((length) => decimal(length) ?? []));
  const sum = known.map(longest).reduce(add, { digits: 0n, scale: 0 });
  const isDefinite = parts.every((lengths, index) => lengths.length === known[index]?.length);
  return { metres: textOf(sum), isDefinite };
}

/** Circuits of which two neighbouring groups hold opposite sides. */
function circuitsCrossed(plant: Plant, one: Group, next: Group | undefined): string[] {
  if (one.of !== 'CircuitEnds' || next?.of !== 'CircuitEnds') return [];
  const near = one.members.flatMap((key) => plant.circuitEnd(key) ?? []);
  const far = next.members.flatMap((key) => plant.circuitEnd(key) ?? []);
  const crossed = near.filter((end) => far.some(({ circuit, side }) => circuit === end.circuit && side !== end.side));
  return [...new Set(crossed.map(({ circuit }) => circuit))];
}

/** What its terminations say; where they differ, the greater. */
function distanceOf(plant: Plant, circuit: string): string | null {
  const told = plant.endsOf(circuit).flatMap(({ distanceM }) => decimal(distanceM) ?? []);
  return told.length === 0 ? null : textOf(longest(told));
}

/** An exact decimal number. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

function decimal(text: string | null): Decimal | undefined {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text ?? '') ?? [];
  return sign === undefined ? undefined : { digits: BigInt(`${sign}${whole}${fraction}`), scale: fraction.length };
}

const inScale = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale);

function add(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  return { digits: inScale(one, scale) + inScale(other, scale), scale };
}

const longest = (lengths: readonly Decimal[]): Decimal =>
  lengths.reduce(
    (most, one) => {
      const scale = Math.max(most.scale, one.scale);
      return inScale(one, scale) > inScale(most, scale) ? one : most;
    },
    { digits: 0n, scale: 0 },
  );

function textOf({ digits, scale }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const whole = text.slice(0, text.length - scale);
  return scale === 0 || fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
