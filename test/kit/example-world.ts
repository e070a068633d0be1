import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AppOptions } from '../../src/app.ts';
import { openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { exampleWorld, startApp, type TestApp } from './app.ts';

/** The service with the example world in it, and its own issuer: everyone of the world can be asked as. */
export async function startExampleWorld(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-personas-'));
  const localIssuer = await openLocalIssuer(folder);
  await rm(folder, { recursive: true });
  const app = await startApp({ localIssuer, ...options });
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  const as: TestApp['as'] = (subject) => ({
    execute: async (document, variables, headers) =>
      app.execute(document, variables, {
        authorization: `Bearer ${await localIssuer.signToken(subject)}`,
        ...headers,
      }),
  });
  return { ...app, as };
}
