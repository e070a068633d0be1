import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../src/catalog/manifests/parse.ts';

type Path = readonly (string | number)[];

/** What is wrong with a text, as `line:column message`. */
const problems = (content: string): string[] =>
  parseManifests({ content }).violations.map(
    ({ rule, line, column, message }) => `${line}:${column} ${rule} ${message}`,
  );

/** Where paths of the first document stand, as `line:column`. */
const places = (content: string, ...paths: Path[]): string[] => {
  const { documents, violations } = parseManifests({ content });
  expect(violations).toEqual([]);
  return paths.map((path) => {
    const at = documents[0]?.positionOf(path);
    return `${at?.line}:${at?.column}`;
  });
};

const rack = `apiVersion: v1
kind: Rack
metadata:
  name: a1
  labels: {row: "7", 'a b': x}
spec:
  siteRef: {name: fra1}
  feeds:
    - name: A
      volts: 230
    -
      name: B
`;

describe('where a path stands', () => {
  const paths: Path[] = [
    [],
    ['kind'],
    ['metadata', 'name'],
    ['metadata', 'labels', 'row'],
    ['metadata', 'labels', 'a b'],
    ['spec', 'siteRef', 'name'],
    ['spec', 'feeds', 0],
    ['spec', 'feeds', 0, 'volts'],
    ['spec', 'feeds', 1, 'name'],
  ];
  const expected = ['1:1', '2:1', '4:3', '5:12', '5:22', '7:13', '9:7', '10:7', '12:7'];

  test('of any path it is its key, of an entry of a list its start', () => {
    expect(places(rack, ...paths)).toEqual(expected);
  });

  test('Windows line ends make no difference', () => {
    expect(places(rack.replaceAll('\n', '\r\n'), ...paths)).toEqual(expected);
  });

  test('a byte order mark takes no column of its own', () => {
    expect(places(`\uFEFF${rack}`, ...paths)).toEqual(expected);
  });

  test('of what is absent it is the nearest thing around it', () => {
    const absent: Path[] = [
      ['spec', 'heightU'],
      ['spec', 'feeds', 7, 'name'],
      ['status', 'x'],
      ['spec', 'feeds', 1, 'volts', 'x'],
    ];
    expect(places(rack, ...absent)).toEqual(['6:1', '8:3', '1:1', '12:7']);
  });

  test('comments, directives and document marks before it count as lines', () => {
    expect(places(`# a rack\n%YAML 1.2\n---\n# really\n${rack}`, [], ['kind'])).toEqual(['5:1', '6:1']);
  });

  test('in JSON too', () => {
    expect(
      places(
        '{"kind": "Rack",\n "spec": {"heightU": 42,\n  "feeds": [{"name": "A"}]}}',
        [],
        ['spec', 'heightU'],
        ['spec', 'feeds', 0, 'name'],
      ),
    ).toEqual(['1:1', '2:11', '3:14']);
  });

  test('JSON documents among YAML ones keep the lines of the file, and what they say', () => {
    const { documents, violations } = parseManifests({
      content:
        '--- # first\nkind: A\n---\n{"kind": "B", "spec": {"x": 9007199254740993, "e\\u0301": "--- \\/"}}\n---  \r\n\r\n{\r\n"kind": "C",\r\n"spec": {"x": 1.0}}\r\n---\n{kind: D, spec: {x: 0o17}}',
    });
    expect(violations).toEqual([]);
    expect(documents.map(({ value, line, positionOf }) => [value, line, positionOf(['spec', 'x'])])).toEqual([
      [{ kind: 'A' }, 2, { line: 2, column: 1 }],
      [{ kind: 'B', spec: { x: 9007199254740993n, 'e\u0301': '--- /' } }, 4, { line: 4, column: 24 }],
      [{ kind: 'C', spec: { x: 1 } }, 7, { line: 9, column: 10 }],
      [{ kind: 'D', spec: { x: 15 } }, 11, { line: 11, column: 18 }],
    ]);
  });

  test('behind an alias it is where the anchor stands', () => {
    const content = 'kind: Rack\ncommon: &common\n  name: fra1\nspec:\n  siteRef: *common\n';
    expect(places(content, ['spec', 'siteRef'], ['spec', 'siteRef', 'name'])).toEqual(['5:3', '3:3']);
  });

  test('merge keys bring what a mapping does not have itself', () => {
    const content =
      'kind: A\nbase: &base {x: 1, y: {z: 1}}\nmore: &more {y: 2, w: 3}\nspec:\n  <<: [*base, *more]\n  x: 5\n';
    const { documents, violations } = parseManifests({ content });
    expect(violations).toEqual([]);
    expect(documents[0]?.value).toMatchObject({ spec: { x: 5, y: { z: 1 }, w: 3 } });
    expect(places(content, ['spec', 'x'], ['spec', 'w'])).toEqual(['6:3', '4:1']);
    expect(problems('kind: A\nb: &b {x: 1}\nspec:\n  <<: *b\n  <<: *b\n')).toEqual([
      '5:3 MALFORMED_YAML the key "<<" stands in its mapping twice',
    ]);
    expect(problems('kind: A\nspec: {<<: 7}\n')).toEqual([
      '1:1 MALFORMED_YAML Merge sources must be maps or map aliases',
    ]);
    expect(parseManifests({ content: '{"kind": "A", "spec": {"<<": {"x": 1}}}' }).documents[0]?.value).toEqual({
      kind: 'A',
      spec: { '<<': { x: 1 } },
    });
  });

  test('objects of JSON may follow one another, as jq prints them', () => {
    const content =
      '\n{"kind": "A", "x": "} {"}\n{\n "kind": "B", "x": {"y": "\\"{"}}{"kind": "C"}\n---\n{"kind": "D"}\n';
    const { documents, violations } = parseManifests({ content });
    expect(violations).toEqual([]);
    expect(documents.map(({ value, line, positionOf }) => [value.kind, line, positionOf(['x'])])).toEqual([
      ['A', 2, { line: 2, column: 15 }],
      ['B', 3, { line: 4, column: 15 }],
      ['C', 4, { line: 4, column: 1 }],
      ['D', 6, { line: 6, column: 1 }],
    ]);
    expect(problems('{"kind": "A"}\n{"kind": "B" "x": 1}\n{"kind": "C"}')).toHaveLength(1);
    expect(problems('{kind: A}\n{kind: B}\n')).toHaveLength(1);
  });

  test('lists of one kind say it once, and lists may hold lists', () => {
    const content =
      'apiVersion: v1\nkind: RackList\nmetadata: {resourceVersion: ""}\nitems:\n- spec: {x: 1}\n- kind: List\n  items:\n  - kind: B\n  - 7\n';
    const { documents, violations } = parseManifests({ content });
    expect(documents.map(({ value, line }) => [value, line])).toEqual([
      [{ apiVersion: 'v1', kind: 'Rack', spec: { x: 1 } }, 5],
      [{ kind: 'B' }, 8],
    ]);
    expect(violations).toMatchObject([
      { rule: 'NOT_A_MANIFEST', message: 'items[1].items[1] of the RackList is not a mapping', line: 9, column: 5 },
    ]);
  });

  test('each of several documents and each item of a List has its own', () => {
    const { documents } = parseManifests({
      source: 'all.yaml',
      content:
        'kind: A\n---\n\n---\n# only words\n---\nkind: B\nspec:\n  x: 1\n...\n---\nkind: List\nitems:\n- kind: C\n- kind: D\n  spec: {x: 1}\n',
    });
    expect(
      documents.map(({ source, value, line, positionOf }) => [source, value.kind, line, positionOf(['spec', 'x'])]),
    ).toEqual([
      ['all.yaml', 'A', 1, { line: 1, column: 1 }],
      ['all.yaml', 'B', 7, { line: 9, column: 3 }],
      ['all.yaml', 'C', 14, { line: 14, column: 3 }],
      ['all.yaml', 'D', 15, { line: 16, column: 10 }],
    ]);
  });
});

describe('what cannot be read, and where', () => {
  test.each([
    ['a tab as indentation', 'kind: Rack\nmetadata:\n\tname: x\n', '3:1'],
    ['a quote that is not closed', 'kind: Rack\nspec:\n  name: "x\n', '4:1'],
    ['a bracket that is not closed', 'kind: Rack\nspec: {name: x\n', '3:1'],
    ['a mapping inside a plain value', 'kind: Rack\nspec: name: x\n', '2:7'],
    ['an entry at no level', 'spec:\n    a: 1\n  b: 2\n', '3:1'],
    ['an alias of nothing', 'kind: Rack\nspec: *nothing\n', '2:7'],
    ['JSON with a comma too few', '{"kind": "Rack" "spec": {}}', '1:17'],
    ['the same after a Windows line end', 'kind: Rack\r\nmetadata:\r\n\tname: x\r\n', '3:1'],
    ['the same after a byte order mark', '\uFEFFkind: Rack\nmetadata:\n\tname: x\n', '3:1'],
  ])('%s', (_what, content, place) => {
    expect(problems(content)[0]).toMatch(new RegExp(`^${place} MALFORMED_YAML .`));
  });

  test('a key that stands in its mapping twice, at the second place, at any depth', () => {
    expect(problems('kind: Rack\nspec:\n  a: 1\n  b: {c: 1, c: 2}\n  a: 3\n')).toEqual([
      '5:3 MALFORMED_YAML the key "a" stands in its mapping twice',
    ]);
    expect(problems('{"kind": "Rack", "kind": "Site"}')).toEqual([
      '1:18 MALFORMED_YAML the key "kind" stands in its mapping twice',
    ]);
    expect(problems('{"a:b\\"": ":", "spec": [{"a": 1,\n "b": {}, "a": 2}]}')).toEqual([
      '2:11 MALFORMED_YAML the key "a" stands in its mapping twice',
    ]);
  });

  test('one document that cannot be read leaves the others their places', () => {
    const { documents, violations } = parseManifests({
      source: 's.yaml',
      content: 'kind: A\n---\nx: {\n---\nkind: B\n',
    });
    expect(documents.map(({ value, line }) => [value.kind, line])).toEqual([
      ['A', 1],
      ['B', 5],
    ]);
    expect(violations).toMatchObject([{ source: 's.yaml', line: 4 }]);
  });

  test('what is no manifest', () => {
    const told = 'NOT_A_MANIFEST a manifest is a mapping with apiVersion, kind and metadata';
    expect(problems('- a\n- b\n')).toEqual([`1:1 ${told}`]);
    expect(problems('---\n\n  just text\n')).toEqual([`3:3 ${told}`]);
    expect(problems('kind: List\nitems: [1]\n')).toEqual(['2:9 NOT_A_MANIFEST items[0] of the List is not a mapping']);
  });

  test('nothing at all is no manifest and no problem', () => {
    for (const content of ['', '\n', '# words\n', '---\n---\n', '\uFEFF', 'null\n']) {
      expect(parseManifests({ content })).toEqual({ documents: [], violations: [] });
    }
  });

  test('aliases that multiply, and nesting without end, are refused', () => {
    const [a, ...rest] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const lines = rest.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${[a, ...rest][index]}`)
          .join(', ')}]`,
    );
    expect(problems(`${a}: &${a} [1, 2]\n${lines.join('\n')}\n`)[0]).toContain('TOO_MANY_MEMBERS');
    expect(problems(`x: ${'['.repeat(20_000)}`)).toHaveLength(1);
    expect(problems(`{"x": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).toHaveLength(1);
  });
});

test('whole numbers keep every digit, keys are texts', () => {
  const [document] = parseManifests({ content: 'a: 9007199254740993\nb: 42\nc: 0o17\n1: x\ntrue: y\n' }).documents;
  expect(document?.value).toEqual({ a: 9007199254740993n, b: 42, c: 15, 1: 'x', true: 'y' });
});
