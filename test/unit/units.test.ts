import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { conversionFactor, conversionOf, readUnit } from '../../src/catalog/values/unit.ts';
import { inconsistencies } from '../../src/domains/services/configuration-consistency.ts';
import { readConfiguration } from '../../src/domains/services/configuration-spec.ts';
import { remarkOnUnits } from '../../src/domains/services/unit-rules.ts';
import { random } from '../mutations/random.ts';

const library = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as {
  UcumLhcUtils: {
    getInstance(): { convertUnitTo(from: string, value: number, to: string): { status: string; toVal: number | null } };
  };
};
const spelt = (unit: string) => readUnit(unit)?.spelling;
const remarks = (unit: string): string[] => remarkOnUnits([{ unit, path: 'p' }]).map(({ message }) => message);

const refusals = (measured: string, consumed: string, priced: string) => {
  const meter = {
    name: 's/m',
    measurement: { aggregation: 'Sum', unit: measured },
    billing: { consumedUnit: consumed, pricingUnit: priced },
    monitoredResourceTypes: [],
  };
  const spec = { phase: 'Draft', meters: [meter] };
  return inconsistencies(readConfiguration(spec), spec).map(
    ({ rule, path, accepted }) => `${rule} ${path}: ${accepted}`,
  );
};

test('C3.s5, C10.14: units convert into each other, or are refused with the nearest known one', () => {
  const billing = 'spec.meters[0].billing';
  expect(refusals('s', 's', 'h')).toEqual([]);
  expect(refusals('s', 's', 'GiBy')).toEqual([
    `UNITS_DO_NOT_CONVERT ${billing}.pricingUnit: s, ns, us, ms, min, h, d, wk, mo, a`,
  ]);
  expect(refusals('By', 'By', 'parsecs')).toEqual([`UNIT_UNKNOWN ${billing}.pricingUnit: a UCUM unit such as pc`]);
  expect(refusals('kby', 'kby', 'kby')).toEqual([]);
  expect(refusals('s/', 's/', 's/').map((line) => line.split(' ')[0])).toEqual(['UNIT_FORM', 'UNIT_FORM', 'UNIT_FORM']);
  expect(refusals('By', 'By', 'kB')[0]).toContain('UNITS_DO_NOT_CONVERT');
  expect(refusals('By', 'By', 'GiB-month')[0]).toContain(': GiBy, By, ');
});

test.each([
  ['instance', '{instance}'],
  ['MiB', 'MiBy'],
  ['millicore', '{millicore}'],
  ['k{token}', '10*3.{token}'],
  ['vcpu-second', '{vcpu}.s'],
  ['gib-second', 'GiBy.s'],
])('the spelling %s is accepted with a warning that says %s', (unit, ucum) => {
  expect(spelt(unit)).toBe(ucum);
  expect(remarks(unit)).toEqual([expect.stringContaining(`write ${ucum}`)]);
  expect(refusals(unit, unit, unit)).toEqual([]);
});

test.each([
  ['10*3.s', 's', '1/1000'],
  ['cs', 's', '100'],
  ['By', 'kBy', '1000'],
  ['MiB', 'GiBy', '1024'],
  ['mol', 'mmol', '1/1000'],
  ['mol', '1', undefined],
  ['Cel', 'K', undefined],
  ['By', '1', undefined],
])('of %s, %s makes exactly %s', (from, to, factor) => {
  expect(conversionFactor(from, to)).toBe(factor);
});

const value = (factor: string): [bigint, bigint] => {
  const [up = '', down = '1'] = factor.split('/');
  return [BigInt(up), BigInt(down)];
};

test('conversions are exact, invertible and transitive over random units, and agree with the library', () => {
  const { upTo } = random(12);
  const pick = <T>(list: readonly T[]): T => list[upTo(list.length)] as T;
  const sizes = {
    s: ['s', 'ms', 'ks', 'cs', 'min', 'h', 'd', 'mo', '10*3.s'],
    m: ['m', 'km', '[in_i]', '[mi_i]', 'dam'],
  };
  const shapes = [
    (s: string, m: string) => `${s}.${m}`,
    (s: string, m: string) => `${m}/(${s})`,
    (s: string, m: string) => `/(${s})/(${m})`,
  ];
  const lhc = library.UcumLhcUtils.getInstance();
  for (let round = 0; round < 300; round++) {
    const shape = pick(shapes);
    const [a, b, c] = [0, 1, 2].map(() => shape(pick(sizes.s), pick(sizes.m))) as [string, string, string];
    const factors = [conversionFactor(a, b), conversionFactor(b, a), conversionFactor(b, c), conversionFactor(a, c)];
    const [ab, ba, bc, ac] = factors.map((factor) => value(factor ?? '')) as [bigint, bigint][] as [
      [bigint, bigint],
      [bigint, bigint],
      [bigint, bigint],
      [bigint, bigint],
    ];
    expect(ab[0] * ba[0], `${a} and ${b}`).toBe(ab[1] * ba[1]);
    expect(ab[0] * bc[0] * ac[1], `${a}, ${b} and ${c}`).toBe(ab[1] * bc[1] * ac[0]);
    const theirs = lhc.convertUnitTo(b, 1, a).toVal ?? Number.NaN;
    expect(Number(ab[0]) / Number(ab[1]) / theirs, `${a} to ${b}`).toBeCloseTo(1, 9);
  }
});

test('nothing throws on random text', () => {
  const { upTo } = random(7);
  const letters = [
    's',
    'k',
    'B',
    'y',
    '{',
    '}',
    '(',
    ')',
    '.',
    '/',
    '1',
    '0',
    '*',
    '-',
    '[',
    ']',
    '9',
    ' ',
    'é',
    '^',
    '%',
  ];
  for (let round = 0; round < 5000; round++) {
    const text = Array.from({ length: upTo(70) }, () => letters[upTo(letters.length)]).join('');
    expect(() => [
      readUnit(text),
      conversionFactor(text, 's'),
      remarkOnUnits([{ unit: text, path: 'p' }]),
    ]).not.toThrow();
  }
});

test('C5.3l: what has no factor says whether the units measure different things, or are not read', () => {
  expect(conversionOf('By.s', 'GiBy.h')).toBe('Exact');
  expect(conversionOf('parsecs', 'parsecs')).toBe('Exact');
  expect(conversionOf('pc', 'm')).toBe('Rounded');
  expect(conversionOf('By', 's')).toBe('NotConvertible');
  expect(conversionOf('instance', '{instance}')).toBe('Unreadable');
  expect(conversionOf('By', 'parsecs')).toBe('Unreadable');
});
