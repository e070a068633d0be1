import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

/* The documents in graphql/operations, as those who send them: each is answered, with so many statements. */

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

interface Sent {
  readonly as: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly statements: number;
  /** Something of the answer, to be sure that there is one. */
  readonly answer: object;
}

const names = ['machines.example.com/machine/cpu-seconds', 'no.example.com/x'];
const sent: Readonly<Record<string, Sent>> = {
  'billing/01-names-in-force': {
    as: 'billing',
    variables: {},
    statements: 1,
    answer: { namesInForce: { pageInfo: { hasNextPage: false } } },
  },
  'billing/02-names-by-key': {
    as: 'billing',
    variables: { names },
    statements: 1,
    answer: { publishedNames: [{ inForce: true, conversion: 'EXACT' }, null] },
  },
  'billing/03-name-changes': {
    as: 'billing',
    variables: {},
    // Where the stream stands, two kinds of its present state, on which rights; and all names of the page at once.
    statements: 5,
    answer: { changes: { isCurrent: false } },
  },
  'billing/04-consumers': {
    as: 'billing',
    variables: { projects: ['northwind-web', 'nobody', 'aurora-player'] },
    statements: 2,
    answer: {
      projectsByName: [
        { name: 'northwind-web', organization: { name: 'northwind' } },
        null,
        { name: 'aurora-player', organization: { name: 'aurora' } },
      ],
    },
  },
  'billing/05-reconcile-meters': {
    as: 'billing',
    variables: { meters: [{ name: names[0], unit: 'h' }], through: 'machines.example.com/machine/d' },
    statements: 1,
    answer: { meterReconciliation: { differentCount: 1, extraCount: 0 } },
  },
  'consumer-portal/01-cards': {
    as: 'outsider',
    variables: { search: 'TRAFFIC' },
    statements: 2,
    answer: {
      serviceCategories: [
        { category: 'networking', serviceCount: 1 },
        { category: 'security', serviceCount: 1 },
        { category: 'storage', serviceCount: 1 },
      ],
      offeredServices: { totalCount: 1, nodes: [{ name: 'edge-example-com', listing: { launchStage: 'GA' } }] },
    },
  },
  'consumer-portal/02-service': {
    as: 'outsider',
    variables: { name: 'edge-example-com' },
    statements: 5,
    answer: { service: { takesRequests: true, listing: { documentation: { url: 'https://docs.example.com/edge' } } } },
  },
  'consumer-portal/03-my-services': {
    as: 'staff',
    variables: { project: 'northwind-tracking' },
    statements: 2,
    answer: { project: { serviceEntitlements: { totalCount: 3 } } },
  },
  'staff-portal/01-services': { as: 'staff', variables: {}, statements: 3, answer: { services: { totalCount: 6 } } },
  'staff-portal/02-configurations': {
    as: 'staff',
    variables: { service: 'edge-example-com' },
    statements: 3,
    answer: { service: { active: { name: 'edge-example-com', inForce: true }, activations: [{ until: null }] } },
  },
  'staff-portal/03-consumers': {
    as: 'provider',
    variables: { service: 'machines-example-com' },
    statements: 2,
    answer: { service: { consumerRecords: { totalCount: 2 } } },
  },
  'staff-portal/04-requests': {
    as: 'staff',
    variables: { project: 'milo-network' },
    statements: 2,
    answer: { project: { pendingRequests: { totalCount: 2 } } },
  },
  'quota/01-resources': {
    as: 'quota',
    variables: { resourceTypes: ['machines.example.com/machines'] },
    statements: 1,
    answer: { quotaResources: [{ origin: 'HAND_MADE', service: { displayName: 'Machines' } }] },
  },
  'quota/02-limits-by-service': { as: 'quota', variables: {}, statements: 1, answer: { services: {} } },
  'quota/03-changes': { as: 'quota', variables: {}, statements: 4, answer: { changes: { isCurrent: false } } },
  'quota/04-reconcile-limits': {
    as: 'quota',
    variables: { limits: [{ name: 'unheard' }] },
    statements: 1,
    answer: { quotaLimitReconciliation: { extraCount: 1 } },
  },
  'telemetry/01-names': {
    as: 'staff',
    variables: { names },
    statements: 1,
    answer: { canonicalNames: [{ meter: { inForce: true, service: { displayName: 'Machines' } } }, { meter: null }] },
  },
  'telemetry/02-kinds': {
    as: 'staff',
    variables: { kinds: [{ apiGroup: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }] },
    statements: 1,
    answer: { resourceTypesOfKinds: [{ resourceTypes: [{ resourceTypeName: 'edge.example.com/Route' }] }] },
  },
};

const folder = new URL('../../graphql/operations/', import.meta.url);
const documents = await Promise.all(
  ['billing', 'consumer-portal', 'quota', 'staff-portal', 'telemetry'].map(async (client) =>
    (await readdir(new URL(`${client}/`, folder))).map((file) => `${client}/${file.replace(/\.graphql$/, '')}`),
  ),
);

test('every operation of billing, quota, telemetry and the portals is tried here (goal 13)', () => {
  expect(documents.flat().sort()).toEqual(Object.keys(sent).sort());
});

test.each(Object.entries(sent))(
  '%s is answered in few statements',
  async (name, { as, variables, statements, answer }) => {
    const document = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
    expect(document).toMatch(/^# [A-Z]/);
    await app.as(as).execute('{ me { name } services(first: 0) { totalCount } }'); // From then on the caller's access is known.
    const { data, extensions } = await app.as(as).execute(document, variables, { 'x-catalog-explain': 'true' });
    expect(data).toMatchObject(answer);
    expect(extensions?.explain).toMatchObject({ statements, openfgaCalls: 0 });
  },
);

test.each(Object.entries(sent).filter(([name]) => /^(billing|quota)\//.test(name)))(
  'M14: in the answer of %s nothing is missing for the one it is made for',
  async (name, { variables }) => {
    const document = await readFile(new URL(`${name}.graphql`, folder), 'utf8');
    const [client = ''] = name.split('/');
    const read = async (who: string) => {
      const { data, errors } = await app.as(who).execute(document, variables);
      expect(errors).toBeUndefined();
      // Cursors say for whom they are.
      return JSON.parse(JSON.stringify(data, (key, value) => (/cursor/i.test(key) ? undefined : value)));
    };
    const [own, all] = [await read(client), await read('staff')];
    expect(own).toEqual(all);
  },
);
