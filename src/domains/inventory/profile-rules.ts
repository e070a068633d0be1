import type { Change, FinalState } from '../../catalog/kind.ts';
import { mentionOf, refuse, rowRule } from '../../catalog/rules.ts';
import { sql } from '../../platform/db/sql.ts';
import type { Violation } from '../../platform/errors.ts';

interface Shape {
  readonly aConnectors: number;
  readonly aPositions: number;
  readonly bConnectors: number;
  readonly bPositions: number;
  readonly wiring?: readonly { readonly a: string; readonly b: string }[] | null;
}

/** The wiring is a one-to-one table of strands that both ends have (cable-trace.md 1.1). */
export function wiringIsOneToOne(change: Change): Violation[] {
  const shape = change.spec as unknown as Shape;
  const wiring = shape.wiring ?? [];
  if (wiring.length === 0) return straightExists(change, shape);
  const found: Violation[] = [];
  for (const end of ['a', 'b'] as const) {
    const [connectors, positions] = [shape[`${end}Connectors`], shape[`${end}Positions`]];
    const seen = new Set<string>();
    for (const [index, entry] of wiring.entries()) {
      const strand = entry[end];
      const path = `spec.wiring[${index}].${end}`;
      const [connector = 0, position = 0] = strand.split('.').map(Number);
      const known = `${connector}.${position}`;
      if (connector < 1 || connector > connectors || position < 1 || position > positions) {
        const accepted = `connector 1 to ${connectors}, position 1 to ${positions}`;
        const message = `end ${end.toUpperCase()} has no strand ${strand}`;
        found.push(refuse(change, 'NO_SUCH_STRAND', path, message, { value: strand, accepted }));
      } else if (seen.has(known)) {
        const message = `strand ${known} of end ${end.toUpperCase()} is wired twice`;
        found.push(
          refuse(change, 'STRAND_WIRED_TWICE', path, message, { value: strand, accepted: 'each strand once' }),
        );
      }
      seen.add(known);
    }
  }
  return found;
}

function straightExists(change: Change, { aConnectors, aPositions, bConnectors, bPositions }: Shape): Violation[] {
  if (aConnectors === bConnectors && aPositions === bPositions) return [];
  const message = `without a wiring strands run straight, but the ends differ: ${aConnectors} × ${aPositions} and ${bConnectors} × ${bPositions}`;
  return [refuse(change, 'NOT_STRAIGHT', 'spec.wiring', message, { accepted: 'a wiring, or ends that are alike' })];
}

const shapeOf = (spec: object): string => {
  const { aConnectors, aPositions, bConnectors, bPositions, wiring } = spec as Shape;
  return JSON.stringify([aConnectors, aPositions, bConnectors, bPositions, wiring ?? []]);
};

const isUnused = rowRule<{ cable: string; cable_id: string }>(
  (ids) => sql`select distinct on (c.id) c.id, 'Cable/' || a.name as cable, a.id as cable_id
     from cable_profile c join cable a on a.profile_id = c.id where c.id = any(${ids}::uuid[]) order by c.id, a.name`,
  (change, { cable, cable_id: id }) =>
    refuse(change, 'PROFILE_IN_USE', 'spec', `${cable} has this profile: its strands would run elsewhere`, {
      accepted: 'another profile for the other wiring',
      mentions: [mentionOf(cable, id)],
    }),
);

/** What cables have as their profile keeps its connectors, positions and wiring. */
export const keepsItsShape = (changes: readonly Change[], state: FinalState): Promise<Violation[]> =>
  isUnused(
    changes.filter(({ before, spec }) => before !== undefined && shapeOf(before.spec) !== shapeOf(spec)),
    state,
  );
