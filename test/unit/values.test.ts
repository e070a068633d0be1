import { describe, expect, test } from 'vitest';
import {
  constantCase,
  isDnsLabel,
  isDnsSubdomain,
  isLabelKey,
  isLabelValue,
  isStorable,
  snakeCase,
  withArticle,
} from '../../src/catalog/values/names.ts';
import { hint, nearest } from '../../src/catalog/values/nearest.ts';
import { quantityValue } from '../../src/catalog/values/quantity.ts';
import { conversionFactor } from '../../src/catalog/values/unit.ts';

const long = (length: number): string => 'a'.repeat(length);

describe('quantities, as Kubernetes writes them', () => {
  test.each([
    ['0', '0'],
    ['3', '3'],
    ['+3', '3'],
    ['-3', '-3'],
    ['-0', '0'],
    ['-0.0', '0'],
    ['007', '7'],
    ['0.5', '0.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1.50', '1.5'],
    ['100G', '100000000000'],
    ['1.5G', '1500000000'],
    ['250m', '0.25'],
    ['-250m', '-0.25'],
    ['1000m', '1'],
    ['1u', '0.000001'],
    ['1n', '0.000000001'],
    ['12E', '12000000000000000000'],
    ['12E6', '12000000'],
    ['1e3', '1000'],
    ['1E+3', '1000'],
    ['1e-3', '0.001'],
    ['1.25e1', '12.5'],
    ['1Ki', '1024'],
    ['0.1Ki', '102.4'],
    ['1.5Gi', '1610612736'],
    ['1Ei', '1152921504606846976'],
    ['9223372036854775807', '9223372036854775807'],
    ['18446744073709551616', '18446744073709551616'],
    ['0.000000000000000000000001', '0.000000000000000000000001'],
  ])('%s is %s', (text, value) => {
    expect(quantityValue(text)).toBe(value);
  });

  test.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    '1 G',
    ' 1',
    '1\n',
    '1K',
    '1g',
    '1kB',
    '1GiB',
    '1mi',
    '1e',
    '1e3k',
    'e3',
    '1.2.3',
    '1,5',
    '--1',
    '0x10',
    '١',
    'Infinity',
    'NaN',
    '1e61',
    '1e-61',
    '1e999999999',
  ])('%j is none', (text) => {
    expect(quantityValue(text)).toBeUndefined();
  });
});

describe('units, in the manner of UCUM', () => {
  test.each([
    ['s', 's', '1'],
    ['s', 'h', '3600'],
    ['h', 's', '1/3600'],
    ['s', 'min', '60'],
    ['s', 'mo', '2629800'],
    ['By', 'GiBy', '1073741824'],
    ['By', 'GBy', '1000000000'],
    ['GBy', 'GiBy', '2097152/1953125'],
    ['bit', 'By', '8'],
    ['By', 'bit', '1/8'],
    ['MBy', 'Mbit', '1/8'],
    ['ms', 's', '1000'],
    ['us', 'ms', '1000'],
    ['By.s', 'GiBy.h', '3865470566400'],
    ['By/s', 'Mbit/s', '125000'],
    ['GBy.h', 'GBy.mo', '1461/2'],
    ['{request}', '1', '1'],
    ['1', '{request}', '1'],
    ['{request}', 'k{request}', '1000'],
    ['{token}', 'M{token}', '1000000'],
    ['1', '%', '1/100'],
    ['{core}.s', '{core}.h', '3600'],
    ['s2', 'min2', '3600'],
    ['/s', '/min', '1/60'],
    ['1/s', 's-1', '1'],
    ['anything', 'anything', '1'],
  ])('of %s, %s makes %s', (from, to, factor) => {
    expect(conversionFactor(from, to)).toBe(factor);
  });

  test.each([
    ['s', 'By'],
    ['By', 'By/s'],
    ['s', 's2'],
    ['furlong', 's'],
    ['s', ''],
    ['s', 'k'.repeat(2)],
    ['s', 's s'],
    ['s', 's/'],
    ['s', 's..s'],
    ['s', '{s'],
    ['s', 's}'],
    ['s', 'ß'],
    ['s', 's99'],
    ['h99999999999', 's'],
    ['s', '/'],
    ['s', '2'],
    ['s', '{a}{b'],
  ])('%s and %s cannot be converted', (from, to) => {
    expect(conversionFactor(from, to)).toBeUndefined();
  });
});

describe('names', () => {
  test.each([
    ['heightU', 'height_u', 'HEIGHT_U'],
    ['portalURL', 'portal_url', 'PORTAL_URL'],
    ['siteRef', 'site_ref', 'SITE_REF'],
    ['ProviderCircuit', 'provider_circuit', 'PROVIDER_CIRCUIT'],
    ['NVMe', 'nv_me', 'NVME'],
    ['FiberSMF', 'fiber_smf', 'FIBER_SMF'],
    ['datum-managed', 'datum-managed', 'DATUM_MANAGED'],
    ['amd64', 'amd64', 'AMD64'],
  ])('%s becomes %s and %s', (word, snake, constant) => {
    expect([snakeCase(word), constantCase(word)]).toEqual([snake, constant]);
  });

  test.each([
    [isDnsLabel, ['a', '0', 'a-b', long(63)], ['', '-a', 'a-', 'A', 'a.b', 'a_b', 'a\n', long(64)]],
    [
      isDnsSubdomain,
      ['a', 'a.b', 'a-1.b-2', long(253), [long(63), long(63), long(63), long(61)].join('.')],
      [
        '',
        '.',
        'a.',
        '.a',
        'a..b',
        'a.B',
        'a.-b',
        'a-.b',
        long(254),
        [long(63), long(63), long(63), long(62)].join('.'),
      ],
    ],
    [
      isLabelKey,
      ['a', 'A', 'a_b.C-d', 'example.com/a', long(63)],
      ['', '/', 'a/', '/a', 'a/b/c', 'Example.com/a', '-a', 'a-', 'ä', long(64), `${long(254)}/a`],
    ],
    [isLabelValue, ['', 'a', 'A_b.c-1', long(63)], [' ', '-a', 'a.', 'a b', 'ä', long(64)]],
    [isStorable, ['', 'ä', '😀', '\u0001'], ['\0', 'a\0b', '\ud83d']],
  ] as const)('%o tells them apart', (holds, good, bad) => {
    expect(good.filter((text) => !holds(text))).toEqual([]);
    expect(bad.filter((text) => holds(text))).toEqual([]);
  });

  test.each([
    ['Organization', 'an Organization'],
    ['User', 'a User'],
    ['Rack', 'a Rack'],
  ])('%s is %s', (noun, text) => {
    expect(withArticle(noun)).toBe(text);
  });
});

describe('what was probably meant', () => {
  const kinds = ['Rack', 'Region', 'Site', 'NetworkDevice', 'Port'];
  test.each([
    ['rack', 'Rack'],
    ['Rak', 'Rack'],
    ['Rakc', 'Rack'],
    ['Sitte', 'Site'],
    ['networkdevices', 'NetworkDevice'],
    ['NetwrokDevcie', 'NetworkDevice'],
    ['P0rt', 'Port'],
    ['Cluster', undefined],
    ['x', undefined],
    ['', undefined],
    [long(1_000_000), undefined],
  ])('%s: %s', (word, meant) => {
    expect(nearest(word, kinds)).toBe(meant);
    expect(hint(word, kinds)).toBe(meant === undefined ? '' : `; did you mean '${meant}'?`);
  });

  test('of two that are equally near it is the first, of several the nearest', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
    expect(nearest('ports', ['sports', 'sorts', 'ports'])).toBe('ports');
    expect(nearest('ports', [])).toBeUndefined();
  });
});
