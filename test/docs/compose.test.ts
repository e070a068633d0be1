import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { OPENFGA_VERSION } from '../../src/platform/openfga/version.ts';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}

const root = new URL('../../', import.meta.url);
const compose = parse(await readFile(new URL('docker-compose.yml', root), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
};
const { catalog, ...engines } = compose.services;

/** What the container is started with, when the one who starts it has these settings. */
async function configuration(own: Readonly<Record<string, string>>) {
  const dockerfile = await readFile(new URL('Dockerfile', root), 'utf8');
  const image = /^ENV (HOST=.*)$/m
    .exec(dockerfile)?.[1]
    ?.split(' ')
    .map((pair) => pair.split('='));
  const given = Object.entries(catalog?.environment ?? {}).map(([name, value]) => [
    name,
    value.replace(/^\$\{(\w+):-\}$/, (_, wanted: string) => own[wanted] ?? ''),
  ]);
  return readConfig(Object.fromEntries([...(image ?? []), ...given]) as Record<string, string>);
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
  const images = Object.values(engines).flatMap(({ image }) => (image?.startsWith('openfga/') ? [image] : []));
  expect(new Set(images)).toEqual(new Set([`openfga/openfga:v${OPENFGA_VERSION}`]));
  expect(Object.values(compose.services).flatMap(({ ports }) => ports ?? [])).toEqual(['127.0.0.1:4000:4000']);
});
