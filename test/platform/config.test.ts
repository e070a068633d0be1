import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';

test('nothing configured is the embedded mode on loopback', () => {
  expect(readConfig({})).toEqual({
    database: { mode: 'embedded', dataDir: '.catalog' },
    host: '127.0.0.1',
    port: undefined,
    poolSize: 10,
    maxBodyBytes: 32 * 2 ** 20,
    maxPage: 1_000,
    maxDepth: 30,
    loadsExamples: true,
  });
});

test('with DATABASE_URL that database is used and no engine is started', () => {
  const url = 'postgres://catalog@db.internal/catalog';
  expect(readConfig({ DATABASE_URL: url }).database).toEqual({ mode: 'external', url });
});

test('an empty setting is a setting that is not there', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
});

test('every problem is reported together', () => {
  const environment = {
    DATABASE_URL: 'mysql://db',
    PORT: '70000',
    HOST: '0.0.0.0',
    CATALOG_DATABASE_POOL: 'many',
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
    '  DATABASE_URL=mysql://db: is not a postgresql:// URL',
    '  HOST=0.0.0.0: is not a loopback address; nothing else is served before callers are identified',
    '  PORT=70000: Too big: expected number to be <=65535',
    '  CATALOG_DATABASE_POOL=many: Invalid input: expected number, received NaN',
    '  CATALOG_EXAMPLES=perhaps: Invalid option: expected one of "true"|"false"',
  ]);
});

test('an address beyond loopback is for containers only', () => {
  expect(() => readConfig({ HOST: '192.0.2.1' })).toThrow('is not a loopback address');
  expect(readConfig({ HOST: '0.0.0.0', CATALOG_NETWORK: 'container' }).host).toBe('0.0.0.0');
});
