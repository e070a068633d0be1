import type { TracePath } from '../trace/trace-path.ts';
import type { Facts } from './facts.ts';
import { endsOf, isWhole, type Traces } from './traced-paths.ts';

/** A path that does not lead where it led, or not to all of it. */
export interface BrokenPath {
  readonly before: TracePath;
  readonly after: TracePath | null;
}

/** A way that is found from both of its ends is there once. */
export function brokenPaths(origins: readonly string[], { before, after }: Traces): BrokenPath[] {
  const found = new Map<string, BrokenPath>();
  for (const origin of origins) {
    const was = before.get(origin) ?? null;
    const is = after.get(origin) ?? null;
    if (was === null || !isBroken(was, is)) continue;
    const key = wayKey(was);
    if (!found.has(key)) found.set(key, { before: was, after: is });
  }
  return [...found.values()];
}

/** The same for a path and the one back. */
export function wayKey({ groups, stop }: TracePath): string {
  const text = (index: number): string => [...(groups.at(index)?.members ?? [])].sort().join();
  return stop === 'Endpoint' ? [text(0), text(-1)].sort().join(' ') : `${text(0)} >`;
}

/** Devices at the ends of paths. */
export function devicesAt({ plant }: Facts, paths: readonly BrokenPath[]): Set<string> {
  const found = new Set<string>();
  for (const { before } of paths)
    for (const group of [before.groups[0], before.groups.at(-1)])
      for (const member of group?.of === 'Ports' ? group.members : []) {
        const port = plant.port(member);
        if (port?.kind === 'Interface' && port.device !== null) found.add(port.device);
      }
  return found;
}

/** Whether what a path led to is not reached any more, or not all of it. */
export function isBroken(before: TracePath | null, after: TracePath | null): boolean {
  if (before === null || !isWhole(before)) return false;
  if (after === null || after.stop !== before.stop) return true;
  const left = new Set(endsOf(after));
  return endsOf(before).some((end) => !left.has(end));
}
