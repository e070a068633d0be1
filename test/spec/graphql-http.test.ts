import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
let authorization: string;
beforeAll(async () => {
  app = await startApp();
  authorization = `Bearer ${await app.token('test-admin')}`;
});
afterAll(() => app.close());

/** What the draft of GraphQL over HTTP recommends and the service does otherwise. */
const explained: Readonly<Record<string, string>> = {
  // Clients that know neither the draft nor GraphQL tell a wrong document by the status; Apollo Server's way.
  '572B': 'a document with a syntax error is 400 for `application/json` too',
  FDE2: 'a document that is not valid is 400 for `application/json` too',
  '7B9B': 'variables of a wrong type are 400 for `application/json` too',
};

/** Names of the audits that fail, with what they say. */
async function audit(headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  const audits = serverAudits({
    url: `${app.url}/graphql`,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
  });
  expect(audits.length).toBeGreaterThan(55);
  for (const { id, name, fn } of audits) {
    const result = await fn();
    if (result.status !== 'ok') failed[id] = `${result.status}: ${name}: ${result.reason}`;
  }
  return failed;
}

test('GraphQL over HTTP is spoken as the draft says, with a token (E34)', async () => {
  expect(Object.keys(await audit({ authorization })).sort()).toEqual(Object.keys(explained).sort());
});

test('without a token a GET needs a header that browsers send to nobody unasked (E24)', async () => {
  const byGet = ['5A70', 'D6D5', '6A70'];
  expect(Object.keys(await audit({})).sort()).toEqual([...Object.keys(explained), ...byGet].sort());
});
