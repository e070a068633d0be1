import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AppOptions } from '../../src/app.ts';
import { type LocalIssuer, openLocalIssuer } from '../../src/platform/authn/local-issuer.ts';
import { exampleWorld, startApp, type TestApp } from './app.ts';
import { introduce } from './introduce.ts';

/** An issuer like that of an embedded service, whose key nobody keeps. */
export async function createLocalIssuer(): Promise<LocalIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'milo-issuer-'));
  const issuer = await openLocalIssuer(folder);
  await rm(folder, { recursive: true });
  return issuer;
}

/** The service with the example world in it, and its own issuer: everyone of the world can be asked as. */
export async function startExampleWorld(
  issuer?: LocalIssuer,
  options: Partial<AppOptions> = {},
): Promise<TestApp & { readonly localIssuer: LocalIssuer }> {
  const localIssuer = issuer ?? (await createLocalIssuer());
  const app = await startApp({ localIssuer, ...options });
  expect((await app.apply(await exampleWorld())).userErrors).toEqual([]);
  const as: TestApp['as'] = (subject) => ({
    execute: async (document, variables, headers) => {
      await introduce(app, localIssuer.issuer.issuer, subject);
      const authorization = `Bearer ${await localIssuer.signToken(subject)}`;
      return app.execute(document, variables, { authorization, ...headers });
    },
  });
  return { ...app, as, localIssuer };
}
