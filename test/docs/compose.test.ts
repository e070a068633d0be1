import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig, settings } from '../../src/config.ts';
import { OPENFGA_VERSION } from '../../src/platform/openfga/version.ts';
import { imageEnvironment } from './image.ts';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: object;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
}

const root = new URL('../../', import.meta.url);
const readCompose = async (file: string): Promise<Compose> =>
  parse(await readFile(new URL(file, root), 'utf8'), { merge: true }) as Compose;
const compose = await readCompose('docker-compose.yml');
const identity = await readCompose('docs/operations/compose.identity.yaml');
const { catalog, ...engines } = compose.services;

/** What the container is started with, when the one who starts it has these settings. */
async function configuration(own: Readonly<Record<string, string>>, more: Service = {}) {
  const given = Object.entries({ ...catalog?.environment, ...more.environment }).map(([name, value]) => [
    name,
    value.replace(/^\$\{(\w+):-\}$/, (_, wanted: string) => own[wanted] ?? ''),
  ]);
  return readConfig({ ...(await imageEnvironment()), ...Object.fromEntries(given) } as Record<string, string>);
}

test('the settings of docker-compose.yml fit, with an issuer and without', async () => {
  expect(await configuration({})).toMatchObject({
    database: { mode: 'external' },
    openfga: { mode: 'external', token: engines.openfga?.environment?.OPENFGA_AUTHN_PRESHARED_KEYS },
    issuers: [],
    administrator: undefined,
    host: '0.0.0.0',
  });
  const text = await readFile(new URL('docker-compose.yml', root), 'utf8');
  const example = Object.fromEntries(
    [...text.matchAll(/^ +# {3}(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(await configuration(example)).toMatchObject({
    issuers: [{ issuer: 'https://id.example.com' }],
    administrator: { issuer: 'https://id.example.com', subject: '326102453042806786' },
  });
});

test('it runs the OpenFGA of this version, and nobody but this machine reaches it', () => {
  const images = Object.values(engines).flatMap(({ image }) => (image?.includes('openfga/') ? [image] : []));
  expect(new Set(images)).toEqual(new Set([`\${IMAGE_OPENFGA:-openfga/openfga:v${OPENFGA_VERSION}}`]));
  expect(Object.values(compose.services).flatMap(({ ports }) => ports ?? [])).toEqual(['127.0.0.1:4000:4000']);
});

test('each container keeps to what it needs, and comes back by itself (E51)', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    const isTask = name === 'openfga-database' || name === 'openfga-migrate';
    expect([name, service]).toEqual([
      name,
      expect.objectContaining({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        restart: isTask ? 'on-failure:5' : 'unless-stopped',
        mem_limit: expect.any(String),
        cpus: expect.any(Number),
        pids_limit: expect.any(Number),
      }),
    ]);
    // The service's own is in its image.
    if (!isTask && name !== 'catalog') expect([name, service.healthcheck]).toEqual([name, expect.anything()]);
  }
  const images = [...Object.values(engines), ...Object.values(identity.services)].flatMap(({ image }) => image ?? []);
  for (const image of images) expect(image).toMatch(/^\$\{\w+:-[\w./-]+:v?\d+\.\d+(\.\d+)?\}$/);
});

test('every variable of the service is a setting, and it is let finish before it is killed', async () => {
  const names = Object.keys({ ...catalog?.environment, ...(await imageEnvironment()) });
  expect(names.filter((name) => name !== 'NODE_ENV' && !(name in settings))).toEqual([]);
  const { drainMs } = await configuration({});
  expect(catalog).toMatchObject({ stop_grace_period: '30s' });
  expect(drainMs + 10_000).toBeLessThan(30_000);
});

test('an identity provider without TLS can stand beside it (E52)', async () => {
  expect(await configuration({}, identity.services.catalog)).toMatchObject({
    issuers: [
      {
        issuer: 'http://localhost:8080/realms/milo',
        audiences: ['catalog'],
        jwksUri: 'http://keycloak:8080/realms/milo/protocol/openid-connect/certs',
      },
    ],
  });
  expect(identity.services.keycloak?.ports).toEqual(['127.0.0.1:8080:8080']);
});
