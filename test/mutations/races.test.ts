import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { batch, mutate, type Payload } from './mutate.ts';

const WRITERS = 64;

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  const racks = [{ createRack: { name: 'race', site: byName('fra1'), heightU: 42 } }];
  const ports = Array.from({ length: WRITERS + 1 }, (_, index) => ({
    createPort: { name: `race-${index}`, device: { rack: byName('race') }, type: 'PATCH_PANEL', label: `${index}` },
  }));
  const devices = Array.from({ length: WRITERS }, (_, index) => ({
    createNetworkDevice: { name: `race-${index}`, cluster: byName('fra1-compute'), site: byName('fra1'), role: 'LEAF' },
  }));
  expect((await batch(app, [...racks, ...ports, ...devices])).userErrors).toEqual([]);
});
afterAll(() => app.close());

const byName = (name: string) => ({ name });

/** All writers at once; how the winners and the losers fared. */
async function race(
  write: (index: number) => Promise<Payload>,
): Promise<{ won: number; lost: Record<string, number> }> {
  const all = await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(index)));
  const lost: Record<string, number> = {};
  for (const { userErrors } of all) {
    const codes = [...new Set(userErrors.map(({ code }) => code))].join(' ');
    if (codes !== '') lost[codes] = (lost[codes] ?? 0) + 1;
  }
  return { won: all.filter(({ changed }) => changed).length, lost };
}

const attempts: Readonly<Record<string, [error: string, write: (index: number) => Promise<Payload>]>> = {
  'one port': [
    'PORT_TAKEN',
    (index) => mutate(app, 'connectPorts', { a: byName('race-64'), z: byName(`race-${index}`), media: 'COPPER' }),
  ],
  'one rack unit': [
    'UNITS_TAKEN',
    (index) =>
      mutate(app, 'placeDevice', {
        device: { networkDevice: byName(`race-${index}`) },
        rack: byName('race'),
        startUnit: 10,
        unitHeight: 1 + (index % 3),
      }),
  ],
  'one name': [
    'NAME_TAKEN',
    (index) => mutate(app, 'createRack', { name: 'race-name', site: byName('fra1'), heightU: 1 + index }),
  ],
  'one natural key': [
    'NOT_UNIQUE',
    (index) =>
      mutate(app, 'createService', {
        name: `race-${index}`,
        serviceName: 'race.example.com',
        displayName: 'Race',
        owner: { producerProject: byName('milo-compute') },
      }),
  ],
  'one revision': [
    'CONFLICT',
    async (index) => {
      const precondition = { revision: await revision };
      return mutate(app, 'updateRack', { name: 'race', changes: { cage: `c${index}` }, precondition });
    },
  ],
};
let revision: Promise<string>;

test.each(Object.entries(attempts))('of 64 requests for %s exactly one succeeds', async (_what, [error, write]) => {
  revision = app.execute('{ rack(name: "race") { revision } }').then(({ data }) => data.rack.revision as string);
  expect(await race(write)).toEqual({ won: 1, lost: { [error]: WRITERS - 1 } });
});
