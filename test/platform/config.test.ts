import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, settings } from '../../src/config.ts';

test('off loopback one address may have a tenth of the connections, unless a setting says otherwise', () => {
  const open = { HOST: '0.0.0.0', CATALOG_NETWORK: 'container' };
  expect(readConfig(open).connectionsPerAddress).toBe(1_000);
  expect(readConfig({ ...open, CATALOG_CONNECTIONS_PER_ADDRESS: '7' }).connectionsPerAddress).toBe(7);
});

test('nothing configured is the embedded mode on loopback', () => {
  expect(readConfig({})).toEqual({
    database: { mode: 'embedded', dataDir: '.catalog' },
    openfga: {
      mode: 'embedded',
      storeName: 'milo-catalog',
      executable: undefined,
      cacheDir: join(homedir(), '.cache/milo-catalog'),
      downloadUrl: 'https://github.com/openfga/openfga/releases/download',
      environment: {},
    },
    issuers: [],
    administrator: { issuer: 'https://embedded.catalog.invalid', subject: 'staff' },
    longestTokenDays: 30,
    introspectionSeconds: 60,
    anonymous: 'schema',
    host: '127.0.0.1',
    port: undefined,
    poolSize: 10,
    connectionsPerCaller: 5,
    startMs: 60_000,
    maxBodyBytes: 2 ** 20,
    maxWriteBodyBytes: 2 ** 25,
    allowedOrigins: [],
    maxConnections: 10_000,
    requestsPerMinute: undefined,
    keepAliveMs: 75_000,
    connectionsPerAddress: Number.POSITIVE_INFINITY,
    overload: { loopDelayMs: 5_000, heapShare: 0.9 },
    drainMs: 0,
    keptAnswerBytes: 64 * 2 ** 20,
    readAheadBytes: 16 * 2 ** 20,
    maxPage: 1_000,
    mostLookedThrough: 50_000,
    maxDepth: 30,
    operations: {
      cost: 500_000,
      lists: 1_000,
      fields: 10_000,
      queryMs: 20_000,
      mutationMs: 300_000,
      atOnce: 8,
      queued: 256,
      waitMs: 10_000,
    },
    subscriptions: { perConnection: 50, perCaller: 100, inAll: 5_000 },
    writersWaiting: 500,
    historyDays: 90,
    audit: { days: 400, partitionedBy: 'month' },
    trustedProxies: 0,
    logging: { level: 'info', format: undefined },
    slowMs: 1_000,
    traces: undefined,
    metrics: 'at the main port',
    ignored: [],
    loadsExamples: true,
  });
});

test('with DATABASE_URL and OPENFGA_API_URL those are used and no engine is started', () => {
  const url = 'postgres://catalog@db.internal/catalog';
  const openfga = { OPENFGA_API_URL: 'https://openfga.internal/', OPENFGA_API_TOKEN: 'k', OPENFGA_STORE_NAME: 'prod' };
  expect(readConfig({ DATABASE_URL: url, ...openfga })).toMatchObject({
    database: { mode: 'external', url },
    openfga: { mode: 'external', apiUrl: 'https://openfga.internal', token: 'k', storeName: 'prod' },
  });
});

test('an empty setting is a setting that is not there', () => {
  const { openfga, ...rest } = readConfig({ PORT: '', DATABASE_URL: '', OPENFGA_BIN: '', OPENFGA_API_URL: '' });
  expect({ ...rest, openfga: { ...openfga, environment: {} } }).toEqual(readConfig({}));
});

test('every problem is reported together', () => {
  const environment = {
    DATABASE_URL: 'mysql://db',
    OPENFGA_API_URL: 'openfga:8080',
    OPENFGA_STORE_NAME: 'a:b',
    PORT: '70000',
    HOST: '0.0.0.0',
    CATALOG_DATABASE_POOL: 'many',
    CATALOG_AUDIT_DAYS: '30',
    CATALOG_TRUSTED_PROXIES: 'all',
    CATALOG_EXAMPLES: 'perhaps',
  };
  const lines = (): string[] => {
    try {
      readConfig(environment);
      return [];
    } catch (error) {
      return String(error).split('\n').slice(1);
    }
  };
  expect(lines()).toEqual([
    '  DATABASE_URL=***: is not a postgresql:// URL (what is special in URLs has to be escaped in a password)',
    '  OPENFGA_API_URL=openfga:8080: is not an http:// or https:// URL',
    '  HOST=0.0.0.0: is not a loopback address; that needs OIDC_ISSUERS, so that callers can be identified',
    '  CATALOG_DATABASE_POOL=many: is not a whole number from 2 to 200',
    '  OPENFGA_STORE_NAME=a:b: is not 3 to 64 letters, digits, spaces and . - / ^ _ & @',
    '  PORT=70000: is not a whole number from 0 to 65535',
    '  CATALOG_AUDIT_DAYS=30: is not a whole number from 31 to 36500',
    '  CATALOG_TRUSTED_PROXIES=all: is not a whole number from 0 to 10',
    '  CATALOG_EXAMPLES=perhaps: Invalid option: expected one of "true"|"false"',
  ]);
});

/** Settings that take any text: names of files, programs and addresses, which show only when they are used. */
const anyText = new Set([
  'CATALOG_DATA_DIR',
  'CATALOG_CACHE_DIR',
  'OPENFGA_API_TOKEN',
  'OPENFGA_BIN',
  'CATALOG_TRUSTED_DOCUMENTS',
]);
const nonsense = [
  '-1',
  ' ',
  '1e3',
  '0x10',
  '1_000',
  '30s',
  '5m',
  '2.5',
  '99999999999999999999',
  'NaN',
  'Infinity',
  '\u0664',
  'yes',
  'null',
  '1;2',
];

const named = ['NaN', 'Infinity', 'yes', 'null'];
/** Of these texts, what can be meant there. */
const acceptable: Readonly<Record<string, readonly string[]>> = {
  OPENFGA_STORE_NAME: ['1e3', '0x10', '1_000', '30s', '2.5', '99999999999999999999', ...named],
  HOST: named,
  CATALOG_METRICS_HOST: named,
  CATALOG_ALLOWED_ORIGINS: [' '],
};

test.each(Object.keys(settings).filter((name) => !anyText.has(name)))(
  '%s: nonsense is refused by its name, in one line, or is a value that it says it takes',
  (name) => {
    // Names of issuers and numbers of proxies are not asked for here.
    const around = { OIDC_ISSUERS: 'https://id.example audiences=x', OTEL_TRACES_EXPORTER: 'otlp' };
    const taken = nonsense.filter((text) => {
      try {
        readConfig({ ...around, [name]: text });
        return true;
      } catch (error) {
        const [head, ...lines] = error instanceof ConfigError ? error.message.split('\n') : [String(error)];
        expect([text, head, lines.length > 0]).toEqual([text, 'settings cannot be used:', true]);
        for (const line of lines) expect(line).toMatch(/^ {2}([A-Z_]+=.*: |OPENFGA_API_URL is not set: )/);
        expect(lines.some((line) => line.startsWith(`  ${name}=`))).toBe(true);
        return false;
      }
    });
    expect(taken).toEqual(acceptable[name] ?? []);
  },
);

test('no problem shows a password', () => {
  for (const url of ['mysql://catalog:hunter2@db/catalog', 'postgres://catalog:hunter2#@db/catalog', 'hunter2'])
    expect(() => readConfig({ DATABASE_URL: url })).toThrow(
      /^settings cannot be used:\n {2}DATABASE_URL=\*\*\*: is not a/,
    );
});

test('with DATABASE_URL alone, the missing OpenFGA is a problem like any other', () => {
  expect(() => readConfig({ DATABASE_URL: 'postgres://db/catalog', PORT: 'x' })).toThrow(
    /^settings cannot be used:\n {2}OPENFGA_API_URL is not set: with DATABASE_URL .*\n {2}PORT=x: .*$/,
  );
});

test('issuers are named with their audiences, and where their keys are', () => {
  const text =
    'https://id.example audiences=catalog,320983@milo; \nhttps://other.example/ audiences=x jwks=http://keys/k;';
  expect(readConfig({ OIDC_ISSUERS: text }).issuers).toEqual([
    { issuer: 'https://id.example', audiences: ['catalog', '320983@milo'] },
    { issuer: 'https://other.example/', audiences: ['x'], jwksUri: 'http://keys/k' },
  ]);
  const wrong =
    'id.example audience=x; http://id.example audiences=x jwks=keys; https://a audiences=x; https://a audiences=y';
  const form =
    'accepted: ISSUER audiences=A,B [jwks=URL] [client=ID] [scopes=A,B] [introspection=URL introspection-client=ID secret-file=PATH or key-file=PATH], several separated by ; or line breaks';
  expect(() => readConfig({ OIDC_ISSUERS: wrong, HOST: '0.0.0.0' })).toThrow(
    [
      'settings cannot be used:',
      ...[
        `'id.example' has 'audience=x'; ${form}`,
        "'id.example' is not an https:// URL (http:// is for loopback only)",
        `'id.example' names no audience, so no token would fit; ${form}`,
        "'http://id.example' is not an https:// URL (http:// is for loopback only)",
        "'http://id.example' has jwks=keys, which is no URL",
        "'https://a' is given twice",
      ].map((problem) => `  OIDC_ISSUERS=${wrong}: ${problem}`),
    ].join('\n'),
  );
});

test('issuers are written in the documents as they can be used', async () => {
  const docs = new URL('../../docs/', import.meta.url);
  const pages = (await readdir(docs)).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(pages.map((name) => readFile(new URL(name, docs), 'utf8')));
  const given = texts.flatMap((text) => [...text.matchAll(/OIDC_ISSUERS='([^']*)'/g)].map(([, value = '']) => value));
  expect(given.length).toBeGreaterThan(3);
  // Files of secrets are on other machines.
  const here = given.map((value) => value.replace(/(secret|key)-file=\S+/g, `$1-file=${import.meta.filename}`));
  for (const value of here) expect(readConfig({ OIDC_ISSUERS: value }).issuers).not.toEqual([]);
});

test('an issuer may be asked about opaque tokens, with what proves who asks', () => {
  const [file, at] = [import.meta.filename, 'https://id.example audiences=x'];
  const ask = `${at} introspection=https://id.example/introspect introspection-client=catalog`;
  const introspection = { url: 'https://id.example/introspect', proof: { clientId: 'catalog', by: 'secret', file } };
  expect(readConfig({ OIDC_ISSUERS: `${ask} secret-file=${file}` }).issuers[0]?.introspection).toEqual(introspection);
  expect(readConfig({ OIDC_ISSUERS: `${ask} key-file=${file}` }).issuers[0]?.introspection?.proof.by).toBe('key');
  const whole = 'alone; it takes introspection=, introspection-client= and one of secret-file= and key-file=';
  const refused: [text: string, why: string][] = [
    [ask, `'https://id.example' has introspection, introspection-client ${whole}`],
    [`${at} secret-file=${file}`, `'https://id.example' has secret-file ${whole}`],
    [
      `${ask} secret-file=${file} key-file=${file}`,
      `'https://id.example' has introspection, introspection-client, secret-file, key-file ${whole}`,
    ],
    [`${ask} secret-file=/nowhere`, "'https://id.example' has the file /nowhere, which cannot be read"],
    [
      `${at} introspection=http://id.example/i introspection-client=c secret-file=${file}`,
      "'https://id.example' has introspection=http://id.example/i, which is not an https:// URL (http:// is for loopback only)",
    ],
    [
      `${ask} secret-file=${file}; ${ask.replaceAll('id.example', 'b.example')} secret-file=${file}`,
      'https://id.example and https://b.example have introspection=; only one issuer can',
    ],
  ];
  for (const [text, why] of refused)
    expect(() => readConfig({ OIDC_ISSUERS: text })).toThrow(
      `settings cannot be used:\n  OIDC_ISSUERS=${text}: ${why}`,
    );
});

test('a list of trusted documents is read unless that is off', () => {
  const listed = (mode: string) =>
    readConfig({ CATALOG_TRUSTED_DOCUMENTS: 'list.json', ...(mode !== '' && { CATALOG_TRUSTED_DOCUMENTS_MODE: mode }) })
      .trustedDocuments;
  expect(['', 'prefer', 'only', 'off'].map(listed)).toEqual([
    { file: 'list.json', mode: 'prefer' },
    { file: 'list.json', mode: 'prefer' },
    { file: 'list.json', mode: 'only' },
    undefined,
  ]);
});

test('the administrator is a subject of an issuer; the subject alone says who it is where one issuer is trusted', () => {
  const production = { DATABASE_URL: 'postgres://db/catalog', OPENFGA_API_URL: 'https://openfga.internal' };
  const one = { ...production, OIDC_ISSUERS: 'https://a.example audiences=x' };
  const two = { ...production, OIDC_ISSUERS: 'https://a.example audiences=x; https://b.example audiences=x' };
  const administrator = (environment: Readonly<Record<string, string>>, text: string) =>
    readConfig({ ...environment, CATALOG_ADMIN: text }).administrator;
  const ada = { issuer: 'https://a.example', subject: 'ada' };
  expect([administrator(one, 'ada'), administrator(one, 'https://a.example ada')]).toEqual([ada, ada]);
  expect(administrator(two, ' https://b.example  ada ')).toEqual({ issuer: 'https://b.example', subject: 'ada' });
  expect(readConfig(two).administrator).toBeUndefined();
  // The embedded service has an issuer of its own.
  const embedded = 'https://embedded.catalog.invalid';
  expect(administrator({}, 'ada')).toEqual({ issuer: embedded, subject: 'ada' });
  const form = 'accepted: ISSUER SUBJECT, as https://id.example.com 320983';
  const refused: [environment: Readonly<Record<string, string>>, text: string, why: string][] = [
    [two, 'ada', `names a subject alone, which could be anyone of https://a.example, https://b.example; ${form}`],
    [
      { OIDC_ISSUERS: 'https://a.example audiences=x' },
      'ada',
      `names a subject alone, which could be anyone of https://a.example, ${embedded}; ${form}`,
    ],
    [production, 'ada', 'names a subject, but no issuer is trusted: set OIDC_ISSUERS'],
    [
      one,
      'https://a.example/ ada',
      'names the issuer https://a.example/, which is not trusted; trusted: https://a.example',
    ],
    [one, 'https://a.example', `names no subject; ${form}`],
    [one, 'https://a.example ada lovelace', `has more than two parts; ${form}`],
  ];
  for (const [environment, text, why] of refused)
    expect(() => administrator(environment, text)).toThrow(`settings cannot be used:\n  CATALOG_ADMIN=${text}: ${why}`);
});

test('with an issuer any address may be listened on', () => {
  const issuer = 'https://id.example audiences=catalog';
  expect(readConfig({ HOST: '0.0.0.0', OIDC_ISSUERS: issuer }).host).toBe('0.0.0.0');
});

test('without an issuer an address beyond loopback is for containers only', () => {
  expect(() => readConfig({ HOST: '192.0.2.1' })).toThrow('is not a loopback address');
  expect(readConfig({ HOST: '0.0.0.0', CATALOG_NETWORK: 'container' }).host).toBe('0.0.0.0');
});

test('a name that is a slip of a setting’s stops the start, which names the one that was meant', () => {
  expect(() =>
    readConfig({
      CATALOG_ADMNI: 'ada',
      CATALOG_ANONYMOS: 'none',
      catalog_max_page: '5',
      OIDC_ISSUER: 'https://id.example',
    }),
  ).toThrow(`settings cannot be used:
  CATALOG_ADMNI is no setting; did you mean CATALOG_ADMIN?
  CATALOG_ANONYMOS is no setting; did you mean CATALOG_ANONYMOUS?
  OIDC_ISSUER is no setting; did you mean OIDC_ISSUERS?
  catalog_max_page is no setting; did you mean CATALOG_MAX_PAGE?`);
});

test('other names under the own prefix are told, and those of others and of the platform disturb nobody', () => {
  const ofOthers = {
    OTEL_EXPORTER_OTLP_ENDPOIN: 'http://collector',
    OIDC_CLIENT_ID: 'portal',
    OPENFGA_DATASTORE_URI: 'postgres://openfga',
    CATALOG_SERVER: 'http://catalog',
    CATALOG_TOKEN: 'token',
    CATALOG_CONTEXT: 'home',
    CATALOG_CONFIG_DIR: '/tmp',
    CATALOG_SERVICE_HOST: '10.0.0.1',
    CATALOG_SERVICE_PORT: '4000',
    CATALOG_SERVICE_PORT_HTTP: '4000',
    CATALOG_PORT: 'tcp://10.0.0.1:4000',
    CATALOG_PORT_4000_TCP: 'tcp://10.0.0.1:4000',
    CATALOG_PORT_4000_TCP_ADDR: '10.0.0.1',
    CATALOG_METRICS_PORT: '4001',
  };
  expect(readConfig(ofOthers).ignored).toEqual([]);
  expect(readConfig({ ...ofOthers, CATALOG_PORT: '4000', CATALOG_FEATURES: 'all' }).ignored).toEqual([
    'CATALOG_FEATURES',
    'CATALOG_PORT',
  ]);
});
