import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';
import { batch } from './mutate.ts';
import { random } from './random.ts';

/*
 * Random batches on a small plant, each first tried and then done: the trial foretells what becomes of it, a refused
 * one leaves no trace, and whatever was done, what is derived agrees with what it is derived from.
 * Another seed, more batches: SEED=7 BATCHES=1000 npx vitest run test/mutations/random-batches
 */
const SEED = Number(process.env.SEED ?? 1);
const BATCHES = Number(process.env.BATCHES ?? 200);

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
  const numbered = (count: number, make: (index: number) => object) => Array.from({ length: count }, (_, i) => make(i));
  const start = await batch(app, [
    ...numbered(2, (i) => ({ createRack: { name: `x-rack${i}`, site: byName('fra1'), heightU: 6 } })),
    ...numbered(3, (i) => ({
      createNetworkDevice: {
        name: `x-device${i}`,
        cluster: byName('fra1-compute'),
        site: byName('fra1'),
        role: 'LEAF',
      },
    })),
    ...numbered(8, (i) => ({
      createPort: {
        name: `x-port${i}`,
        device: { networkDevice: byName(`x-device${i % 3}`) },
        type: 'ETHERNET',
        label: `P${i}`,
      },
    })),
    ...numbered(2, (i) => ({ createFolder: { name: `x-folder${i}`, organization: byName('milo'), displayName: 'x' } })),
    ...numbered(2, (i) => ({ createProject: { name: `x-project${i}`, organization: byName('milo') } })),
  ]);
  expect(start.userErrors).toEqual([]);
});
afterAll(() => app.close());

const { next, pick, upTo } = random(SEED);
const byName = (name: string) => ({ name });
const some = (prefix: string, count: number): string => `${prefix}${upTo(count)}`;
const [rack, device, port, cable] = [
  () => some('x-rack', 2),
  () => some('x-device', 4),
  () => some('x-port', 10),
  () => some('x-cable', 5),
];
const [folder, project] = [() => some('x-folder', 4), () => some('x-project', 3)];
const anyDevice = () => ({ networkDevice: byName(device()) });
const maybe = <T>(value: T): T | undefined => (next() < 0.5 ? value : undefined);
const placement = () => ({ rack: byName(rack()), startUnit: 1 + upTo(6), unitHeight: 1 + upTo(2) });

const operations: readonly (() => object)[] = [
  () => ({ createRack: { name: rack(), site: byName('fra1'), heightU: 4 + upTo(3) } }),
  () => ({ updateRack: { name: rack(), changes: { heightU: 3 + upTo(4) } } }),
  () => ({ deleteRack: { name: rack(), cascade: next() < 0.5 } }),
  () => ({
    createNetworkDevice: {
      name: device(),
      cluster: byName('fra1-compute'),
      site: byName('fra1'),
      role: 'LEAF',
      placement: maybe(placement()),
    },
  }),
  () => ({ updateNetworkDevice: { name: device(), changes: { placement: pick([placement(), null]) } } }),
  () => ({ deleteNetworkDevice: { name: device(), cascade: next() < 0.7, allowMissing: next() < 0.5 } }),
  () => ({ placeDevice: { device: anyDevice(), rack: byName(rack()), startUnit: 1 + upTo(6), unitHeight: 1 } }),
  () => ({ unplaceDevice: { device: anyDevice() } }),
  () => ({ createPort: { name: port(), device: anyDevice(), type: 'ETHERNET', label: some('E', 4) } }),
  () => ({ createPort: { name: port(), device: { rack: byName(rack()) }, type: 'ETHERNET', label: some('E', 4) } }),
  () => ({ updatePort: { name: port(), changes: { label: some('E', 4) } } }),
  () => ({ deletePort: { name: port(), cascade: next() < 0.5 } }),
  () => ({ createCable: { name: cable(), endpoints: [byName(port()), byName(port())], media: 'COPPER' } }),
  () => ({ updateCable: { name: cable(), changes: { endpoints: [byName(port()), byName(port())] } } }),
  () => ({ deleteCable: { name: cable() } }),
  () => ({ connectPorts: { a: byName(port()), z: byName(port()), media: 'COPPER', name: maybe(cable()) } }),
  () => ({ disconnectPorts: { a: byName(port()) } }),
  () => ({
    createFolder: { name: folder(), organization: byName('milo'), displayName: 'x', parent: maybe(byName(folder())) },
  }),
  () => ({ moveFolder: { folder: byName(folder()), parent: maybe(byName(folder())) } }),
  () => ({ deleteFolder: { name: folder() } }),
  () => ({ createProject: { name: project(), organization: { name: 'milo' } } }),
  () => ({ moveProject: { project: byName(project()), folder: maybe(byName(folder())) } }),
  () => ({ deleteProject: { name: project(), cascade: next() < 0.7 } }),
  () => ({ suspendProject: { project: byName(project()), reason: 'ABUSE', reinstateAuthority: 'OPERATOR' } }),
];

/** What is derived, and from what: each statement gives rows only where the two disagree. */
const agreements: Readonly<Record<string, string>> = {
  'units taken': `
    (select rack_id, face, units, width, coalesce(node_id, network_device_id, equipment_id) from rack_unit_claim
     except select rack_id, face, units, width, id from placed_device)
    union all
    (select rack_id, face, units, width, id from placed_device
     except select rack_id, face, units, width, coalesce(node_id, network_device_id, equipment_id) from rack_unit_claim)`,
  'ports cabled': `
    (select port_id from cabled_port where cable_id is not null except select port_id from cable_termination)
    union all (select port_id from cable_termination except select port_id from cabled_port)`,
  'scopes of ports': `
    select p.name from port p left join node n on n.id = p.device_node_id left join network_device d on d.id = p.device_network_device_id
    left join equipment q on q.id = p.device_equipment_id where p.scope_id <> coalesce(n.scope_id, d.scope_id, q.scope_id, p.device_rack_id)`,
  'scopes of devices': `select name from network_device where scope_id <> coalesce(placement_rack_id, site_id)`,
  'scopes of projects': `
    select p.name from project p join scope s on s.id = p.id left join project_placement l on l.project_id = p.id
    where s.parent_id <> coalesce(l.folder_id, p.owner_id)`,
  // A scope lies below its parent, and below the scope of all of its kind; public ones below that of everybody.
  'the closure of scopes': `
    with recursive edge (child, parent) as (
      select id, parent_id from scope where parent_id is not null
      union all select s.id, k.id from scope s join scope k on k.id = kind_scope_id(s.kind)
      union all select id, '00000000-0000-7000-8000-000000000002' from scope where is_public
    ), up (descendant_id, ancestor_id) as (
      select id, id from scope union select u.descendant_id, e.parent from up u join edge e on e.child = u.ancestor_id
    ), stored as (select descendant_id, ancestor_id from scope_closure)
    (select * from up except select * from stored) union all (select * from stored except select * from up)`,
  'owners of what is gone': `select object_id from field_owner f where not exists (select from change c where c.object_id = f.object_id)`,
};

const told = ({ results, userErrors }: Awaited<ReturnType<typeof batch>>) => ({
  results: results.map(({ operation, kind, name, outcome }) => `${operation} ${kind}/${name} ${outcome}`),
  userErrors: userErrors.map(({ code, message, inputPath }) => `${code} ${inputPath?.join('.')} ${message}`),
});
const position = async (): Promise<string> => {
  const { rows } = await app.database.pool.query<{ position: string }>('select position::text from change_head');
  return rows[0]?.position ?? '';
};

test(`${BATCHES} random batches: a trial tells the truth, and what is derived always agrees (seed ${SEED})`, async () => {
  const counts = { applied: 0, refused: 0 };
  for (let index = 0; index < BATCHES; index++) {
    const asked = Array.from({ length: 1 + upTo(index % 4 === 0 ? 5 : 2) }, () => pick(operations)());
    const before = await position();
    const trial = await batch(app, asked, { validateOnly: true });
    expect(await position()).toBe(before);
    const done = await batch(app, asked);
    expect(told(done), JSON.stringify(asked)).toEqual(told(trial));
    counts[done.applied ? 'applied' : 'refused'] += 1;
    if (!done.applied) expect(await position()).toBe(before);
    for (const [what, statement] of Object.entries(agreements)) {
      const { rows } = await app.database.pool.query(statement);
      expect(rows, `${what} after ${JSON.stringify(asked)}`).toEqual([]);
    }
  }
  expect(counts.applied).toBeGreaterThan(BATCHES / 8);
  expect(counts.refused).toBeGreaterThan(BATCHES / 8);
}, 600_000);
