import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { advisoryLocks } from '../../src/platform/db/advisory-locks.ts';
import type { Queryable } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { holdTransaction } from '../kit/held-transaction.ts';
import { manifest, role } from '../services/enablement-world.ts';
import { deployment, document, importGraph, imports, region, runtime, service, version } from './import-graph.ts';

/* Everything that a client of the services needs to know, in one read (service-registry.md 3, Q10, and 4.12). */

const type = (name: string, more: object = {}): string =>
  document('ApiResource', `iam.${name.toLowerCase()}`, {
    serviceRef: { name: 'iam' },
    singularName: name,
    pluralName: `${name}s`,
    versionRefs: [{ name: 'iam.v1' }],
    ...more,
  });

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { userErrors } = await app.apply(
    [
      importGraph(),
      type('Role', {
        perVersion: [
          { version: 'v1', verbs: ['get', 'list'], isRegional: false, scope: 'Namespaced', shortNames: ['ro'] },
        ],
      }),
      type('Token', { contexts: ['User'] }),
      version('iam', 'v9', 'Draft'),
    ].join(''),
  );
  expect(userErrors).toEqual([]);
  for (const who of ['test-admin', 'stranger'])
    await app.as(who).execute('{ me { name } services(first: 0) { totalCount } }');
});
afterAll(() => app.close());

const get = async (path: string, who: string | undefined, ifNoneMatch?: string, encoding?: string) => {
  const response = await fetch(`${app.url}${path}`, {
    headers: {
      ...(who !== undefined && { authorization: `Bearer ${await app.token(who)}` }),
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
      ...(encoding !== undefined && { 'accept-encoding': encoding }),
    },
  });
  const text = await response.text();
  return { status: response.status, etag: response.headers.get('etag') ?? '', text };
};

interface Discovered {
  readonly name: string;
  readonly displayName: string;
  readonly versions: readonly { readonly resources: readonly { readonly type: string }[] }[];
}
const servicesOf = (text: string): Discovered[] => JSON.parse(text).services;

test('Q10: services with versions, types and endpoints, in one statement', async () => {
  const field = `apiDiscovery { etag isNotModified services { name serviceName displayName globalEndpoint preferredVersion
    versions { version phase stage freshness resources { type singularName pluralName isRegional scope verbs shortNames contexts } }
    endpoints { region endpoint highestVersion health freshness } } }`;
  const { data, extensions } = await app.as('stranger').execute(`{ ${field} }`, {}, { 'x-catalog-explain': 'true' });
  expect(extensions?.explain.statements).toBe(1);
  const { services, etag, isNotModified } = data.apiDiscovery;
  expect(isNotModified).toBe(false);
  const all = Object.keys(imports).filter((name) => name !== 'applications');
  expect(services.map(({ name }: Discovered) => name).sort()).toEqual(all.sort());
  const unreported = { health: 'Unknown', freshness: 'NotReported' };
  const unsaid = { isRegional: null, scope: null, verbs: [], shortNames: [] };
  expect(services.find(({ name }: Discovered) => name === 'iam')).toEqual({
    name: 'iam',
    serviceName: 'iam.edgelq.com',
    displayName: 'iam',
    globalEndpoint: 'iam.apis.edgelq.com',
    preferredVersion: 'v1',
    versions: [
      {
        version: 'v1',
        phase: 'Published',
        stage: 'Stable',
        freshness: 'Current',
        resources: [
          {
            type: 'iam.edgelq.com/Role',
            singularName: 'Role',
            pluralName: 'Roles',
            isRegional: false,
            scope: 'Namespaced',
            verbs: ['get', 'list'],
            shortNames: ['ro'],
            contexts: [],
          },
          { type: 'iam.edgelq.com/Token', singularName: 'Token', pluralName: 'Tokens', ...unsaid, contexts: ['User'] },
        ],
      },
      { version: 'v1alpha2', phase: 'Published', stage: 'Alpha', freshness: 'Current', resources: [] },
    ],
    endpoints: [
      { region: 'ap', endpoint: 'iam.ap.apis.edgelq.com', highestVersion: 'v1alpha2', ...unreported },
      ...['eu', 'eu2', 'us'].map((region) => ({
        region,
        endpoint: `iam.${region}.apis.edgelq.com`,
        highestVersion: 'v1',
        ...unreported,
      })),
    ],
  });
  const again = await app
    .as('stranger')
    .execute(`{ apiDiscovery(ifNoneMatch: "${etag}") { etag isNotModified services { name } position generatedAt } }`);
  const [row] = await app.database.cells(sql`select position::text from change_head`);
  expect(again.data.apiDiscovery).toEqual({
    etag,
    isNotModified: true,
    services: [],
    position: row?.[0],
    generatedAt: expect.any(String),
  });
  expect(Date.parse(again.data.apiDiscovery.generatedAt)).not.toBeNaN();
  const other = await app.as('test-admin').execute(`{ apiDiscovery(ifNoneMatch: "${etag}") { isNotModified } }`);
  expect(other.data.apiDiscovery).toEqual({ isNotModified: false });
});

test('types are shown in their context', async () => {
  const types = async (context: string) => {
    const { status, text } = await get(`/discovery?context=${context}`, 'stranger');
    expect(status).toBe(200);
    return servicesOf(text).flatMap(({ versions }) =>
      versions.flatMap(({ resources }) => resources.map((each) => each.type)),
    );
  };
  expect(await types('User')).toEqual(['iam.edgelq.com/Role', 'iam.edgelq.com/Token']);
  expect(await types('Project')).toEqual(['iam.edgelq.com/Role']);
  expect(await get('/discovery?context=Nobody', 'stranger')).toMatchObject({ status: 400 });
});

test('by plain GET: the same document, and 304 as long as nothing of it changes', async () => {
  const first = await get('/discovery', 'stranger');
  expect(first.status).toBe(200);
  expect(servicesOf(first.text)).toHaveLength(Object.keys(imports).length - 1);
  expect(await get('/discovery', 'stranger', first.etag)).toEqual({ status: 304, etag: first.etag, text: '' });
  expect(await get('/discovery', 'stranger', `"other", W/${first.etag}`)).toMatchObject({ status: 304 });
  expect(await get('/discovery', 'stranger', '"other"')).toMatchObject({ status: 200 });
  // Any that there is (RFC 9110, 13.1.2).
  expect(await get('/discovery', 'stranger', '*')).toEqual({ status: 304, etag: first.etag, text: '' });
  // What others may see is another document.
  const ofStaff = await get('/discovery', 'test-admin', first.etag);
  expect(servicesOf(ofStaff.text)).toHaveLength(Object.keys(imports).length);
  expect(await get('/discovery', undefined)).toMatchObject({ status: 401 });
});

test('compressed in the way that the client takes, each with a tag of its own; any of them is known again', async () => {
  const [br, gzip, plain] = await Promise.all(
    ['gzip, br', 'gzip, br;q=0', 'identity'].map((encoding) => get('/discovery', 'stranger', undefined, encoding)),
  );
  expect(gzip?.text).toBe(plain?.text);
  expect(br?.text).toBe(plain?.text);
  const tag = plain?.etag.slice(0, -1);
  expect([br?.etag, gzip?.etag]).toEqual([`${tag}-br"`, `${tag}-gzip"`]);
  for (const known of [br, gzip, plain])
    expect(await get('/discovery', 'stranger', known?.etag, 'gzip')).toMatchObject({ status: 304 });
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s is told that it is only read, before any body',
  async (method) => {
    const authorization = `Bearer ${await app.token('stranger')}`;
    for (const path of ['/discovery', '/discovery?context=User', '/racks/any/elevation.svg']) {
      const response = await fetch(`${app.url}${path}`, {
        method,
        headers: { authorization, 'content-type': 'text/nonsense' },
        ...(method !== 'OPTIONS' && { body: 'nonsense' }),
      });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await response.json()).toMatchObject({ errors: [{ message: `${method} is not served here` }] });
    }
    const head = await fetch(`${app.url}/discovery`, { method: 'HEAD', headers: { authorization } });
    expect([head.status, head.headers.get('etag')]).toEqual([200, expect.any(String)]);
  },
);

const lastTold = () => app.log.filter(({ operation }) => operation === 'Discovery').at(-1);

test('a write that changes nothing of it leaves the ETag as it is; one that does changes it at once', async () => {
  const { etag } = await get('/discovery', 'stranger');
  await app.apply(document('Organization', 'another', { type: 'Standard' }, 'resourcemanager.miloapis.com'));
  expect(await get('/discovery', 'stranger', etag)).toMatchObject({ status: 304 });
  await app.apply(document('Organization', 'yet-another', { type: 'Standard' }, 'resourcemanager.miloapis.com'));
  expect(await get('/discovery', 'stranger', etag)).toMatchObject({ status: 304 });
  // What does not concern the document does not have it read anew.
  expect(lastTold()).toMatchObject({ statements: 1 });
  // Of changes that are forgotten nobody knows whether they do, for this document or for others.
  await app.database.rows(sql`update change_head set oldest = position + 1`);
  expect(await get('/discovery', 'stranger', etag)).toMatchObject({ status: 304 });
  expect(lastTold()).toMatchObject({ statements: 3 });
  await app.database.rows(sql`update change_head set oldest = 0`);
  await app.apply(type('Group'));
  const changed = await get('/discovery', 'stranger', etag);
  expect(changed.status).toBe(200);
  expect(changed.text).toContain('iam.edgelq.com/Group');
  expect(changed.etag).not.toBe(etag);
});

test('a document is made once for all who may see the same', async () => {
  const { etag } = await get('/discovery', 'stranger');
  await app.as('bystander').execute('{ me { name } }');
  expect(await get('/discovery', 'bystander', etag)).toMatchObject({ status: 304 });
  expect(lastTold()).toMatchObject({ statements: 1 });
});

const askedAs = async (path: string, who: string) => ({ ...(await get(path, who)), told: lastTold() });

test('in another context only what has a context is read anew, with what has changed', async () => {
  const alert = document('ApiResource', 'monitoring.alert', {
    serviceRef: { name: 'monitoring' },
    singularName: 'Alert',
    pluralName: 'Alerts',
    versionRefs: ['monitoring.v3', 'monitoring.v4'].map((name) => ({ name })),
    contexts: ['User'],
  });
  expect((await app.apply(alert)).userErrors).toEqual([]);
  const all = await get('/discovery', 'test-admin');
  const ofUser = await askedAs('/discovery?context=User', 'test-admin');
  expect(ofUser.told).toMatchObject({ statements: 2 });
  expect(ofUser.text).toEqual(all.text);
  // In this context two types are hidden.
  const ofProject = await askedAs('/discovery?context=Project', 'test-admin');
  expect(ofProject.told).toMatchObject({ statements: 2 });
  expect(servicesOf(ofProject.text)).toHaveLength(servicesOf(all.text).length);
  for (const hidden of ['iam.edgelq.com/Token', 'monitoring.edgelq.com/Alert']) {
    expect(ofUser.text).toContain(hidden);
    expect(ofProject.text).not.toContain(hidden);
  }
  // From now on it is kept like any other.
  expect((await askedAs('/discovery?context=Project', 'test-admin')).told).toMatchObject({ statements: 1 });
  expect((await app.apply(service('audit', { displayName: 'Audit of others' }))).userErrors).toEqual([]);
  const ofPlatform = await askedAs('/discovery?context=Platform', 'test-admin');
  expect(ofPlatform.told).toMatchObject({ statements: 2 });
  expect(ofPlatform.text).toContain('Audit of others');
  // A type that gets a context is one of those.
  const group = (contexts: readonly string[]) => app.apply(type('Person', { contexts }));
  expect((await group([])).userErrors).toEqual([]);
  expect((await get('/discovery?context=Platform', 'test-admin')).text).toContain('iam.edgelq.com/Person');
  expect((await group(['User'])).userErrors).toEqual([]);
  expect((await get('/discovery?context=Platform', 'test-admin')).text).not.toContain('iam.edgelq.com/Person');
  expect((await get('/discovery?context=User', 'test-admin')).text).toContain('iam.edgelq.com/Person');
});

/** Somebody who may read more than is public: a sight of their own. */
const mayRead = async (who: string, ...targets: readonly string[]): Promise<void> => {
  const kinds = targets.map((target) => {
    const [group, kind = ''] = target.split('/');
    return { apiGroup: `${group}.miloapis.com`, kind };
  });
  const subjects = [{ kind: 'User', name: who }];
  const { userErrors } = await app.apply(
    [
      manifest('User', who, { email: `${who}@eater.example` }),
      role(
        who,
        kinds.map(({ apiGroup, kind }) => `${apiGroup}/${kind.toLowerCase()}s.get`),
      ),
      ...kinds.map((resourceKind) =>
        manifest(
          'PolicyBinding',
          `${who}-${resourceKind.kind.toLowerCase()}`,
          { roleRef: inSystem(who), subjects, resourceSelector: { resourceKind } },
          { namespace: 'milo-system' },
        ),
      ),
    ].join(''),
  );
  expect(userErrors).toEqual([]);
  await app.as(who).execute('{ me { name } }');
};

test('who sees the same of a service is told what others are told, by one statement; what is left by another one', async () => {
  await get('/discovery', 'test-admin');
  // They see `applications` and none of its versions: there is nothing to tell of it.
  await mayRead('inspector', 'services/Service', 'catalog/ServiceRuntime');
  await app.as('test-admin').execute('{ me { name } }');
  // Whoever sees everything sees it whatever rights others have got.
  const all = await askedAs('/discovery', 'test-admin');
  expect(all.told).toMatchObject({ statements: 1 });
  const inspector = await askedAs('/discovery', 'inspector');
  expect(inspector.told).toMatchObject({ statements: 1 });
  const isPublic = ({ name }: Discovered): boolean => name !== 'applications';
  expect(servicesOf(inspector.text)).toEqual(servicesOf(all.text).filter(isPublic));
  // Changes since the others were told are read.
  await mayRead('examiner', 'catalog/ApiResource');
  expect((await app.apply(service('audit', { displayName: 'Audit again' }))).userErrors).toEqual([]);
  const examiner = await askedAs('/discovery?context=Project', 'examiner');
  expect(examiner.told).toMatchObject({ statements: 2 });
  expect(examiner.text).toContain('Audit again');
  // It is in two versions: what is not seen of the one does not make up for what is not seen of the other.
  expect(examiner.text).not.toContain('monitoring.edgelq.com/Alert');
});

test('who sees everything is told what was made before anybody has asked', async () => {
  const { text } = await get('/discovery', 'test-admin');
  const madeCount = async (): Promise<number> => {
    const [[count] = []] = await app.database.cells(
      sql`select count(*)::int from pg_stat_activity where state = 'idle' and query like '%k.service_name, k.seen, k.entry%'`,
    );
    return Number(count);
  };
  const before = await madeCount();
  const fresh = await app.replica();
  await expect.poll(madeCount).toBeGreaterThan(before);
  // What would have to be read anew would wait.
  const held = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`lock table service_version in access exclusive mode`),
  );
  const headers = { authorization: `Bearer ${await app.token('test-admin')}` };
  expect(await (await fetch(`${fresh.url}/discovery`, { headers })).text()).toEqual(text);
  await held.commit();
});

test('what is hidden from a caller from now on is gone from the document', async () => {
  const { etag } = await get('/discovery', 'stranger');
  await app.apply(
    document('ServiceRuntime', 'ai', {
      serviceRef: { name: 'ai' },
      visibility: 'Private',
      globalDomain: 'ai.apis.edgelq.com',
      primaryRegionRef: { name: 'eu' },
    }),
  );
  const { status, text } = await get('/discovery', 'stranger', etag);
  expect(status).toBe(200);
  expect(servicesOf(text).map(({ name }) => name)).not.toContain('ai');
});

test('what is hidden since its project has moved is gone from the document, though nothing of a service has changed', async () => {
  const placed = (folder: string): string =>
    document('ProjectPlacement', 'eater', { projectRef: { name: 'eater' }, folderRef: { name: folder } });
  const resourceRef = { apiGroup: 'catalog.miloapis.com', kind: 'Folder', name: 'here' };
  const subjects = [{ kind: 'User', name: 'overseer' }];
  const inFolder = { roleRef: inSystem('oversees'), subjects, resourceSelector: { resourceRef } };
  const { userErrors } = await app.apply(
    [
      ...['here', 'there'].map((name) =>
        document('Folder', name, { organizationRef: { name: 'eater' }, displayName: name }),
      ),
      placed('here'),
      manifest('User', 'overseer', { email: 'overseer@eater.example' }),
      role('oversees', ['services.miloapis.com/services.get', 'catalog.miloapis.com/serviceversions.get']),
      manifest('PolicyBinding', 'overseer', inFolder, { namespace: 'milo-system' }),
      service('eaten', { owner: { producerProjectRef: { name: 'eater' } } }),
      runtime('eaten', { visibility: 'Private' }),
      version('eaten', 'v1'),
    ].join(''),
  );
  expect(userErrors).toEqual([]);
  await app.as('overseer').execute('{ me { name } }');
  const told = async () => servicesOf((await get('/discovery', 'overseer')).text).map(({ name }) => name);
  expect(await told()).toContain('eaten');
  expect((await app.apply(placed('there'))).userErrors).toEqual([]);
  expect(await told()).not.toContain('eaten');
});

const inSystem = (name: string) => ({ name, namespace: 'milo-system' });

const WHOLE = `{ apiDiscovery { services { name serviceName displayName globalEndpoint preferredVersion
  versions { version phase stage resources { type singularName pluralName isRegional scope verbs parents patterns shortNames categories contexts }
    freshness }
  endpoints { region endpoint highestVersion health freshness } } } }`;

/** The first service with which a part of the document begins, and then one that comes before that. */
const atTheBeginning = [
  Array.from({ length: 90 }, (_, index) => `a${10 + index}`).find((name) => crc32(`${name}.edgelq.com`) % 16 === 0) ??
    '',
  'a0',
];

test('what changes of some services takes the place of what was told of them: it is what is told when all is read anew', async () => {
  const kept = await get('/discovery', 'stranger');
  const made = async () => (await app.as('stranger').execute(WHOLE)).data.apiDiscovery;
  expect(JSON.parse(kept.text)).toEqual(await made());
  const known = [kept.text];
  for (const change of [
    service('audit', { displayName: 'Say "audit" \\ \u00e9\u2028' }),
    [deployment('audit', 'eu2', 'v1'), deployment('limits', 'eu', 'v1', { disabled: true })].join(''),
    deployment('limits', 'eu', 'v1'),
    runtime('proxies', { globalDomain: 'elsewhere.apis.edgelq.com' }),
    [service('first'), version('first', 'v1'), service('zeta'), version('zeta', 'v1')].join(''),
    ...atTheBeginning.map((name) => service(name) + version(name, 'v1')),
    version('zeta', 'v1', 'Deprecated'),
    type('Token', { contexts: ['User'], pluralName: 'Tokenz' }),
    region('eu', 'Open', [50.2, 8.7]),
  ]) {
    const { userErrors } = await app.apply(change);
    expect(userErrors).toEqual([]);
    const { text } = await get('/discovery', 'stranger');
    expect(JSON.parse(text)).toEqual(await made());
    known.push(text);
  }
  // All but the last one, which changes nothing that is told.
  expect(new Set(known).size).toBe(known.length - 1);
  await app.apply(version('zeta', 'v1', 'Retired'));
  const { data } = await app.execute(
    'mutation { delete(input: { objects: [{ kind: "Deployment", name: "audit.eu2" }] }) { userErrors { message } } }',
  );
  expect(data.delete.userErrors).toEqual([]);
  const { text } = await get('/discovery', 'stranger');
  expect(JSON.parse(text)).toEqual(await made());
  expect(servicesOf(text).map(({ name }) => name)).not.toContain('zeta');
  // One statement says what has changed, one reads that alone.
  await app.apply(service('audit', { displayName: 'Audit' }));
  await get('/discovery', 'stranger');
  expect(lastTold()).toMatchObject({ statements: 2 });
});

test('what changes while it is read what has changed is not lost: it is asked again what has', async () => {
  await get('/discovery', 'stranger');
  expect((await app.apply(service('audit', { displayName: 'Audit of today' }))).userErrors).toEqual([]);
  const held = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`lock table api_resource in access exclusive mode`),
  );
  const asked = get('/discovery', 'stranger');
  await held.untilWaitedFor();
  // As a write would leave it, which would wait for the table as well.
  await app.database.rows(sql`
    with h as (update change_head set position = position + 1 returning position)
    insert into change select w.* from h, (select c from change c where c.kind = 'Service' limit 1) r,
      jsonb_populate_record(r.c, jsonb_build_object('position', h.position, 'commit', h.position)) w`);
  await held.commit();
  expect(servicesOf((await asked).text).map(({ displayName }) => displayName)).toContain('Audit of today');
  // What has changed; that alone, and what has changed meanwhile; what of all is told already; what is not.
  expect(lastTold()).toMatchObject({ statements: 4 });
});

test('of a type in a version is told what it says of that version', async () => {
  const versionRefs = ['iam.v1', 'iam.v1alpha2'].map((name) => ({ name }));
  const member = type('Member', { versionRefs, perVersion: [{ version: 'v1', verbs: ['get'] }] });
  expect((await app.apply(member)).userErrors).toEqual([]);
  const { data } = await app.execute(
    '{ apiDiscovery { services { name versions { version resources { singularName verbs } } } } }',
  );
  const iam = data.apiDiscovery.services.find(({ name }: Discovered) => name === 'iam');
  const told = iam.versions.map(
    ({ version, resources }: { version: string; resources: { singularName: string }[] }) => [
      version,
      resources.find(({ singularName }) => singularName === 'Member'),
    ],
  );
  expect(told).toEqual([
    ['v1', { singularName: 'Member', verbs: ['get'] }],
    ['v1alpha2', { singularName: 'Member', verbs: [] }],
  ]);
});

test('while services change, what is told at last is what there is', async () => {
  const changes = Array.from({ length: 12 }, (_, round) =>
    ['audit', 'limits', 'ztp'].map((name) => service(name, { displayName: `${name} ${round}` })).join(''),
  );
  const [first = '', ...others] = changes;
  await app.apply(first);
  let isOver = false;
  const writing = (async () => {
    for (const change of others) await app.apply(change);
    isOver = true;
  })();
  const seen: string[] = [];
  while (!isOver) {
    const { text } = await get('/discovery', 'stranger');
    const told = servicesOf(text).filter(({ name }) => ['audit', 'limits', 'ztp'].includes(name));
    seen.push([...new Set(told.map(({ displayName }) => displayName.split(' ')[1]))].join());
  }
  await writing;
  // Each of one moment: the three have changed together.
  expect(seen.filter((rounds) => rounds.includes(','))).toEqual([]);
  const { text } = await get('/discovery', 'stranger');
  expect(JSON.parse(text)).toEqual((await app.as('stranger').execute(WHOLE)).data.apiDiscovery);
});

const lock = (connection: Queryable, key: number) => connection.rows(sql`select pg_advisory_xact_lock(${key}::bigint)`);

test('GET /discovery takes a place of its caller, and is told as an operation', async () => {
  const operations = { ...readConfig({}).operations, atOnce: 1, queued: 0 };
  const narrow = await app.replica({ operations });
  const ask = async (who: string) => {
    const headers = { authorization: `Bearer ${await app.token(who)}` };
    const response = await fetch(`${narrow.url}/discovery`, { headers });
    return { response, body: JSON.parse(await response.text()) };
  };
  const held = await holdTransaction(app.databaseUrl, (connection) => lock(connection, advisoryLocks.write));
  const body = JSON.stringify({
    query: 'mutation { createRegion(input: { name: "r", displayName: "R" }) { region { name } } }',
  });
  const authorization = `Bearer ${await app.token('test-admin')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const writing = fetch(`${narrow.url}/graphql`, { method: 'POST', headers, body });
  await held.untilWaitedFor();
  const { response, body: refusal } = await ask('test-admin');
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refusal).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', rule: 'TOO_MANY_OPERATIONS' } }] });
  expect((await ask('stranger')).response.status).toBe(200);
  await held.commit();
  expect(await (await writing).json()).toEqual({ data: { createRegion: { region: { name: 'r' } } } });
  expect((await ask('test-admin')).response.status).toBe(200);
  const told = app.log.filter(({ operation }) => operation === 'Discovery').slice(-3);
  const line = { type: 'query', transport: 'get', caller: expect.any(String) };
  expect(told).toMatchObject([
    { ...line, outcome: 'RATE_LIMITED', statements: 0 },
    { ...line, outcome: 'ok' },
    { ...line, outcome: 'ok' },
  ]);
  await narrow.close();
});

test('GET /discovery ends when its time is over, and so does its statement', async () => {
  const hasty = await app.replica({ operations: { ...readConfig({}).operations, queryMs: 300 } });
  const headers = { authorization: `Bearer ${await app.token('stranger')}` };
  expect((await fetch(`${hasty.url}/discovery`, { headers })).status).toBe(200);
  const held = await holdTransaction(app.databaseUrl, (connection) =>
    connection.rows(sql`lock table access_version in access exclusive mode`),
  );
  const response = await fetch(`${hasty.url}/discovery`, { headers });
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'UNAVAILABLE', reason: 'DEADLINE_EXCEEDED', retryable: false } }],
  });
  await expect
    .poll(() => app.database.cells(sql`select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'`))
    .toEqual([[0]]);
  await held.commit();
  await hasty.close();
});
