import { expect, test } from 'vitest';
import { readPath, readTemplate } from '../../src/cli/json-path.ts';

const rack = {
  metadata: { name: 'a01', labels: { 'a.b/c': 'x', 'it.s': 'y' } },
  spec: { feeds: ['A', 'B'], units: 42n },
};

test.each([
  ['.metadata.name', ['a01']],
  ['metadata.name', ['a01']],
  ['{.metadata.name}', ['a01']],
  ['$.metadata.name', ['a01']],
  ['.metadata.labels.a\\.b/c', ['x']],
  [".metadata.labels['it.s']", ['y']],
  ['.spec.feeds[*]', ['A', 'B']],
  ['.spec.feeds[-1:]', ['B']],
  ['.spec.feeds[-1]', ['B']],
  ['.spec.feeds[-2]', ['A']],
  [".metadata.labels['a\\.b/c']", ['x']],
  ['.metadata.labels["it\\.s"]', ['y']],
  ['{@}', [rack]],
  ['{@.metadata.name}', ['a01']],
  ['..name', ['a01']],
  ['.nothing.at.all', []],
  ['.', [rack]],
])('the values at %s', (path, values) => {
  expect(readPath(path)(rack)).toEqual(values);
});

test.each([
  ['.items[?(@.labels.a\\.b/c=="x")].name', ['one']],
  ['.items[?(@.labels.a\\.b/c != "x")].name', ['two']],
  [".items[?(@.labels['a\\.b/c']=='y')].name", ['two']],
  ['.items[?(@.name=="three.and.more")].labels.a\\.b/c', ['z']],
  ['.items[-1].name', ['three.and.more']],
])('the values of a list at %s', (path, values) => {
  const items = [
    { name: 'one', labels: { 'a.b/c': 'x' } },
    { name: 'two', labels: { 'a.b/c': 'y' } },
    { name: 'three.and.more', labels: { 'a.b/c': 'z' } },
  ];
  expect(readPath(path)({ items: path.includes('!=') ? items.slice(0, 2) : items })).toEqual(values);
});

test.each([
  ['{.metadata.name}: {.spec.feeds[*]}', 'a01: A B'],
  ['{.spec.feeds}', '["A","B"]'],
  ['{.spec.units}', '42'],
  ['{range .spec.feeds[*]}<{.}>{end}', '<A><B>'],
  ['{"{a\\tb}"}', '{a\tb}'],
  ["{'it\\'s \"so\"'}", 'it\'s "so"'],
  ['{range .}{range .spec.feeds[*]}{.}{end}{.metadata.name}{end}', 'ABa01'],
  ['.metadata.name', 'a01'],
  ['text alone', ''],
])('the template %s', (template, text) => {
  expect(readTemplate(template)(rack)).toBe(text);
});

test.each([
  ['{range .items[*]}', '{range} without {end}'],
  ['{end}', '{end} without {range}'],
  ['a{.b', 'the brace at character 2 is not closed'],
  ['{"\\q"}', 'is not text in quotes'],
])('the template %s cannot be read', (template, why) => {
  expect(() => readTemplate(template)).toThrow(why);
});

test('nothing of a template is run as a program', () => {
  expect(() => readPath('.spec.feeds[?(process.exit(3))]')(rack)).toThrow('process is not defined');
  expect(() => readPath('.spec.feeds[?(@.constructor.constructor("return 1")())]')(rack)).toThrow();
});
