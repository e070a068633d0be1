import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { type ParsedFile, parseManifests } from '../../src/catalog/manifests/parse.ts';
import { createParseApart } from '../../src/catalog/manifests/parse-apart.ts';

const problems = (content: string): string[] =>
  parseManifests({ content }).violations.map(
    ({ rule, line, column, message, accepted }) => `${line}:${column} ${rule} ${message}; accepted: ${accepted}`,
  );
const head = 'kind: Group\nspec:\n';
const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('');
const indented = (levels: number): string => lines(levels, (at) => `${' '.repeat(at)}a:\n`);

describe('bounds of a document', () => {
  const deep = 'NESTED_TOO_DEEP the document nests more than 100 levels deep; accepted: at most 100 levels';
  test.each([
    [
      'a document of more than 3 MiB',
      `kind: A\n---\na: ${'x'.repeat(3 * 1024 * 1024)}`,
      '2:1 DOCUMENT_TOO_LARGE the document has 3,145,735 bytes; accepted: at most 3,145,728 bytes',
    ],
    ['mappings in brackets', `a: ${'{a: '.repeat(200_000)}`, `1:400 ${deep}`],
    ['lists in brackets', `${head}  a: ${'['.repeat(1_000)}`, `3:105 ${deep}`],
    ['brackets of JSON', `{"a": ${'['.repeat(1_000)}${']'.repeat(1_000)}}`, `1:106 ${deep}`],
    ['lists in one line', `${head}  ${'- '.repeat(1_000)}x`, `3:203 ${deep}`],
    ['keys in one line', `${head}  ${'? '.repeat(1_000)}x`, `3:203 ${deep}`],
    ['mappings by indentation', indented(150), `100:100 ${deep}`],
    [
      'keys of a mapping',
      head + lines(10_001, (at) => `  k${at}: 1\n`),
      '2:1 TOO_MANY_MEMBERS the mapping has 10,001 keys; accepted: at most 10,000',
    ],
    [
      'entries of a list',
      `kind: Group\nspec: {a: [${'1,'.repeat(10_001)}]}`,
      '2:8 TOO_MANY_MEMBERS the list has 10,001 entries; accepted: at most 10,000',
    ],
    [
      'values in all',
      head + lines(10, (at) => `  k${at}: [${'1,'.repeat(9_000)}]\n`),
      '8:3 TOO_MANY_MEMBERS the document has more than 50,000 keys and entries in all; accepted: at most 50,000',
    ],
    [
      'what aliases repeat',
      `a0: &a0 {x: 1}\n${lines(30, (at) => `a${at + 1}: &a${at + 1} {l: *a${at}, r: *a${at}}\n`)}`,
      '15:15 TOO_MANY_MEMBERS the document has more than 50,000 keys and entries in all; accepted: at most 50,000',
    ],
    [
      'what merge keys repeat',
      `a0: &a0 {x: 1}\n${lines(30, (at) => `a${at + 1}: &a${at + 1} {<<: [*a${at}, *a${at}]}\n`)}`,
      '14:23 TOO_MANY_MEMBERS the document has more than 50,000 keys and entries in all; accepted: at most 50,000',
    ],
    [
      'what stands inside itself',
      'kind: A\nspec: &s {inner: [*s]}',
      '2:19 MALFORMED_YAML *s stands inside what it stands for; accepted: undefined',
    ],
    [
      'what is merged into itself',
      'kind: A\nspec: &s {<<: *s}',
      '2:15 MALFORMED_YAML *s stands inside what it stands for; accepted: undefined',
    ],
  ])('%s', (_what, content, problem) => {
    expect(problems(content)).toEqual([problem]);
  });

  test('an anchor may be used as often as a document has values', () => {
    const content = `kind: List\nitems:\n- &first {kind: A, spec: &spec {x: {y: 1}}}\n${lines(3_000, (at) => `- {<<: *first, metadata: {name: a${at}}, spec: {<<: *spec, z: ${at}}}\n`)}`;
    const { documents, violations } = parseManifests({ content });
    expect(violations).toEqual([]);
    expect(documents).toHaveLength(3_001);
    expect(documents.at(-1)?.value).toEqual({
      kind: 'A',
      metadata: { name: 'a2999' },
      spec: { x: { y: 1 }, z: 2_999 },
    });
  });

  test('what only looks deep is read', () => {
    const text = `kind: A\ntext: |\n${lines(300, () => "  [it's {\n")}plain: a${'['.repeat(300)}\nquoted: "${'{'.repeat(300)}"\nrange: ${'-'.repeat(300)}\n# ${'['.repeat(300)}\n`;
    const { documents, violations } = parseManifests({ content: text });
    expect(violations).toEqual([]);
    expect(documents[0]?.value).toMatchObject({ quoted: '{'.repeat(300), range: '-'.repeat(300) });
    expect(problems(lines(300, (at) => `${at === 0 ? 'kind: A\na:\n' : ''}- {b: [1]}\n`))).toEqual([]);
  });
});

describe('a large document', () => {
  const large = `# first\n${head}${lines(600, (at) => `  k${at}: {v: 9007199254740993, w: [a, b${at}]}\n`)}`;
  const apart = async (content: string) => {
    const read = [];
    for await (const part of createParseApart()({ source: 'a.yaml', content })) read.push(part);
    return {
      documents: read.flatMap(({ documents }) => documents),
      violations: read.flatMap((part) => part.violations),
    };
  };

  test('is read in a thread of its own as it is here, with all its places', async () => {
    const paths = [[], ['spec'], ['spec', 'k599', 'w', 1], ['spec', 'k7', 'absent'], ['spec', 'k8', 'v', 'x']];
    const told = ({ documents, violations }: ParsedFile) => ({
      violations,
      documents: documents.map(({ positionOf, ...rest }) => ({ ...rest, places: paths.map(positionOf) })),
    });
    for (const content of [large, `${large}  k1: 2\n`, `${large}---\nkind: B\n`, `${large}...\n`, `${large} : {`])
      expect(told(await apart(content))).toEqual(told(parseManifests({ source: 'a.yaml', content })));
  });

  test('leaves the event loop to others while it is parsed', async () => {
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await apart(large);
    isDone = true;
    expect(turns).toBeGreaterThan(20);
  });

  /** A parser has to make very much of it. */
  const heavy = (count: number): string => `a: [${'1,'.repeat(count)}]\n`;
  const rulesOf = async (reads: AsyncGenerator<ParsedFile>): Promise<string[]> => {
    const rules: string[] = [];
    for await (const { violations } of reads) rules.push(...violations.map(({ rule }) => rule));
    return rules;
  };

  test.each(['--max-old-space-size=8192', '--max-heap-size=8192'])(
    'is refused when it takes more memory than it may, whatever a process with %s may take',
    async (allowed) => {
      setFlagsFromString(allowed);
      const parseApart = createParseApart({ heapMb: 40 });
      expect(await rulesOf(parseApart({ source: 'a.yaml', content: heavy(700_000) }))).toEqual([
        'DOCUMENT_TOO_COMPLEX',
      ]);
    },
  );

  test('is refused when it takes more memory than it may; what waits behind it is read all the same', async () => {
    const parseApart = createParseApart({ heapMb: 40 });
    const refused = rulesOf(parseApart({ source: 'a.yaml', content: heavy(700_000) }));
    const behind = rulesOf(parseApart({ source: 'b.yaml', content: large }));
    expect(await refused).toEqual(['DOCUMENT_TOO_COMPLEX']);
    expect(await behind).toEqual([]);
  });

  test('and when it takes more time', async () => {
    const parseApart = createParseApart({ longestMs: 1 });
    expect(await rulesOf(parseApart({ source: 'a.yaml', content: heavy(100_000) }))).toEqual(['DOCUMENT_TOO_COMPLEX']);
  });
});
