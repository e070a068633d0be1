import type { LabelsOf, NameOf } from './instruments.ts';
import type { Metrics } from './metrics.ts';
import type { Slot } from './series.ts';

/** Counters whose one label is what came of something. */
type ByResult = {
  [Name in NameOf<'counter'>]: keyof LabelsOf<Name> extends 'result' ? Name : never;
}[NameOf<'counter'>];

/** Counts what came of something; the number of each result is looked for once. */
export function createResultCounter<Result extends string>(
  { slot }: Metrics,
  name: ByResult,
): (result: Result) => void {
  const slots = new Map<Result, Slot>();
  return (result) => {
    const known = slots.get(result) ?? slot(name, { result });
    slots.set(result, known);
    known.add(1);
  };
}
