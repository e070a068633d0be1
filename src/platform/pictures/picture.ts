/** What is drawn: an SVG document of its own, which looks right on light and on dark pages and says in words what it shows. */
export interface Picture {
  readonly title: string;
  /** What it shows, in a sentence or two, for those who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** Rules beside those that all pictures have; colours by their names: `fill: var(--line)`. */
  readonly style?: string;
  /** Definitions: arrow heads. */
  readonly definitions?: string;
  readonly body: readonly string[];
}

export const FONT = 13;
export const SMALL = 10;

const colours = (names: Readonly<Record<string, string>>): string =>
  Object.entries(names)
    .map(([name, value]) => `--${name}: ${value}`)
    .join('; ');

/** Contrast of texts is at least 4.5:1 against what they stand on, in both. */
const light = {
  paper: '#ffffff',
  text: '#1f2328',
  faint: '#57606a',
  line: '#57606a',
  grid: '#d0d7de',
  box: '#f6f8fa',
  blue: '#ddf4ff',
  'blue-line': '#0969da',
  green: '#dafbe1',
  'green-line': '#1a7f37',
  amber: '#fff8c5',
  'amber-line': '#9a6700',
  violet: '#fbefff',
  'violet-line': '#8250df',
  red: '#ffebe9',
  'red-line': '#cf222e',
};
const dark = {
  paper: '#0d1117',
  text: '#e6edf3',
  faint: '#9198a1',
  line: '#9198a1',
  grid: '#30363d',
  box: '#161b22',
  blue: '#0c2d6b',
  'blue-line': '#58a6ff',
  green: '#033a16',
  'green-line': '#3fb950',
  amber: '#3b2300',
  'amber-line': '#d29922',
  violet: '#3c1e70',
  'violet-line': '#bc8cff',
  red: '#67060c',
  'red-line': '#ff7b72',
};

const STYLE = `svg { color-scheme: light dark; ${colours(light)} }
@media (prefers-color-scheme: dark) { svg { ${colours(dark)} } }
text { font: ${FONT}px ui-sans-serif, system-ui, sans-serif; fill: var(--text); dominant-baseline: central }
.small { font-size: ${SMALL}px; fill: var(--faint) } .middle { text-anchor: middle } .end { text-anchor: end }
.paper { fill: var(--paper); stroke: none } rect { fill: var(--box); stroke: var(--line) }
a { text-decoration: none; cursor: pointer } a:hover rect, a:focus rect { stroke: var(--blue-line); stroke-width: 2 }
a:focus { outline: none } a:focus-visible rect { stroke-width: 3 } a:hover text { text-decoration: underline }`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it stands in a document; signs that drive terminals are none that a picture has. */
export const escaped = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ').replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** Letters that are as wide as they are high: ideographs, kana, hangul, pictures (Unicode, East Asian Width). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** How wide a letter is at most, in a font that nobody knows here, in its size. */
const emsOf = (letter: string): number => (WIDE.test(letter) ? 1.05 : 0.62);
const exactWidthOf = (text: string, size: number): number => [...text].reduce((sum, one) => sum + emsOf(one), 0) * size;

/** How wide a text is at most. */
export const widthOf = (text: string, size = FONT): number => Math.ceil(exactWidthOf(text, size));

/** The text, or as much of its beginning and its end as there is room for. */
export function fitted(text: string, width: number, size = FONT): string {
  if (exactWidthOf(text, size) <= width) return text;
  const letters = [...text];
  let left = width / size - emsOf('…');
  const kept = { head: 0, tail: 0 };
  for (let end: 'head' | 'tail' = 'head'; ; end = end === 'head' ? 'tail' : 'head') {
    const next = end === 'head' ? letters[kept.head] : letters.at(-1 - kept.tail);
    left -= emsOf(next ?? '');
    if (left < 0) break;
    kept[end] += 1;
  }
  return kept.head === 0
    ? ''
    : `${letters.slice(0, kept.head).join('')}…${letters.slice(letters.length - kept.tail).join('')}`;
}

/** A part of a picture that leads to an object, by mouse and by keyboard; `label` is read aloud and shown as its hint. */
export const linked = (href: string, label: string, inner: string): string =>
  `<a href="${escaped(href)}" aria-label="${escaped(label)}"><title>${escaped(label)}</title>${inner}</a>`;

export function picture({ title, description, width, height, style = '', definitions, body }: Picture): string {
  const [wide, high] = [Math.max(1, Math.ceil(width)), Math.max(1, Math.ceil(height))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="title description" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" style="max-width: 100%; height: auto">`,
    `<title id="title">${escaped(title)}</title><desc id="description">${escaped(description)}</desc>`,
    `<style>${STYLE}${style === '' ? '' : `\n${style}`}</style>`,
    ...(definitions === undefined ? [] : [`<defs>${definitions}</defs>`]),
    '<rect class="paper" width="100%" height="100%"/>',
    ...body,
    '</svg>\n',
  ].join('\n');
}

/** Where an object of the catalog is looked at: in the playground. */
export const objectHref = (kind: string, name: string): string =>
  `/?query=${encodeURIComponent(`{\n  object(kind: ${JSON.stringify(kind)}, name: ${JSON.stringify(name)}) {\n    kind\n    name\n    labels { key value }\n    manifest\n  }\n}\n`)}`;
