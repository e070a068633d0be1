import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

test('the mutations of the README do what it says', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const section = /^## Change\n(.*?)^## /ms.exec(readme)?.[1] ?? '';
  const documents = [...section.matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(documents).toHaveLength(2);
  const [first = '', second = ''] = documents;
  const changed = await app.execute(first);
  const tried = await app.execute(second);
  expect(changed.errors).toBeUndefined();
  expect(changed.data.createRack).toMatchObject({ changed: true, userErrors: [] });
  expect(changed.data.updateRack.changes.map(({ path }: { path: string }) => path)).toEqual([
    'metadata.labels.tier',
    'spec.cage',
    'spec.heightU',
  ]);
  expect(tried.data.batch).toMatchObject({
    applied: false,
    userErrors: [],
    results: [{ outcome: 'CREATED' }, { outcome: 'CREATED' }, { outcome: 'CREATED' }],
  });
  const actions = [...section.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  const { data } = await app.execute('{ __schema { mutationType { fields { name } } } }');
  const known = new Set((data.__schema.mutationType.fields as { name: string }[]).map(({ name }) => name));
  const named = actions.filter((name) =>
    /^(move|suspend|resume|place|unplace|connect|disconnect|publish|deprecate|retire|bind|unbind|deactivate|reactivate)[A-Z]/.test(
      name,
    ),
  );
  expect(new Set(named).size).toBe(15);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
