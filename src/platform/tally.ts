import { carried, carrying, type Tally } from './carried.ts';

export const createTally = (whole?: Tally): Tally => ({
  statements: [],
  rows: 0,
  openfgaCalls: 0,
  recordedReads: 0,
  whole,
});

/** Notes something in the tally of the work under way, and in those of all it is a part of. */
export function note(what: (tally: Tally) => void): void {
  for (let { tally } = carried(); tally !== undefined; tally = tally.whole) what(tally);
}

/** Notes what was taken elsewhere, for the work under way as well. */
export const addToTally = ({ statements, rows, openfgaCalls, recordedReads }: Tally): void =>
  note((tally) => {
    tally.statements.push(...statements);
    tally.rows += rows;
    tally.openfgaCalls += openfgaCalls;
    tally.recordedReads += recordedReads;
  });

/** Runs `work` and counts what it takes, on whatever connection. */
export async function tallied<T>(work: () => Promise<T>): Promise<{ readonly result: T } & Readonly<Tally>> {
  const tally = createTally(carried().tally);
  const result = await carrying({ tally }, work);
  return { result, ...tally };
}
