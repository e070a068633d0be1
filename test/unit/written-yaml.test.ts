import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { stringifyYaml } from '../../src/catalog/manifests/stringify.ts';
import { random } from '../mutations/random.ts';

/** What a plain scalar is to a YAML 1.1 reader other than a text: https://yaml.org/type, and what PyYAML reads beyond it. (That page's
 * expression for numbers with a point takes `10.0.0.1` for one, which no reader does; here it does not.) */
const read: Readonly<Record<string, RegExp>> = {
  bool: /^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  int: /^([-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+)$/,
  float:
    /^([-+]?([0-9][0-9_]*)?\.[0-9_]*([eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/,
  pyFloat: /^([-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+][0-9]+)?|\.[0-9][0-9_]*([eE][-+][0-9]+)?)$/,
  null: /^(~|null|Null|NULL|)$/,
  timestamp:
    /^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]*)?([ \t]*(Z|[-+][0-9]{1,2}(:[0-9]{2})?))?)$/,
  merge: /^<<$/,
  value: /^=$/,
};
/** go-yaml takes underscores out first, and reads what begins like a number as Go does. */
const goNumber = /^[-+]?(0[oO][0-7]+|0[bB][01]+|0[xX][0-9a-fA-F]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$/;
const readsAs = (text: string): string[] => [
  ...Object.keys(read).filter((type) => read[type]?.test(text)),
  ...(/^[-+.0-9]/.test(text) && goNumber.test(text.replaceAll('_', '')) ? ['number of Go'] : []),
];
const plain = /^[^'"|>]/;

/** The three places of a text in a manifest: a value, a key, an entry. */
function placesOf(text: string): string[] {
  const [value, key, , entry] = stringifyYaml([{ v: text, [text]: 1, l: [text] }]).split('\n');
  return [value?.slice('v: '.length), key?.slice(0, -': 1'.length), entry?.slice('  - '.length)].map(
    (one) => one ?? '',
  );
}

function expectText(text: string): void {
  const written = placesOf(text);
  for (const place of written) {
    const other = plain.test(place) ? readsAs(place) : [];
    expect({ text, place, other }).toEqual({ text, place, other: [] });
  }
  expect(parse(stringifyYaml([{ v: text, w: [text] }]), { version: '1.1' })).toEqual({ v: text, w: [text] });
}

test.each([
  ...['yes', 'no', 'on', 'off', 'y', 'n', 'Y', 'N', 'True', '12:30', '1:20:30', '190:20:30.15', '2026-01-01'],
  ...['2026-1-1 10:00:00', '2001-12-14t21:59:43.10-05:00', '1_000', '685_230.15', '0b1', '0o7', '07', '0x_1', '.5'],
  ...['1.', '1e3', '+1', '.inf', '.nan', '~', 'null', '', '=', '<<', '.', '1__0', '+12_'],
])('a text that a YAML 1.1 reader takes for something else is quoted: %s', (text) => {
  expectText(text);
});

test('a line break of YAML 1.1 is escaped, in a key as well, and a text that begins with a tab is quoted', () => {
  expect(stringifyYaml([{ 'k\u0085': 'a\u0085b', l: ['a\u2028\nb\u2029'], t: '\n\tb', u: 'a\n\tb' }])).toBe(
    String.raw`"k\N": "a\Nb"
l:
  - "a\L\nb\P"
t: "\n\tb"
u: |-
  a
  	b
`,
  );
});

test('other texts stay as they are', () => {
  const texts = ['fra1-a01', 'eth-1/1', '10.0.0.1', 'a=b', 'nope', 'yes-please', '1h30m', '2026-01'];
  for (const text of texts) expect(placesOf(text)).toEqual([text, text, text]);
});

test('no text made of such pieces is read as anything but itself', () => {
  const draw = random(Number(process.env.YAML_SEED ?? '1'));
  const pieces = [
    '0',
    '1',
    '12',
    '7',
    '_',
    '.',
    ':',
    '-',
    '+',
    'e',
    'E',
    'x',
    'b',
    'o',
    'y',
    'n',
    'no',
    'on',
    'T',
    'Z',
    ' ',
  ];
  for (let made = 0; made < Number(process.env.YAML_TEXTS ?? '5000'); made += 1) {
    const text = Array.from({ length: 1 + draw.upTo(6) }, () => draw.pick(pieces))
      .join('')
      .trim();
    if (text !== 'v' && text !== 'l') expectText(text);
  }
});
