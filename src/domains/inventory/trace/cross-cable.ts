import type { CableFacts, Plug, Profile, Side } from './plant.ts';
import { moved, popped, pushed, type Strand } from './strands.ts';

/** Where strands come to, and how many of them end on the way. */
export interface Crossed {
  readonly strands: readonly Strand[];
  readonly lost: number;
}

/**
 * A strand crosses a cable from one of its ends (cable-trace.md 4.6): a plain one to everything at the other end, one with a
 * profile as its wiring says.
 */
export function crossCable(strand: Strand, { side, connector }: Plug, { profile, leads }: CableFacts): Crossed {
  const far = leads.filter((lead) => lead.side !== side);
  if (profile === null) return { strands: far.map(({ at }) => moved(strand, at)), lost: 0 };
  const inside = insideConnector(strand, positionsOf(profile, side));
  const strands: Strand[] = [];
  let lost = inside.lost;
  for (const { rest, position } of inside.found) {
    const to = wiredTo(profile, side, connector, position);
    const at = to === undefined ? [] : far.filter((lead) => lead.connector === to.connector);
    if (to === undefined || at.length === 0) lost++;
    else strands.push(...at.map((lead) => pushed(moved(rest, lead.at), to.position)));
  }
  return { strands, lost };
}

const positionsOf = ({ aPositions, bPositions }: Profile, side: Side): number =>
  side === 'A' ? aPositions : bPositions;

interface Inside {
  readonly found: readonly { readonly rest: Strand; readonly position: number }[];
  readonly lost: number;
}

/** The position at which it is in its connector; all of them where it fills the connector. */
function insideConnector(strand: Strand, width: number): Inside {
  const last = strand.address.at(-1);
  if (last === undefined) {
    return { found: Array.from({ length: width }, (_, index) => ({ rest: strand, position: index + 1 })), lost: 0 };
  }
  return last > width ? { found: [], lost: 1 } : { found: [{ rest: popped(strand), position: last }], lost: 0 };
}

interface Place {
  readonly connector: number;
  readonly position: number;
}

/** To which place at the other end a strand runs, if there it runs to one. */
function wiredTo({ wiring, aPositions, bPositions }: Profile, side: Side, connector: number, position: number) {
  if (wiring === null || wiring.length === 0) {
    const width = side === 'A' ? bPositions : aPositions;
    return position > width ? undefined : { connector, position };
  }
  const [from, to] = side === 'A' ? (['a', 'b'] as const) : (['b', 'a'] as const);
  const wire = wiring.find((one) => isSame(placeOf(one[from]), { connector, position }));
  return wire === undefined ? undefined : placeOf(wire[to]);
}

function placeOf(text: string): Place {
  const [connector = 0, position = 0] = text.split('.').map(Number);
  return { connector, position };
}

const isSame = (one: Place, other: Place): boolean =>
  one.connector === other.connector && one.position === other.position;
