import { decodeJwt } from 'jose';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personas } from '../../src/platform/authn/personas.ts';
import { startApp, type TestApp } from '../kit/app.ts';
import { launchBrowser } from '../kit/browser.ts';
import { createLocalIssuer } from '../kit/example-world.ts';

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startApp({ localIssuer: await createLocalIssuer() });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

/** Opens the playground and keeps what its page sends to the API. */
async function open(url = app.url): Promise<{ page: Page; sent: Request[]; complaints: string[] }> {
  const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
  const sent: Request[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/graphql')) sent.push(request);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.waitForSelector('.graphiql-execute-button');
  return { page, sent, complaints };
}

const subjectOf = (request: Request | undefined): string | undefined => {
  const authorization = request?.headers().authorization;
  return authorization === undefined ? undefined : decodeJwt(authorization.replace('Bearer ', '')).sub;
};
async function run(page: Page): Promise<Request> {
  const [request] = await Promise.all([
    page.waitForRequest((candidate) => candidate.url().endsWith('/graphql')),
    page.click('.graphiql-execute-button'),
  ]);
  return request;
}
const choose = (page: Page, name: string): Promise<unknown> => page.selectOption('#personas', name);

test('every request of the page is of the persona that is chosen; at first of staff', async () => {
  const { page, sent, complaints } = await open();
  await expect.poll(() => sent.length).toBeGreaterThan(0);
  expect(subjectOf(await run(page))).toBe('staff');
  expect(new Set(sent.map(subjectOf))).toEqual(new Set(['staff']));
  for (const { name, title } of personas) {
    await choose(page, name);
    expect(await page.locator('#personas option:checked').textContent()).toBe(`${name} – ${title}`);
    const request = await run(page);
    expect(subjectOf(request)).toBe(name);
    expect((await request.response())?.status()).toBe(200);
  }
  await choose(page, '');
  expect(subjectOf(await run(page))).toBeUndefined();
  expect(complaints).toEqual([]);
  await page.context().close();
});

test('the choice is remembered', async () => {
  const { page } = await open();
  await choose(page, 'auditor');
  await page.reload();
  await page.waitForSelector('.graphiql-execute-button');
  expect(await page.locator('#personas').inputValue()).toBe('auditor');
  expect(subjectOf(await run(page))).toBe('auditor');
  await choose(page, '');
  await page.reload();
  await page.waitForSelector('.graphiql-execute-button');
  expect(await page.locator('#personas').inputValue()).toBe('');
  await page.context().close();
});

test('a page that is open longer than its tokens last gets new ones', async () => {
  const { page, sent } = await open();
  await run(page);
  const before = sent.length;
  let isExpired = true;
  await page.route('**/graphql', (route) => {
    const body = '{"errors":[{"message":"the token expired","extensions":{"code":"UNAUTHENTICATED"}}]}';
    if (!isExpired) return route.continue();
    isExpired = false;
    return route.fulfill({ status: 401, contentType: 'application/json', body });
  });
  await Promise.all([page.waitForRequest('**/personas'), page.click('.graphiql-execute-button')]);
  await page.locator('.result-window', { hasText: '"data"' }).waitFor();
  await expect.poll(() => sent.length).toBe(before + 2);
  expect(sent.slice(before).map(subjectOf)).toEqual(['staff', 'staff']);
  await page.context().close();
});

test('an Authorization header that is written in the headers editor is sent instead', async () => {
  const { page } = await open();
  const token = await app.token('somebody');
  await page.getByRole('button', { name: 'Headers' }).click();
  const editor = page.getByRole('region', { name: 'Headers' }).locator('.graphiql-editor:not(.hidden)');
  await editor.click();
  await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${token}` }));
  expect(subjectOf(await run(page))).toBe('somebody');
  await page.context().close();
});

test('where no personas are offered, none are asked for and none shown', async () => {
  const production = await startApp();
  const { page, complaints } = await open(production.url);
  expect(await page.locator('#identity').isVisible()).toBe(false);
  expect(subjectOf(await run(page))).toBeUndefined();
  expect(complaints).toEqual([]);
  await page.context().close();
  await production.close();
});
