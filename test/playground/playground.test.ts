import type { Browser, Page, Request, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraphqlAnswer, TestApp } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startExampleWorld();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

/** Opens the playground; nothing but the service itself can be reached. */
async function open(search = ''): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const complaints: string[] = [];
  await page.route('**', (route) => {
    const url = route.request().url();
    if (url.startsWith(app.url) || /^(data|blob):/.test(url)) return route.continue();
    complaints.push(`asked for ${url}`);
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${app.url}/${search}`);
  await page.waitForSelector('.graphiql-container');
  return { page, complaints };
}

/** Of an operation that somebody runs; the page asks for the schema by itself. */
const isOperation = (request: Request): boolean =>
  request.url().endsWith('/graphql') && request.postData()?.includes('IntrospectionQuery') === false;
const isAnswer = (response: Response): boolean => isOperation(response.request());

const answer = async (page: Page): Promise<string> => (await page.locator('.result-window').textContent()) ?? '';
const shown = (page: Page, text: string): Promise<void> => page.locator('.result-window', { hasText: text }).waitFor();

test('the page is complete without any other server, and an example runs', async () => {
  const { page, complaints } = await open();
  await page.selectOption('#examples', { label: 'Circuit to project' });
  await page.click('.graphiql-execute-button');
  await shown(page, 'Deepline Fiber');
  expect(await answer(page)).toContain('northwind-tracking');
  expect(complaints).toEqual([]);
  await page.close();
});

test('every example gives data and no errors', async () => {
  const { page, complaints } = await open();
  const options = page.locator('#examples option');
  const names = (await options.all()).map((option) => option.getAttribute('value'));
  const examples = (await Promise.all(names)).filter((name) => name !== '');
  const clients = [
    'playground',
    'billing',
    'quota',
    'staff-portal',
    'consumer-portal',
    'operator',
    'platform-engineer',
  ];
  expect([...new Set(examples.map((name) => name?.split('/')[0]))]).toEqual(clients);
  for (const name of examples) {
    await page.selectOption('#examples', name);
    expect(await page.locator('#description').textContent(), String(name)).not.toBe('');
    const [response] = await Promise.all([page.waitForResponse(isAnswer), page.click('.graphiql-execute-button')]);
    // The events of a subscription have no end.
    const isStream = response.headers()['content-type']?.startsWith('text/event-stream') === true;
    const answered = isStream ? {} : ((await response.json()) as GraphqlAnswer);
    expect(Object.keys(answered), String(name)).not.toContain('errors');
    await shown(page, '"data"');
    expect(await answer(page), String(name)).not.toContain('"errors"');
  }
  // Who reads it as a rule is the one who asks.
  expect(await page.inputValue('#personas')).toBe('staff');
  await page.selectOption('#examples', 'billing/Names by key');
  expect(await page.inputValue('#personas')).toBe('billing');
  expect(complaints).toEqual([]);
  await page.close();
});

test('one query changes its answer with the persona that is picked', async () => {
  const { page, complaints } = await open();
  await page.selectOption('#examples', { label: 'Who sees what' });
  const ask = async (persona: string) => {
    await page.selectOption('#personas', persona);
    const [response] = await Promise.all([page.waitForResponse(isAnswer), page.click('.graphiql-execute-button')]);
    const { data } = (await response.json()) as GraphqlAnswer;
    await shown(page, `"name": "${persona}"`);
    return {
      services: data.services.nodes.map(({ displayName }: { displayName: string }) => displayName).join(', '),
      sites: data.sites.nodes.length,
      machine: data.virtualMachine && [data.virtualMachine.project?.name, data.virtualMachine.host?.name],
      bindings: data.policyBindings.totalCount,
    };
  };
  expect(await ask('staff')).toEqual({
    services: 'Addresses, Buckets, Databases, HTTP Edge, Machines, Queues',
    sites: 4,
    machine: ['northwind-tracking', 'fra1-a01-node1'],
    bindings: 30,
  });
  // Plant and project lead to one machine; each sees the other end of it not.
  expect(await ask('network-operator')).toEqual({
    services: 'Addresses, Buckets, Databases, HTTP Edge',
    sites: 1,
    machine: [undefined, 'fra1-a01-node1'],
    bindings: 0,
  });
  const consumed = {
    services: 'Addresses, Buckets, Databases, HTTP Edge, Machines',
    sites: 0,
    machine: ['northwind-tracking', undefined],
  };
  expect(await ask('org-owner')).toEqual({ ...consumed, bindings: 1 });
  expect(await ask('project-viewer')).toEqual({ ...consumed, bindings: 0 });
  expect(await ask('auditor')).toEqual({
    services: 'Addresses, Buckets, Databases, HTTP Edge',
    sites: 0,
    machine: null,
    bindings: 30,
  });
  expect(await ask('outsider')).toEqual({
    services: 'Addresses, Buckets, Databases, HTTP Edge',
    sites: 0,
    machine: null,
    bindings: 0,
  });
  expect(complaints).toEqual([]);
  await page.close();
});

test('Explain shows the statements of an answer', async () => {
  const { page } = await open();
  await page.check('#explain');
  const [response] = await Promise.all([page.waitForResponse(isAnswer), page.click('.graphiql-execute-button')]);
  expect(response.request().headers()['x-catalog-explain']).toBe('true');
  const { extensions } = (await response.json()) as { extensions: { explain: { statements: number } } };
  const { statements } = extensions.explain;
  expect(statements).toBeGreaterThan(1);
  const summary = page.locator('#cost summary');
  await summary.filter({ hasText: `${statements} SQL statements · ` }).click();
  expect(await page.locator('#cost li').allInnerTexts()).toHaveLength(statements);
  expect(await page.locator('#cost li').first().textContent()).toMatch(/^(select|with) /);
  // It is told below, and not at the end of the answer as well.
  await shown(page, '"data"');
  expect(await answer(page)).not.toContain('extensions');
  await page.uncheck('#explain');
  await page.click('.graphiql-execute-button');
  await summary.waitFor({ state: 'hidden' });
  await page.close();
});

test('status, duration and size of an answer are told; that of another persona does not stay', async () => {
  const query = encodeURIComponent('{ me { name } }');
  const { page, complaints } = await open(`?query=${query}&as=auditor`);
  expect(await page.inputValue('#personas')).toBe('auditor');
  await page.click('.graphiql-execute-button');
  await shown(page, '"name": "auditor"');
  expect(await page.locator('#outcome').textContent()).toMatch(/^200 · \d+ ms · \d+ bytes$/);
  expect(await page.locator('#outcome').getAttribute('class')).toBe('');
  await page.selectOption('#personas', 'provider');
  await page.locator('#facts').waitFor({ state: 'hidden' });
  await page.locator('.result-window', { hasNotText: 'auditor' }).waitFor();
  await page.click('.graphiql-execute-button');
  await shown(page, '"name": "provider"');
  // Nor is one told that is still on its way when somebody else asks.
  const isHeld = (url: URL) => url.pathname === '/graphql';
  const release = Promise.withResolvers<void>();
  await page.route(isHeld, async (route) => {
    if (isOperation(route.request())) await release.promise;
    await route.continue().catch(() => undefined);
  });
  const [left] = await Promise.all([
    // The schema of whoever was there before may be on its way as well.
    page.waitForEvent('requestfailed', isOperation),
    page.waitForRequest(isOperation).then(() => page.selectOption('#personas', 'quota')),
    page.click('.graphiql-execute-button'),
  ]);
  expect(left.postDataJSON()).toMatchObject({ query: '{ me { name } }' });
  release.resolve();
  await page.unroute(isHeld);
  await page.locator('#facts').waitFor({ state: 'hidden' });
  await page.click('.graphiql-execute-button');
  await shown(page, '"name": "quota"');
  const { page: wrong } = await open(`?query=${encodeURIComponent('{ nonsense }')}`);
  await wrong.click('.graphiql-execute-button');
  await shown(wrong, 'Cannot query field');
  expect(await wrong.locator('#outcome').textContent()).toMatch(/^4\d\d · /);
  expect(await wrong.locator('#outcome').getAttribute('class')).toBe('failed');
  await wrong.close();
  expect(complaints).toEqual([]);
  await page.close();
});

test('what is refused of a manifest in the query is told with the lines of the editor', async () => {
  const service = [
    'apiVersion: services.miloapis.com/v1alpha1',
    'kind: Service',
    'metadata: { name: notes }',
    'spec:',
    '  serviceName: notes.example.com',
    '  phase: Publishd',
    '  displayName: Notes',
    '  owner: { producerProjectRef: { name: milo-compute } }',
    '  colour: red',
  ];
  const query = (opening: string): string =>
    `mutation {\n  apply(input: { validateOnly: true, manifests: [{ content: """${opening}${service.join('\n    ')}\n  """ }] }) {
    userErrors { code line field } } }`;
  // A block string counts from its first line that is not blank.
  for (const [opening, first] of [
    ['\n    ', 3],
    ['\n  \n\n    ', 5],
    ['', 2],
  ] as const) {
    const { page } = await open(`?query=${encodeURIComponent(query(opening))}&as=staff`);
    await page.click('.graphiql-execute-button');
    await shown(page, 'spec.colour');
    const outcome = await page.locator('#outcome').textContent();
    expect(outcome).toMatch(new RegExp(` · refused at line ${first + 5}, ${first + 8} of the query$`));
    const lines = query(opening).split('\n');
    expect([lines[first + 4], lines[first + 7]]).toEqual([
      expect.stringContaining('phase:'),
      expect.stringContaining('colour:'),
    ]);
    await page.close();
  }
});

test('a link leads to the same query, variables and persona', async () => {
  const { page } = await open();
  await page.selectOption('#examples', 'operator/Trace port');
  await page.selectOption('#personas', 'network-operator');
  await page.click('#share');
  const link = page.url();
  await page.close();
  const { page: another, complaints } = await open(new URL(link).search);
  expect(await another.inputValue('#personas')).toBe('network-operator');
  const [response] = await Promise.all([another.waitForResponse(isAnswer), another.click('.graphiql-execute-button')]);
  expect(response.request().postDataJSON()).toMatchObject({
    operationName: 'TracePort',
    variables: { port: 'fra1-a01-router-et3' },
  });
  expect(complaints).toEqual([]);
  await another.close();
});

test('fields are picked in the explorer', async () => {
  const { page, complaints } = await open(`?query=${encodeURIComponent('query Mine { me { name } }')}`);
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  const field = (name: string) => page.locator('.graphiql-explorer-node', { hasText: new RegExp(`^${name}`) }).first();
  await field('me').waitFor();
  await page.locator('.graphiql-explorer-me .graphiql-explorer-isStaff .graphiql-explorer-field-view').click();
  await page.click('.graphiql-execute-button');
  await shown(page, '"isStaff": ');
  expect(complaints).toEqual([]);
  await page.close();
});

test('on a narrow screen the panes stand one below the other', async () => {
  const { page } = await open(`?query=${encodeURIComponent('{ me { name } }')}`);
  await page.setViewportSize({ width: 390, height: 800 });
  await page.click('.graphiql-execute-button');
  await shown(page, '"name"');
  const box = async (selector: string) => {
    const found = await page.locator(selector).boundingBox();
    if (found === null) throw new Error(`${selector} is not shown`);
    return found;
  };
  const [editor, result] = [await box('.graphiql-query-editor'), await box('.result-window')];
  expect(result.y).toBeGreaterThanOrEqual(editor.y + editor.height);
  expect(Math.min(editor.width, result.width)).toBeGreaterThan(250);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.close();
});

test('a subscription shows event after event, until it is stopped', async () => {
  const query = encodeURIComponent('subscription { changes(initial: false) { type name } }');
  const { page, complaints } = await open(`?query=${query}`);
  await page.click('.graphiql-execute-button');
  await shown(page, 'BOOKMARK');
  const region =
    '{apiVersion: inventory.miloapis.com/v1alpha1, kind: Region, metadata: {name: live-region}, spec: {displayName: Live}}';
  expect((await app.apply(region)).userErrors).toEqual([]);
  await shown(page, 'live-region');
  await page.click('.graphiql-execute-button');
  expect(complaints).toEqual([]);
  await page.close();
});

test('the schema’s documentation can be looked up', async () => {
  const { page } = await open();
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer-content', { hasText: 'query: Query' }).waitFor();
  await page.locator('.graphiql-doc-explorer-content a', { hasText: 'Query' }).first().click();
  await page.locator('.graphiql-doc-explorer-content', { hasText: 'Everything that can be read.' }).waitFor();
  await page.close();
});
