/** A moment at which a strand was about to cross a cable (cable-trace.md 7). */
interface Moment {
  readonly at: string;
  readonly last: number | undefined;
  readonly height: number;
}

/** What a trace moves: at which termination it is, and in which place inside it; the last number is of the port itself. */
export interface Strand {
  readonly at: string;
  readonly address: readonly number[];
  readonly memory: readonly Moment[];
}

export const strandAt = (at: string, address: readonly number[] = []): Strand => ({ at, address, memory: [] });

export const moved = ({ address, memory }: Strand, at: string): Strand => ({ at, address, memory });

export const pushed = ({ at, address, memory }: Strand, position: number): Strand => ({
  at,
  address: [...address, position],
  memory,
});

/** Without the last number of its address. What it remembers of deeper addresses has no bearing on what comes. */
export function popped({ at, address, memory }: Strand): Strand {
  const rest = address.slice(0, -1);
  return { at, address: rest, memory: memory.filter(({ height }) => rest.length >= height - 1) };
}

const momentOf = ({ at, address }: Strand): Moment => ({ at, last: address.at(-1), height: address.length });

/** Whether it is where it has been before, and all since then will repeat: nothing below the last number was looked at. */
export function isLooping(strand: Strand): boolean {
  const now = momentOf(strand);
  return strand.memory.some(({ at, last }) => at === now.at && last === now.last);
}

export const remembering = (strand: Strand): Strand => ({ ...strand, memory: [...strand.memory, momentOf(strand)] });

const alike = (one: Moment, other: Moment): boolean =>
  one.at === other.at && one.last === other.last && one.height === other.height;

/** Equal strands are one, which remembers what each of them did; in the order in which they came. */
export function merged(strands: readonly Strand[]): Strand[] {
  const found = new Map<string, Strand>();
  for (const strand of strands) {
    const key = `${strand.at} ${strand.address.join('.')}`;
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, strand);
      continue;
    }
    const more = strand.memory.filter((moment) => !known.memory.some((other) => alike(moment, other)));
    if (more.length > 0) found.set(key, { ...known, memory: [...known.memory, ...more] });
  }
  return [...found.values()];
}
