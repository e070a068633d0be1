import type { Change } from '../../catalog/kind.ts';
import { refuse } from '../../catalog/rules.ts';
import type { Violation } from '../../platform/errors.ts';

interface Placement {
  readonly startUnit?: number;
  readonly unitHeight: number;
}

const isHalf = (value: number): boolean => Number.isInteger(value * 2);

/** Units come in halves; what takes some begins at one, and what takes none at none. */
export function takesHalfUnits(change: Change): Violation[] {
  const placement = change.spec.placement as Placement | undefined;
  if (placement === undefined) return [];
  const { startUnit, unitHeight } = placement;
  const found = (['startUnit', 'unitHeight'] as const).flatMap((name): Violation[] => {
    const value = placement[name];
    if (value === undefined || isHalf(value)) return [];
    const evidence = { value, accepted: `${Math.floor(value * 2) / 2} or ${Math.ceil(value * 2) / 2}` };
    return [refuse(change, 'NOT_A_HALF_UNIT', `spec.placement.${name}`, `${name} is ${value}`, evidence)];
  });
  const path = 'spec.placement.startUnit';
  if (unitHeight > 0 && startUnit === undefined) {
    const message = 'startUnit is missing: the equipment takes units';
    found.push(refuse(change, 'REQUIRED', path, message, { accepted: 'the lowest unit that it takes' }));
  }
  if (unitHeight === 0 && startUnit !== undefined) {
    const message = 'the equipment takes no units, and begins at none';
    found.push(refuse(change, 'TAKES_NO_UNITS', path, message, { value: startUnit, accepted: 'nothing' }));
  }
  return found;
}
