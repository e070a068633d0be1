import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, Walk } from '../../../catalog/walk.ts';
import { impactsOf } from './impact-of.ts';
import { loadNamed } from './named.ts';
import { overlapOf, presentOverlap } from './overlap.ts';
import { presentImpacts } from './present-impact.ts';
import { keyText, lostTables } from './what-can-be-lost.ts';

async function impacts(ask: AskValue, see: See, losses: readonly (readonly ObjectKey[])[], first: number) {
  const found = await impactsOf(ask, see, losses, first);
  return presentImpacts(ask, see, found, first);
}

/** Of objects of a kind: what breaks when each of them is lost. */
export const impactOfEach = (kind: string): Walk => ({
  walk: async (ids, { most }, see, ask) => {
    const values = await impacts(
      ask,
      see,
      ids.map((id) => [{ kind, id }]),
      Number(most),
    );
    return new Map(ids.map((id, index) => [id, values[index]]));
  },
});

/** Of all that the arguments name, lost together. */
export const impactOfAll: Walk = {
  walk: async (keys, { of, most }, see, ask) => {
    const { lost, unknown } = await namedLosses(ask, see, of);
    const [value] = await impacts(ask, see, [lost], Number(most));
    return new Map(keys.map((key) => [key, { ...value, unknown }]));
  },
};

/** Of two losses: what is down when both are lost, and with neither of them alone. */
export const overlapOfBoth: Walk = {
  walk: async (keys, { of, with: other, most }, see, ask) => {
    const both = [await namedLosses(ask, see, of), await namedLosses(ask, see, other)] as const;
    const first = Number(most);
    const overlap = await overlapOf(ask, see, [both[0].lost, both[1].lost], first);
    const value = await presentOverlap(ask, see, overlap, first);
    const unknown = [...new Set(both.flatMap((one) => one.unknown))];
    return new Map(keys.map((key) => [key, { ...value, unknown }]));
  },
};

async function namedLosses(ask: AskValue, see: See, texts: unknown) {
  const found = await loadNamed(ask, see, lostTables, texts as readonly string[]);
  const lost = [...new Map(found.flatMap(({ key }) => (key === null ? [] : [[keyText(key), key]]))).values()];
  return { lost, unknown: found.flatMap(({ key, text }) => (key === null ? [text] : [])) };
}
