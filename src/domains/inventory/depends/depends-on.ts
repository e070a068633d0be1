import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey } from '../../../catalog/walk.ts';
import { Explorer } from '../impact/explore.ts';
import { loadSitesOf, withSitesOfRegions } from '../impact/load-loss.ts';
import { Survey } from '../impact/survey.ts';
import { keyText } from '../impact/what-can-be-lost.ts';
import { loadAround } from './around.ts';
import { type Footing, idOf, loadFootings } from './footings.ts';
import { allParts, loadParts } from './parts.ts';
import { cutOffBy } from './single-points.ts';
import { deviceKinds } from './what-stands.ts';

/** What something stands on. */
export interface Dependencies {
  /** Feeds are ports. */
  readonly objects: readonly ObjectKey[];
  /** Those of them whose loss alone cuts it off. */
  readonly singlePoints: readonly ObjectKey[];
  /** There is more than was looked at. */
  readonly isCapped: boolean;
}

/** Of several subjects, each by itself: what they stand on. They take as many statements as the one that takes most. */
export async function dependenciesOf(ask: AskValue, see: See, subjects: readonly ObjectKey[]): Promise<Dependencies[]> {
  const parts = await loadParts(ask, subjects);
  const own = new Map(subjects.map((subject) => [keyText(subject), allParts(parts, subject)]));
  const survey = new Survey(ask);
  const explorer = new Explorer(survey);
  const leaves = [...new Map([...own.values()].flatMap((keys) => [...keys])).values()].filter(isOfPlant);
  const [footings = new Map<string, Footing>()] = await survey.run([() => loadFootings(survey, explorer, leaves)]);
  const ground = await loadGround(ask, survey, footings);

  const byCandidate = new Map<string, { readonly lost: ObjectKey; readonly subjects: string[] }>();
  const first = (key: ObjectKey): ObjectKey[] => {
    if (isOfPlant(key)) return ground(key).first;
    const sorts = [...(parts.of.get(keyText(key))?.values() ?? [])];
    return [
      ...(key.kind === 'Cluster' ? [key] : []),
      ...sorts.flatMap(([part]) => (part === undefined ? [] : first(part))),
    ];
  };
  for (const subject of parts.isCapped ? [] : subjects)
    for (const lost of first(subject)) {
      if (keyText(lost) === keyText(subject)) continue;
      const known = byCandidate.get(keyText(lost)) ?? { lost, subjects: [] };
      byCandidate.set(keyText(lost), known);
      known.subjects.push(keyText(subject));
    }
  const wasOut = (device: string): boolean => explorer.network.leadsOut(device, 'before');
  const question = { survey, parts, wasOut };
  const candidates = [...byCandidate.values()];
  const sites = await loadSitesOf(
    ask,
    see,
    candidates.map(({ lost }) => lost),
  );
  const cuts = await survey.run(
    candidates.map(({ lost, subjects: names }) => async () => {
      const of = new Map([...new Set(names)].map((name) => [name, own.get(name) ?? new Map<string, ObjectKey>()]));
      return await cutOffBy(question, lost, withSitesOfRegions([lost], sites), of);
    }),
  );
  return subjects.map((subject) => {
    const keys = [...(own.get(keyText(subject))?.values() ?? [])];
    const singlePoints = candidates.filter((_, index) => cuts[index]?.has(keyText(subject))).map(({ lost }) => lost);
    const objects = new Map(
      [...keys, ...keys.flatMap((key) => (isOfPlant(key) ? ground(key).all : [])), ...singlePoints].map((key) => [
        keyText(key),
        key,
      ]),
    );
    objects.delete(keyText(subject));
    return { objects: [...objects.values()], singlePoints, isCapped: parts.isCapped || explorer.isCapped };
  });
}

const isOfPlant = ({ kind }: ObjectKey): boolean => kind === 'Site' || kind === 'Circuit' || deviceKinds.has(kind);

interface Ground {
  readonly all: ObjectKey[];
  readonly first: ObjectKey[];
}

/** What things of the plant stand on, as objects, with what these are in. */
async function loadGround(
  ask: AskValue,
  survey: Survey,
  footings: ReadonlyMap<string, Footing>,
): Promise<(key: ObjectKey) => Ground> {
  const elements = new Set([...footings.values()].flatMap(({ all, first }) => [...all, ...first]));
  const ids = (kind: string): string[] => [...elements].filter((one) => one.startsWith(`${kind}/`)).map(idOf);
  const devices = ids('Device');
  if (devices.length > 0) await survey.run([() => survey.need(survey.facts.loadDevices, devices)]);
  const sites = ids('Site');
  const around = await loadAround(ask, { devices, circuits: ids('Circuit'), ports: ids('Port'), sites });
  const keysOf = (element: string): ObjectKey[] => {
    const [kind = ''] = element.split('/');
    const id = idOf(element);
    const own = ((): ObjectKey[] => {
      if (kind === 'Port') return [];
      if (kind === 'Feed') return [{ kind: 'Port', id }];
      const deviceKind = survey.facts.devices.get(id)?.kind;
      return kind !== 'Device' ? [{ kind, id }] : deviceKind === undefined ? [] : [{ kind: deviceKind, id }];
    })();
    return [...own, ...(around.get(id) ?? [])];
  };
  const distinct = (all: ReadonlySet<string>): ObjectKey[] => [
    ...new Map([...all].flatMap(keysOf).map((key) => [keyText(key), key])).values(),
  ];
  return (key) => {
    const footing = footings.get(deviceKinds.has(key.kind) ? `Device/${key.id}` : keyText(key));
    return { all: distinct(footing?.all ?? new Set()), first: distinct(footing?.first ?? new Set()) };
  };
}
