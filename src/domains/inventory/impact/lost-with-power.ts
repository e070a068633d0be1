import type { ObjectKey } from '../../../catalog/walk.ts';
import { type AllLost, lossOf } from './all-lost.ts';
import { type Powered, powerLost } from './power.ts';
import type { Survey } from './survey.ts';

export interface LostWithPower {
  readonly all: AllLost;
  readonly powered: ReadonlyMap<string, Powered>;
}

/** What goes along with all of these together, also because it has no power left. */
export async function lostWithPower(survey: Survey, lost: readonly ObjectKey[]): Promise<LostWithPower> {
  const all = await lossOf(survey, lost);
  const powered = await lostPower(survey, all);
  const dead = [...powered].filter(([, { before, after }]) => before > 0 && after === 0).map(([device]) => device);
  const deadKeys = dead.flatMap((id): ObjectKey[] => {
    const kind = survey.facts.devices.get(id)?.kind;
    return kind === undefined || kind === 'Rack' ? [] : [{ kind, id }];
  });
  return { all: deadKeys.length === 0 ? all : await lossOf(survey, [...lost, ...deadKeys]), powered };
}

async function lostPower({ facts, need }: Survey, { gone, origins }: AllLost) {
  const touched = origins.filter(({ isPower }) => isPower).map(({ device }) => device);
  if (touched.length === 0) return new Map<string, Powered>();
  const powered = await powerLost(touched, gone, async (devices) => {
    await need(facts.loadPower, devices);
    return new Map(devices.map((device) => [device, facts.power.get(device) ?? []]));
  });
  if (powered.size > 0) await need(facts.loadDevices, [...powered.keys()]);
  return powered;
}
