import { expect, test } from 'vitest';
import { age } from '../../src/cli/age.ts';
import { manifestValue } from '../../src/cli/manifest-path.ts';
import { bytes } from '../../src/cli/sizes.ts';
import { cellText, createTable } from '../../src/cli/table.ts';
import { reasonText, type UserError } from '../../src/cli/violations.ts';

test('a reason says what would be accepted, unless its sentence does', () => {
  const place = { field: 'spec.x', subject: null, value: null, source: null, line: null, column: null };
  const reason = (message: string, accepted: string | null): string =>
    reasonText({ ...place, code: 'RULE', message, accepted } satisfies UserError);
  const cases: readonly (readonly [message: string, accepted: string | null, isAdded: boolean])[] = [
    ['there is no type mail/Boxes.', 'mail/Box', true],
    ['there is no type mail.io/Box', 'io/Box', true],
    ['the only type is mail/Box.', 'mail/Box', false],
    ['unknown; did you mean b?', 'a, b', false],
    ['10 is too much', '1', true],
    ['at most 1', '1', false],
    ['a (b) is not it', '(b)', false],
    ['no', null, false],
  ];
  for (const [message, accepted, isAdded] of cases)
    expect(reason(message, accepted)).toBe(`RULE spec.x: ${message}${isAdded ? ` (accepted: ${accepted})` : ''}`);
});

test('ages are said as kubectl says them', () => {
  const minute = 60;
  const hour = 60 * minute;
  const day = 24 * hour;
  const cases: readonly (readonly [seconds: number, text: string])[] = [
    [-5, '0s'],
    [0, '0s'],
    [119, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 5, '9m5s'],
    [10 * minute + 5, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 10 * minute, '7h10m'],
    [47 * hour + 59 * minute, '47h'],
    [2 * day + 3 * hour, '2d3h'],
    [8 * day + 3 * hour, '8d'],
    [729 * day, '729d'],
    [2 * 365 * day + 10 * day, '2y10d'],
    [8 * 365 * day + 10 * day, '8y'],
  ];
  const now = Date.parse('2026-11-21T00:00:00Z');
  const said = cases.map(([seconds]) => [seconds, age(new Date(now - seconds * 1000).toISOString(), now)]);
  expect(said).toEqual(cases);
  expect(age('never', now)).toBe('<unknown>');
});

test('a path walks objects, lists and keys with dots; what is absent is undefined', () => {
  const manifest = {
    metadata: { annotations: { 'kubernetes.io/display-name': 'X' } },
    spec: { ends: [{ n: 1 }, { n: 2 }] },
  };
  expect(manifestValue(manifest, 'spec.ends[1].n')).toBe(2);
  expect(manifestValue(manifest, 'metadata.annotations.kubernetes\\.io/display-name')).toBe('X');
  expect(manifestValue(manifest, 'spec.ends[7].n')).toBeUndefined();
  expect(manifestValue(manifest, 'spec.absent.name')).toBeUndefined();
});

test('cells hold one line of text that drives no terminal', () => {
  const texts = [null, '', [], ['a', 'b'], { name: 'x', kind: 'Y' }, { a: 1, b: 2 }, 9007199254740993n, false].map(
    cellText,
  );
  expect(texts).toEqual(['<none>', '<none>', '<none>', 'a,b', 'x', 'a,b', '9007199254740993', 'false']);
  expect(createTable(['A', 'B']).rows([['one\ntwo\u001b[31m', 'x']])).toBe('A              B\none two [31m   x\n');
});

test('columns only grow from page to page, and headings come once', () => {
  const table = createTable(['NAME', 'AGE']);
  expect(table.rows([['a', '1s']])).toBe('NAME   AGE\na      1s\n');
  expect(table.rows([['a-long-name', '1s']])).toBe('a-long-name   1s\n');
  expect(table.rows([['b', '1s']])).toBe('b             1s\n');
});

test('a table fits the terminal: the widest columns are shortened, names and headings never', () => {
  const rows = [
    ['first-of-all', 'Deepline Fiber of the far north', 'Published', '4d'],
    ['second', 'Harbor', 'Draft', '4d'],
  ];
  const headings = ['NAME', 'DISPLAY NAME', 'PHASE', 'AGE'];
  expect(createTable(headings, 46).rows(rows)).toBe(
    [
      'NAME           DISPLAY NAME    PHASE       AGE',
      'first-of-all   Deepline Fib…   Published   4d',
      'second         Harbor          Draft       4d',
      '',
    ].join('\n'),
  );
  expect(createTable(headings, 10).rows(rows).split('\n')[1]).toBe('first-of-all   Deepline Fi…   Publi…   4d');
  expect(createTable(headings).rows(rows)).toContain('Deepline Fiber of the far north   Published');
});

test('bytes are told as Kubernetes writes them', () => {
  expect([0, 1023, 1024, 1536, 34_359_738_368n, 2 ** 60].map(bytes)).toEqual([
    '0',
    '1023',
    '1Ki',
    '1.5Ki',
    '32Gi',
    '1024Pi',
  ]);
  expect([undefined, '12', null].map(bytes)).toEqual([undefined, undefined, undefined]);
});
