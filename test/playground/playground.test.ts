import type { Browser, Page, Response } from 'playwright-core';
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
const isAnswer = (response: Response): boolean =>
  response.url().endsWith('/graphql') && response.request().postData()?.includes('IntrospectionQuery') === false;

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
  const names = await page.locator('#examples option').allInnerTexts();
  expect(names.length).toBeGreaterThan(4);
  for (const name of names.slice(1)) {
    await page.selectOption('#examples', { label: name });
    await page.click('.graphiql-execute-button');
    await shown(page, '"data"');
    expect(await answer(page), name).not.toContain('"errors"');
  }
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
  expect(extensions.explain.statements).toBeGreaterThan(1);
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
