import type { ObjectKey } from '../../../catalog/walk.ts';
import type { TracePath } from '../trace/trace-path.ts';
import { isBroken, wayKey } from './broken-paths.ts';
import { type Gone, nothing } from './remaining-plant.ts';
import type { Survey } from './survey.ts';
import { isWhole, leadsOver } from './traced-paths.ts';
import { keyText } from './what-can-be-lost.ts';

/** Paths that led over some cables or circuits, one that is found from both of its ends once, and how many of them are left. */
export interface PathsOver {
  readonly all: readonly TracePath[];
  readonly left: number;
}

/** Loads what leads over these cables and circuits; then tells of any of them together. */
export async function loadPathsOver(
  { facts, need, tracer }: Survey,
  carriers: readonly ObjectKey[],
  gone: Gone = nothing,
): Promise<(keys: readonly ObjectKey[]) => PathsOver> {
  if (carriers.length > 0) await need(facts.loadLosses, carriers);
  const originsOver = (key: ObjectKey): string[] =>
    (facts.losses.get(keyText(key))?.origins ?? []).map(({ port }) => port);
  const traces = await tracer.traces([...new Set(carriers.flatMap(originsOver))], gone);
  return (keys) => {
    const over: Gone = {
      ...nothing,
      cables: new Set(keys.filter(({ kind }) => kind === 'Cable').map(({ id }) => id)),
      circuits: new Set(keys.filter(({ kind }) => kind === 'Circuit').map(({ id }) => id)),
    };
    const all = new Map<string, TracePath>();
    const left = new Set<string>();
    for (const origin of new Set(keys.flatMap(originsOver))) {
      const before = traces.before.get(origin) ?? null;
      if (before === null || !isWhole(before) || !leadsOver(facts.plant, before, over)) continue;
      all.set(wayKey(before), before);
      if (!isBroken(before, traces.after.get(origin) ?? null)) left.add(wayKey(before));
    }
    return { all: [...all.values()], left: left.size };
  };
}
