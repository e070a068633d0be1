import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import { authorizationModel } from '../../src/catalog/access/model.ts';
import { allPermissions } from '../../src/catalog/access/permissions.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { connectOpenFga, type Tuple } from '../../src/platform/openfga/client.ts';
import { noMetrics } from '../../src/platform/telemetry/metrics.ts';
import { startApp } from '../kit/app.ts';

/*
 *   platform ─┬─ acme ─┬─ emea ── emea_lab ── p1 ─┬─ dns (public)      platform ─┬─ eu ── fra1 ─┬─ fra1_r1
 *             │        └─ p2                      └─ vault                       │              └─ fra1_r2
 *             └─ globex ── p9                                                    └─ us ── dfw1 ─── dfw1_r1 ── port_77
 */
const relations = `rm_organizations_get rm_projects_get rm_projects_create svc_services_get svc_services_update
  svc_meterdefinitions_get inv_racks_get inv_racks_update inv_ports_get inv_virtualmachines_get`.split(/\s+/);

const roles = {
  inventory_admin: 'inv_racks_get inv_racks_update inv_ports_get inv_virtualmachines_get',
  inventory_viewer: 'inv_racks_get inv_ports_get',
  project_admin:
    'rm_projects_get svc_services_get svc_services_update svc_meterdefinitions_get inv_virtualmachines_get',
  project_viewer: 'rm_projects_get svc_services_get',
  org_admin: 'rm_organizations_get rm_projects_get rm_projects_create svc_services_get',
  catalog_public: 'svc_services_get svc_meterdefinitions_get',
};

const PROJECTS = 'kind/resourcemanager.miloapis.com/Project';
const VMS = 'kind/inventory.miloapis.com/VirtualMachine';

const parents: readonly (readonly [string, string])[] = [
  ['organization/acme', 'platform/root'],
  ['organization/globex', 'platform/root'],
  ['folder/emea', 'organization/acme'],
  ['folder/emea_lab', 'folder/emea'],
  ['project/p1', 'folder/emea_lab'],
  ['project/p2', 'organization/acme'],
  ['project/p9', 'organization/globex'],
  ['service/dns', 'project/p1'],
  ['service/vault', 'project/p1'],
  ['service/dns', 'audience/public'],
  ['project/p1', PROJECTS],
  ['project/p2', PROJECTS],
  ['project/p9', PROJECTS],
  ['region/eu', 'platform/root'],
  ['region/us', 'platform/root'],
  ['site/fra1', 'region/eu'],
  ['site/dfw1', 'region/us'],
  ['rack/fra1_r1', 'site/fra1'],
  ['rack/fra1_r2', 'site/fra1'],
  ['rack/dfw1_r1', 'site/dfw1'],
  ['resource/port_77', 'rack/dfw1_r1'],
];

const grants: readonly (readonly [grant: string, scope: string, role: keyof typeof roles, assignee: string])[] = [
  ['g_public', 'audience/public', 'catalog_public', 'group:system_authenticated#member'],
  ['g_staff', 'platform/root', 'inventory_admin', 'group:noc#member'],
  ['g_acme_admin', 'organization/acme', 'org_admin', 'principal:olga'],
  ['g_emea_viewer', 'folder/emea', 'project_viewer', 'group:emea_devs#member'],
  ['g_p1_admin', 'project/p1', 'project_admin', 'principal:sa_ci'],
  ['g_p2_viewer', 'project/p2', 'project_viewer', 'principal:sa_ci'],
  ['g_allprojects', PROJECTS, 'project_viewer', 'principal:auditor'],
  ['g_fra1_viewer', 'site/fra1', 'inventory_viewer', 'principal:tech'],
  ['g_port77', 'resource/port_77', 'inventory_viewer', 'principal:tech'],
  ['g_allvms', VMS, 'inventory_admin', 'principal:vmops'],
];

const tuple = (object: string, relation: string, user: string): Tuple => ({ object, relation, user });
const world: readonly Tuple[] = [
  tuple('group:system_authenticated', 'member', 'principal:*'),
  tuple('group:noc', 'member', 'group:noc_emea#member'),
  tuple('group:noc_emea', 'member', 'principal:nora'),
  tuple('group:emea_devs', 'member', 'principal:dave'),
  ...Object.entries(roles).flatMap(([role, held]) =>
    held.split(' ').map((p) => tuple(`role:${role}`, p, 'principal:*')),
  ),
  ...parents.map(([scope, parent]) => tuple(`scope:${scope}`, 'parent', `scope:${parent}`)),
  ...grants.flatMap(([grant, scope, role, assignee]) => [
    tuple(`scope:${scope}`, 'grant', `grant:${grant}`),
    tuple(`grant:${grant}`, 'role', `role:${role}`),
    tuple(`grant:${grant}`, 'assignee', assignee),
  ]),
];

const must: readonly (readonly [who: string, holds: string, holdsNot: string])[] = [
  [
    'olga',
    'rm_organizations_get organization/acme · rm_projects_get project/p1 · rm_projects_create folder/emea_lab · svc_services_get service/vault',
    'svc_services_update service/vault · rm_projects_get project/p9 · rm_projects_get platform/root',
  ],
  [
    'dave',
    'rm_projects_get project/p1 · svc_services_get service/vault',
    'svc_services_update service/dns · rm_projects_get project/p2 · rm_organizations_get organization/acme',
  ],
  [
    'sa_ci',
    'svc_services_update service/dns · svc_services_get project/p2 · inv_virtualmachines_get project/p1',
    'svc_services_update project/p2 · inv_racks_get rack/fra1_r1',
  ],
  ['nora', 'inv_racks_update rack/dfw1_r1 · inv_ports_get rack/fra1_r1', 'rm_projects_get project/p1'],
  [
    'tech',
    'inv_racks_get rack/fra1_r1 · inv_ports_get rack/fra1_r2 · inv_ports_get resource/port_77',
    'inv_racks_update rack/fra1_r1 · inv_racks_get rack/dfw1_r1 · inv_ports_get rack/dfw1_r1 · inv_racks_get region/eu',
  ],
  [
    'auditor',
    'rm_projects_get project/p9 · svc_services_get service/vault',
    'rm_organizations_get organization/acme · inv_racks_get rack/fra1_r1',
  ],
  [
    'stranger',
    'svc_services_get service/dns · svc_meterdefinitions_get service/dns',
    'svc_services_update service/dns · svc_services_get service/vault · rm_projects_get project/p1',
  ],
  [
    'vmops',
    `inv_virtualmachines_get ${VMS}`,
    'inv_racks_get rack/fra1_r1 · inv_racks_get kind/inventory.miloapis.com/Rack',
  ],
];

const server = connectOpenFga({ apiUrl: inject('openfgaUrl'), token: inject('openfgaToken') });

test('the assertions and lists of iam.md 4.8 hold on the real server, before and after p1 has moved', async () => {
  const storeId = await server.createStore(`model ${randomUUID()}`);
  try {
    const store = server.store(storeId, await server.writeModel(storeId, authorizationModel(relations)));
    for (let at = 0; at < world.length; at += 100) {
      await store.write({ writes: world.slice(at, at + 100), deletes: [] });
      // Once more changes nothing, and neither does taking away what is not there.
      await store.write({
        writes: world.slice(at, at + 100),
        deletes: [tuple('group:none', 'member', 'principal:none')],
      });
    }
    const asked = must.flatMap(([who, holds, holdsNot]) =>
      [holds, holdsNot].flatMap((list, index) =>
        list.split(' · ').map((one) => {
          const [relation = '', scope = ''] = one.split(' ');
          return { tuple: tuple(`scope:${scope}`, relation, `principal:${who}`), expected: index === 0 };
        }),
      ),
    );
    expect(asked).toHaveLength(39);
    const answers = await store.check(asked.map((one) => one.tuple));
    expect(answers.map((answer, index) => [asked[index]?.tuple, answer])).toEqual(
      asked.map((one) => [one.tuple, one.expected]),
    );

    const lists = await Promise.all(
      ['olga', 'dave', 'sa_ci', 'nora', 'tech', 'auditor', 'vmops', 'stranger'].map(async (who) => [
        who,
        (await store.listObjects(`principal:${who}`, 'assignee', 'grant')).map((one) => one.slice(6)).sort(),
      ]),
    );
    expect(Object.fromEntries(lists)).toEqual({
      olga: ['g_acme_admin', 'g_public'],
      dave: ['g_emea_viewer', 'g_public'],
      sa_ci: ['g_p1_admin', 'g_p2_viewer', 'g_public'],
      nora: ['g_public', 'g_staff'],
      tech: ['g_fra1_viewer', 'g_port77', 'g_public'],
      auditor: ['g_allprojects', 'g_public'],
      vmops: ['g_allvms', 'g_public'],
      stranger: ['g_public'],
    });

    const p1 = (who: string): Tuple => tuple('scope:project/p1', 'rm_projects_get', `principal:${who}`);
    const stood = tuple('scope:project/p1', 'parent', 'scope:folder/emea_lab');
    const stands = tuple('scope:project/p1', 'parent', 'scope:organization/acme');
    expect(await store.check([p1('olga'), p1('dave')])).toEqual([true, true]);
    await store.write({ writes: [stands], deletes: [stood] });
    expect(await store.check([p1('olga'), p1('dave')])).toEqual([true, false]);
    await store.write({ writes: [stood], deletes: [stands] });
    expect(await store.check([p1('olga'), p1('dave')])).toEqual([true, true]);
  } finally {
    await server.deleteStore(storeId);
  }
});

/** What the server counts: the JSON is longer than the serialized form, so this is on the safe side. */
const bytes = (names: readonly string[]): number => JSON.stringify(authorizationModel(names)).length;

test('the same permissions give the same bytes in any order; a name beyond 50 characters is hashed', async () => {
  const app = await startApp();
  try {
    const names = allPermissions(makeCatalog().kinds);
    const rows = await app.database.rows<{ name: string; relation: string }>(
      sql`select name, relation from permission order by name`,
    );
    expect(rows.map(({ name }) => name)).toEqual([...names].sort());
    const made = rows.map(({ relation }) => relation);
    const one = JSON.stringify(authorizationModel(made));
    expect(JSON.stringify(authorizationModel([...made].reverse()))).toBe(one);
    expect(new Set(made).size).toBe(made.length);
    expect(made.filter((relation) => relation.length > 50 || !/^[a-zA-Z0-9_]+$/.test(relation))).toEqual([]);

    const long = `catalog.miloapis.com/${'very'.repeat(12)}longs.get`;
    const alike = ['catalog.miloapis.com/b-c.get', 'catalog.miloapis.com/b/c.get'];
    await app.database.rows(sql`select permission_register(${[long, ...alike]}::text[])`);
    const registered = await app.database.rows<{ name: string; relation: string }>(
      sql`select name, relation from permission where name = any(${[long, ...alike]}) order by name collate "C"`,
    );
    const hash = expect.stringMatching(/^p_[0-9a-f]{12}$/);
    expect(registered.map(({ relation }) => relation)).toEqual(['catalog_b_c_get', hash, hash]);
    expect(made).toContain('rm_projects_get');
  } finally {
    await app.close();
  }
});

test('868 permissions are a model that the server takes, also with the longest readable names', async () => {
  const short = Array.from({ length: 868 }, (_, index) => `inv_kindsofthings${index % 124}_verb${index % 7}`);
  const hashed = Array.from({ length: 868 }, (_, index) => `p_${index.toString(16).padStart(12, '0')}`);
  const storeId = await server.createStore(`model ${randomUUID()}`);
  try {
    await expect(server.writeModel(storeId, authorizationModel([...new Set(short)]))).resolves.toBeTruthy();
    await expect(server.writeModel(storeId, authorizationModel(hashed))).resolves.toBeTruthy();
  } finally {
    await server.deleteStore(storeId);
  }
  const present = allPermissions(makeCatalog().kinds).length;
  expect({ present, bytes: bytes(hashed) }).toEqual({ present, bytes: expect.any(Number) });
});

test('a server that takes fewer tuples at a time gets them in hundreds', async () => {
  const counted: Record<string, number> = {};
  const metrics = {
    ...noMetrics,
    count: (_name: string, { outcome = '' }: Readonly<Record<string, string>> = {}) => {
      counted[outcome] = (counted[outcome] ?? 0) + 1;
    },
  };
  // The servers of tests take a thousand.
  const wishing = connectOpenFga({
    apiUrl: inject('openfgaUrl'),
    token: inject('openfgaToken'),
    mostWritten: 1_100,
    metrics,
  });
  const storeId = await server.createStore(`model ${randomUUID()}`);
  try {
    const store = wishing.store(storeId, await server.writeModel(storeId, authorizationModel(relations)));
    const tuples = Array.from({ length: 1_050 }, (_, index) => tuple(`group:g${index}`, 'member', 'principal:p'));
    await store.write({ writes: tuples.slice(50), deletes: tuples.slice(0, 50) });
    expect(counted).toEqual({ error: 1, ok: 11 });
    expect(await store.listObjects('principal:p', 'member', 'group')).toHaveLength(1_000);
  } finally {
    await server.deleteStore(storeId);
  }
});
