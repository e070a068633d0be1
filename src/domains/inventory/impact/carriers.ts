import type { ObjectKey } from '../../../catalog/walk.ts';
import type { AllLost } from './all-lost.ts';
import type { BrokenPath } from './broken-paths.ts';
import { loadPathsOver } from './paths-over.ts';
import type { Survey } from './survey.ts';
import { type Count, countVerdict, type Verdict } from './verdicts.ts';
import { keyText } from './what-can-be-lost.ts';

export interface CarriedImpact {
  readonly id: string;
  readonly verdict: Verdict;
  readonly paths: Count;
  /** It is lost itself, or an end of it is. */
  readonly isLost: boolean;
}

/** What circuits and links lose of the paths that run over them. */
export async function carriers(survey: Survey, lost: AllLost, paths: readonly BrokenPath[]) {
  const { facts } = survey;
  const { gone } = lost;
  const cables = new Set(gone.cables);
  const circuits = new Set([...gone.circuits, ...lost.circuitsAround]);
  for (const { before } of paths)
    for (const { of, members } of before.groups)
      for (const member of members) {
        if (of === 'Cables') cables.add(member);
        const circuit = of === 'CircuitEnds' ? facts.plant.circuitEnd(member)?.circuit : undefined;
        if (circuit !== undefined) circuits.add(circuit);
      }
  const ends = [
    ...lost.devices.filter(({ kind }) => kind === 'NetworkDevice'),
    ...[...lost.sites].map((id) => ({ kind: 'Site', id })),
    ...lost.clusters.map((id) => ({ kind: 'Cluster', id })),
  ];
  const about: ObjectKey[] = [...[...cables].map((id) => ({ kind: 'Cable', id })), ...ends];
  if (about.length > 0) await survey.need(facts.loadLinks, about);
  const links = new Map(about.flatMap((key) => facts.linksOf.get(keyText(key)) ?? []).map((link) => [link.id, link]));
  const isEndLost = new Set(ends.flatMap((key) => facts.linksOf.get(keyText(key)) ?? []).map(({ id }) => id));

  const carrying = [
    ...[...circuits].filter((id) => !gone.circuits.has(id)).map((id): ObjectKey => ({ kind: 'Circuit', id })),
    ...[...links.values()].flatMap(({ id, cables: own }) =>
      isEndLost.has(id) ? [] : own.map((cable): ObjectKey => ({ kind: 'Cable', id: cable })),
    ),
  ];
  const pathsOver = await loadPathsOver(survey, carrying, gone);
  const impact = (id: string, isLost: boolean, keys: readonly ObjectKey[]): CarriedImpact => {
    if (isLost) return { id, isLost, verdict: 'Isolated', paths: { before: 0, after: 0 } };
    const { all, left: whole } = pathsOver(keys);
    const count = { before: all.length, after: whole };
    if (count.before > 0) return { id, isLost, verdict: countVerdict(count), paths: count };
    const left = { before: keys.length, after: keys.filter((key) => !gone.cables.has(key.id)).length };
    return { id, isLost, verdict: countVerdict(left), paths: count };
  };
  return {
    circuits: [...circuits].map((id) => impact(id, gone.circuits.has(id), [{ kind: 'Circuit', id }])).filter(isTouched),
    links: [...links.values()]
      .map(({ id, cables: own }) =>
        impact(
          id,
          isEndLost.has(id),
          own.map((cable) => ({ kind: 'Cable', id: cable })),
        ),
      )
      .filter(isTouched),
  };
}

const isTouched = ({ verdict }: CarriedImpact): boolean => verdict !== 'Unaffected';
