import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { applied, service, tenants } from './enablement-world.ts';

/* What portals show of services: cards, categories, search (service-catalog.md 8.1). */

let app: TestApp;

const ours = (kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'catalog.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`;

const listing = (name: string, spec: object): string => ours('ServiceListing', name, { serviceRef: { name }, ...spec });

const region = `---\n${JSON.stringify({
  apiVersion: 'inventory.miloapis.com/v1alpha1',
  kind: 'Region',
  metadata: { name: 'here' },
  spec: { displayName: 'Here', coordinates: { latitude: 1, longitude: 1 } },
})}\n`;

const world = [
  region,
  ours('ServiceVersion', 'walls.v1', { serviceRef: { name: 'walls' }, version: 'v1', phase: 'Published' }),
  ours('ServiceRuntime', 'walls', {
    serviceRef: { name: 'walls' },
    visibility: 'Private',
    globalDomain: 'walls.maker.example',
    primaryRegionRef: { name: 'here' },
  }),
  service('walls'),
  service('tiles'),
  service('plans', { phase: 'Draft' }),
  service('lime', { phase: 'Deprecated' }),
  listing('walls', { tagline: 'Keeps 100% of the wind out.', categories: ['shells', 'safety'] }),
  listing('plans', { categories: ['safety'] }),
  listing('lime', { categories: ['shells'] }),
];

beforeAll(async () => {
  app = await startApp();
  await applied(app, tenants, ...world);
});
afterAll(() => app.close());

async function found(args: string): Promise<string[]> {
  const { data } = await app.execute(`{ offeredServices${args} { nodes { name } } }`);
  return data.offeredServices.nodes.map(({ name }: { readonly name: string }) => name);
}

test('C2.1c, C5.1f: new customers are offered what is Published, sorted by the name for people; Deprecated is found by its name', async () => {
  expect(await found('')).toEqual(['tiles', 'walls']);
  const { data } = await app.execute('{ service(name: "lime") { takesRequests phase } }');
  expect(data.service).toEqual({ takesRequests: false, phase: 'DEPRECATED' });
});

test.each([
  ['the display name, whatever the case', '(search: " WALL ")', ['walls']],
  ['the canonical name', '(search: "tiles.maker")', ['tiles']],
  ['the tagline', '(search: "the wind")', ['walls']],
  ['a category', '(search: "safe")', ['walls']],
  ['signs of patterns as they are', '(search: "100%")', ['walls']],
  ['no sign of a pattern as a pattern', '(search: "w%s")', []],
  ['categories, any of them', '(categories: ["shells", "none"])', ['walls']],
  ['the launch stage, which is GA unless stated', '(launchStage: GA)', ['walls']],
  ['another launch stage', '(launchStage: BETA)', []],
  [
    'everything together, and a filter',
    '(search: "wall", categories: ["safety"], where: { name: { eq: "walls" } })',
    ['walls'],
  ],
])('services are found by %s', async (_, args, names) => {
  expect(await found(args)).toEqual(names);
});

test('the categories are those of what is offered', async () => {
  const { data } = await app.execute('{ serviceCategories { category serviceCount } }');
  expect(data.serviceCategories).toEqual([
    { category: 'safety', serviceCount: 1 },
    { category: 'shells', serviceCount: 1 },
  ]);
});

test('whoever does not see a service finds neither it nor its listing nor its category', async () => {
  const stranger = app.as('stranger');
  const { data } = await stranger.execute(
    '{ offeredServices(search: "wind") { totalCount } serviceCategories { category } serviceListings { totalCount } }',
  );
  // The listing of a Deprecated service is public, and so is the service.
  expect(data).toEqual({
    offeredServices: { totalCount: 0 },
    serviceCategories: [],
    serviceListings: { totalCount: 1 },
  });
});

test.each([
  [
    'two listings of one service',
    listing('walls', {}).replace('"name":"walls"},', '"name":"again"},'),
    'DUPLICATE_LISTING spec.serviceRef',
  ],
  [
    'an address that is not https',
    listing('tiles', { documentation: { url: 'http://docs.example' } }),
    'INVALID_VALUE spec.documentation.url',
  ],
  ['a category in capitals', listing('tiles', { categories: ['Shells'] }), 'INVALID_VALUE spec.categories[0]'],
  [
    'two links of one title',
    listing('tiles', { links: ['a', 'b'].map((at) => ({ title: 'Status', url: `https://${at}.example` })) }),
    'DUPLICATE_ENTRY spec.links[1].title',
  ],
])('%s: refused', async (_, document, refusal) => {
  const { userErrors } = await app.apply(document);
  expect(userErrors.map(({ code, field }) => `${code} ${field}`)).toEqual([refusal]);
});
