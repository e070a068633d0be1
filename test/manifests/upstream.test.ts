import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import expected from './upstream-outcomes.json' with { type: 'json' };

/** Upstream's own files; they are data of another licence and stay beside the project. */
const folder = new URL('../../../shared/manifests/', import.meta.url);
const groups = [
  'iam/config/protected-resources',
  'inventory/iam',
  'iam/config/roles',
  'iam/config/samples',
  'inventory/samples',
  'services',
  'iam/config/optional-policies',
];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const project = (name: string): string =>
    `---\napiVersion: resourcemanager.miloapis.com/v1alpha1\nkind: Project\nmetadata: {name: ${name}}\nspec: {ownerRef: {kind: Organization, name: datum}}\n`;
  const base = `apiVersion: resourcemanager.miloapis.com/v1alpha1\nkind: Organization\nmetadata: {name: datum}\nspec: {type: Standard}\n`;
  const projects = ['platform-producer-project', 'compute-platform', 'my-project', 'datum-cloud'].map(project).join('');
  expect((await app.apply(base + projects)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const filesIn = async (group: string): Promise<string[]> =>
  (await readdir(new URL(group, folder), { recursive: true }))
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => `${group}/${file}`);

/**
 * Every file alone, on top of those before it. A file that names objects of a later file is tried again at the end
 * of its group: the order of files is upstream's, not ours.
 */
test.skipIf(!existsSync(fileURLToPath(folder)))(
  'every upstream file loads, or is refused for the reason that is written down',
  async () => {
    const outcomes: Record<string, string> = {};
    const attempt = async (file: string): Promise<void> => {
      const { applied, userErrors, results } = await app.apply(await readFile(new URL(file, folder), 'utf8'));
      const reasons = [
        ...new Set(userErrors.map(({ code, field, subject }) => `${code} ${subject ?? ''} ${field ?? ''}`.trim())),
      ];
      outcomes[file] = applied ? `loads ${results.length}` : reasons.join('; ');
    };
    for (const group of groups) {
      const files = await filesIn(group);
      for (const file of files) await attempt(file);
      for (let round = 0; round < 4; round++) {
        for (const file of files) if (outcomes[file]?.includes('REFERENCE_NOT_FOUND') === true) await attempt(file);
      }
    }
    expect(outcomes).toEqual(expected);
  },
);

test.skipIf(!existsSync(fileURLToPath(folder)))('meters of every authoring shape load into one model', async () => {
  const { data } = await app.execute(
    `{ meterDefinitions(where: {meterName: {in: ["networking.datumapis.com/gateway/requests", "compute.datumapis.com/instance/memory-seconds", "storage.miloapis.com/bucket/class-a-operations"]}}, orderBy: [METER_NAME_ASC]) {
        nodes { meterName measurement { aggregation unit } billing { consumedUnit pricingUnit } resourceTypes { nodes { resourceTypeName } } } } }`,
  );
  expect(data).toMatchInlineSnapshot(`
    {
      "meterDefinitions": {
        "nodes": [
          {
            "billing": {
              "consumedUnit": "By.s",
              "pricingUnit": "By.s",
            },
            "measurement": {
              "aggregation": "SUM",
              "unit": "By.s",
            },
            "meterName": "compute.datumapis.com/instance/memory-seconds",
            "resourceTypes": {
              "nodes": [
                {
                  "resourceTypeName": "compute.datumapis.com/Instance",
                },
              ],
            },
          },
          {
            "billing": {
              "consumedUnit": "{request}",
              "pricingUnit": "{request}",
            },
            "measurement": {
              "aggregation": "SUM",
              "unit": "{request}",
            },
            "meterName": "networking.datumapis.com/gateway/requests",
            "resourceTypes": {
              "nodes": [
                {
                  "resourceTypeName": "networking.datumapis.com/HTTPRoute",
                },
              ],
            },
          },
          {
            "billing": {
              "consumedUnit": "{operation}",
              "pricingUnit": "k{operation}",
            },
            "measurement": {
              "aggregation": "SUM",
              "unit": "{operation}",
            },
            "meterName": "storage.miloapis.com/bucket/class-a-operations",
            "resourceTypes": {
              "nodes": [
                {
                  "resourceTypeName": "storage.miloapis.com/Bucket",
                },
              ],
            },
          },
        ],
      },
    }
  `);
});

test.skipIf(!existsSync(fileURLToPath(folder)))(
  'meters and resource types written one by one (the first authoring shape) load beside their service',
  async () => {
    const fresh = await startApp();
    try {
      const names = ['service', 'meterdefinition', 'monitoredresourcetype'].map(
        (name) => `services/services_v1alpha1_${name}.yaml`,
      );
      const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
      const base = `apiVersion: resourcemanager.miloapis.com/v1alpha1\nkind: Organization\nmetadata: {name: datum}\n---\napiVersion: resourcemanager.miloapis.com/v1alpha1\nkind: Project\nmetadata: {name: compute-platform}\nspec: {ownerRef: {kind: Organization, name: datum}}\n`;
      const answer = await fresh.apply([base, ...texts].join('\n---\n'));
      expect(answer.userErrors).toEqual([]);
      const { data } = await fresh.execute(
        '{ service(serviceName: "compute.miloapis.com") { name meters { nodes { meterName measurement { unit dimensions } } } resourceTypes { nodes { resourceTypeName labels { key } } } } }',
      );
      expect(data.service).toMatchObject({
        name: 'compute-miloapis-com',
        meters: {
          nodes: [
            {
              meterName: 'compute.miloapis.com/instance/cpu-seconds',
              measurement: { unit: 's', dimensions: ['region', 'instance.type', 'resource.tier'] },
            },
          ],
        },
        resourceTypes: { nodes: [{ resourceTypeName: 'compute.miloapis.com/Instance' }] },
      });
    } finally {
      await fresh.close();
    }
  },
);
