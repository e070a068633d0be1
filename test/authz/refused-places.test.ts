import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
});
afterAll(() => app.close());

const doc = (kind: string, name: string, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind, metadata: { name }, spec })}\n`;

test('what stands in something that is refused is refused along with it, whoever asks', async () => {
  const content =
    doc('NetworkDevice', 'nowhere', { clusterRef: { name: 'none' }, siteRef: { name: 'fra1' }, role: 'Leaf' }) +
    doc('Port', 'nowhere-p1', { deviceRef: { kind: 'NetworkDevice', name: 'nowhere' }, type: 'Optical', name: 'p1' });
  for (const who of ['test-admin', 'network-operator', 'outsider']) {
    const { data, errors } = await app
      .as(who)
      .execute('mutation ($input: ApplyInput!) { apply(input: $input) { applied userErrors { code subject } } }', {
        input: { manifests: [{ content }] },
      });
    expect([who, errors]).toEqual([who, undefined]);
    expect(data.apply.applied).toBe(false);
    expect(data.apply.userErrors).toContainEqual({ code: 'REFERENCE_NOT_FOUND', subject: 'NetworkDevice/nowhere' });
  }
});
