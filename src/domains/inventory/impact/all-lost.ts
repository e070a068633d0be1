import type { ObjectKey } from '../../../catalog/walk.ts';
import type { Loss } from './load-loss.ts';
import type { Gone } from './remaining-plant.ts';
import type { Survey } from './survey.ts';
import { keyText } from './what-can-be-lost.ts';

export interface AllLost {
  readonly gone: Gone;
  readonly sites: ReadonlySet<string>;
  readonly clusters: readonly string[];
  readonly devices: readonly ObjectKey[];
  readonly sitesAround: readonly string[];
  readonly circuitsAround: readonly string[];
  readonly origins: Loss['origins'];
}

/** What goes along with all of these together; `reaches`: and from where traces may have led there. */
export async function lossOf({ facts, need }: Survey, lost: readonly ObjectKey[], reaches = true): Promise<AllLost> {
  const [load, known] = reaches ? [facts.loadLosses, facts.losses] : [facts.loadLost, facts.lost];
  await need(load, lost);
  const losses = lost.flatMap((key) => known.get(keyText(key)) ?? []);
  const of = <T>(part: (loss: Loss) => readonly T[]): T[] => losses.flatMap((loss) => [...part(loss)]);
  const devices = [...new Map(of((loss) => loss.devices).map((key) => [key.id, key])).values()];
  const gone: Gone = {
    devices: new Set(devices.map(({ id }) => id)),
    ports: new Set(of(({ ports }) => ports)),
    cables: new Set(of(({ cables }) => cables)),
    circuits: new Set(of(({ circuits }) => circuits)),
  };
  return {
    gone,
    devices,
    sites: new Set(of(({ sites }) => sites)),
    clusters: of(({ clusters }) => clusters),
    sitesAround: [...new Set(of((loss) => loss.sitesAround))],
    circuitsAround: of((loss) => loss.circuitsAround),
    origins: of(({ origins }) => origins).filter(({ device }) => !gone.devices.has(device)),
  };
}
