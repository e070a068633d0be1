import type { ObjectKey } from '../../../catalog/walk.ts';
import { type AllLost, lossOf } from '../impact/all-lost.ts';
import { Explorer } from '../impact/explore.ts';
import { lostWithPower } from '../impact/lost-with-power.ts';
import { loadPathsOver } from '../impact/paths-over.ts';
import type { Gone } from '../impact/remaining-plant.ts';
import type { Survey } from '../impact/survey.ts';
import { MOST_WAYS, type WayOut } from '../impact/ways-out.ts';
import { keyText } from '../impact/what-can-be-lost.ts';
import type { Parts } from './parts.ts';
import { deviceKinds } from './what-stands.ts';

interface Question {
  readonly survey: Survey;
  readonly parts: Parts;
  /** Of devices: whether they were connected with the edge of their facility. */
  readonly wasOut: (device: string) => boolean;
}

/** No power leads from one facility into another: what of them is lost along needs no search through the plant. */
const wholePlaces: ReadonlySet<string> = new Set(['Region', 'Site', 'Provider', 'ProviderNetwork']);

/** Of these subjects, with all that they stand on: those of which nothing is left when one object is lost, and `along` in its place. */
export async function cutOffBy(
  { survey, parts, wasOut }: Question,
  lost: ObjectKey,
  along: readonly ObjectKey[],
  subjects: ReadonlyMap<string, ReadonlyMap<string, ObjectKey>>,
): Promise<Set<string>> {
  const all = wholePlaces.has(lost.kind)
    ? await lossOf(survey, along, false)
    : (await lostWithPower(survey, along)).all;
  const { facts } = survey;
  const keys = [...new Map([...subjects.values()].flatMap((own) => [...own])).values()];
  const ids = (isWanted: (kind: string) => boolean): string[] =>
    keys.filter(({ kind }) => isWanted(kind)).map(({ id }) => id);
  const devices = ids((kind) => deviceKinds.has(kind)).filter((device) => !all.gone.devices.has(device));
  const sites = new Set(ids((kind) => kind === 'Site'));
  for (const device of devices) sites.add(facts.devices.get(device)?.site ?? '');

  const circuitsOut = await outOfUse(
    survey,
    all,
    ids((kind) => kind === 'Circuit'),
  );
  const sitesOut = await withoutWayOut(survey, all, [...sites]);
  const open = devices.filter((device) => !sitesOut.has(facts.devices.get(device)?.site ?? ''));
  const explorer = new Explorer(survey, all.gone, sitesOut);
  const asked = open.filter(wasOut);
  const found = asked.length === 0 ? new Set<string>() : await explorer.leadingOut(asked);
  const leading = explorer.isCapped ? new Set(asked) : found;
  const left = new Set(open.filter((device) => leading.has(device) || !wasOut(device)));

  const known = new Map<string, boolean>();
  const isCutOff = (key: ObjectKey): boolean => {
    const name = keyText(key);
    const cut = known.get(name) ?? (name === keyText(lost) || isOut(key, name));
    known.set(name, cut);
    return cut;
  };
  const isOut = (key: ObjectKey, name: string): boolean => {
    if (key.kind === 'Site') return sitesOut.has(key.id);
    if (key.kind === 'Circuit') return circuitsOut.has(key.id);
    if (deviceKinds.has(key.kind)) return !left.has(key.id);
    return [...(parts.of.get(name)?.values() ?? [])].some((sort) => sort.every(isCutOff));
  };
  return new Set([...subjects].flatMap(([name, own]) => (isCutOff(own.get(name) ?? lost) ? [name] : [])));
}

/** Those of these circuits that are lost, or over which no path leads any more. */
async function outOfUse(survey: Survey, all: AllLost, circuits: readonly string[]): Promise<Set<string>> {
  const keys = circuits.filter((id) => !all.gone.circuits.has(id)).map((id) => ({ kind: 'Circuit', id }));
  const pathsOver = await loadPathsOver(survey, keys, all.gone);
  const broken = keys.filter((key) => {
    const { all: before, left } = pathsOver([key]);
    return before.length > 0 && left === 0;
  });
  return new Set([...circuits.filter((id) => all.gone.circuits.has(id)), ...broken.map(({ id }) => id)]);
}

/** So many circuits of a facility are looked at before all of them are: mostly one of them is left. */
const FEW = 8;

const isWayLost = ({ kind, id, ports }: WayOut, gone: Gone): boolean =>
  kind === 'Circuit'
    ? gone.circuits.has(id)
    : gone.cables.has(id) || ports.some(({ port, device }) => gone.ports.has(port) || gone.devices.has(device));

/** Those of these facilities that are lost, or had ways out and have none left. */
async function withoutWayOut(survey: Survey, all: AllLost, sites: readonly string[]): Promise<Set<string>> {
  const { facts, need } = survey;
  const { gone } = all;
  const waysAt = (site: string): readonly WayOut[] => facts.waysOut(site).ways;
  const isLeft = (way: WayOut): boolean => way.kind === 'Cable' && !isWayLost(way, gone);
  const out = new Set(sites.filter((site) => all.sites.has(site)));
  let inDoubt = sites.filter((site) => !out.has(site) && waysAt(site).length > 0 && !waysAt(site).some(isLeft));
  // Of many ways only some have been looked at.
  const asked = inDoubt.filter((site) => waysAt(site).length >= MOST_WAYS).map((site) => ({ site, gone }));
  if (asked.length > 0) {
    await need(facts.loadWaysLeft, asked);
    inDoubt = inDoubt.filter(
      (site) => !facts.waysOut(site, gone).ways.some((way) => way.kind === 'Cable' && !way.isLost),
    );
  }
  for (const most of [FEW, Number.POSITIVE_INFINITY]) {
    const circuitsAt = (site: string): string[] => {
      const circuits = waysAt(site).filter(({ kind, id }) => kind === 'Circuit' && !gone.circuits.has(id));
      return circuits.slice(0, most).map(({ id }) => id);
    };
    const lost = await outOfUse(survey, all, [...new Set(inDoubt.flatMap(circuitsAt))]);
    inDoubt = inDoubt.filter((site) => circuitsAt(site).every((circuit) => lost.has(circuit)));
  }
  return new Set([...out, ...inDoubt]);
}
