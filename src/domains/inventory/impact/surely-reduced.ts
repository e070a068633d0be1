import { isBroken } from './broken-paths.ts';
import type { Origin } from './load-loss.ts';
import type { Gone } from './remaining-plant.ts';
import type { Survey } from './survey.ts';
import { isStraight, type Traces } from './traced-paths.ts';

interface Question {
  readonly gone: Gone;
  /** Ports from which traces may have led over what is gone, and their traces. */
  readonly origins: readonly Origin[];
  readonly traces: Traces;
}

/**
 * Of devices whose connections are broken, those of which it is clear without a look around that they have fewer ways, and more
 * than one: they have lost connections that led straight out of their facility and nothing else, and two of that sort are left,
 * on cables of their own, or they are at the edge whatever they are connected with. Where a broken trace was not straight, a new
 * way may appear, and nothing is clear.
 */
export async function surelyReduced(
  { facts, need }: Survey,
  { gone, origins, traces }: Question,
): Promise<Set<string>> {
  const { plant } = facts;
  const broken: { readonly device: string; readonly far: string | null }[] = [];
  for (const { port, device } of origins) {
    const before = traces.before.get(port) ?? null;
    const after = traces.after.get(port) ?? null;
    if (before === null || after === before) continue;
    if (!isStraight(before)) return new Set();
    if (!isBroken(before, after)) continue;
    const [end] = before.stop === 'Endpoint' ? (before.groups.at(-1)?.members ?? []) : [];
    const far = end === undefined ? undefined : plant.port(end);
    broken.push({ device, far: far?.kind === 'Interface' ? far.device : null });
  }
  const ends = new Set(broken.flatMap(({ device, far }) => (far === null ? [device] : [device, far])));
  if (ends.size === 0) return ends;
  await need(
    facts.loadVertices,
    [...ends].map((id) => ({ id, isFar: gone.devices.has(id) })),
  );
  const siteOf = (device: string): string | undefined => facts.devices.get(device)?.site;
  const candidates = new Set(broken.map(({ device }) => device));
  for (const { device, far } of broken) {
    if (far !== null && siteOf(far) !== siteOf(device)) continue;
    candidates.delete(device);
    if (far !== null) candidates.delete(far);
  }
  const open = [...candidates].filter((device) => !facts.isAtEdge(device, gone));
  if (open.length > 0)
    await need(
      facts.loadSurvivors,
      open.map((device) => ({ device, gone })),
    );
  for (const device of open) if (!facts.survives(device, gone)) candidates.delete(device);
  return candidates;
}
