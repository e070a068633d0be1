/** Lines of aligned columns; widths only grow, so rows may come page by page. */
export interface Table {
  rows(rows: readonly (readonly string[])[]): string;
}

const GAP = '   ';
const width = (text: string): number => [...text].length;

/** Text from elsewhere that must stay in its cell: no line breaks, nothing that drives the terminal. */
const clean = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

/** Width of the terminal, where people read along; a file or another program gets everything. */
export const terminalWidth = (): number => (process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY);

/** A table that is no wider than `most` as far as its columns can be shortened: names stay whole, to be copied. */
export function createTable(headings: readonly string[] | undefined, most = Number.POSITIVE_INFINITY): Table {
  const widths: number[] = [];
  let isFirst = true;
  return {
    rows: (rows) => {
      const cells = rows.map((row) => row.map(clean));
      const lines = isFirst && headings !== undefined ? [headings, ...cells] : cells;
      isFirst = false;
      for (const line of [headings ?? [], ...cells])
        for (const [index, text] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, width(text));
      const shown = shortened(widths, headings ?? [], most);
      return lines.map((line) => `${padded(line, shown)}\n`).join('');
    },
  };
}

const LEAST = 6;

/** Widths that fit together: of those that are not names the widest is shortened, as long as one is left. */
function shortened(widths: readonly number[], headings: readonly string[], most: number): readonly number[] {
  const shown = [...widths];
  const least = widths.map((own, index) =>
    headings[index] === undefined || headings[index] === 'NAME' ? own : Math.max(LEAST, width(headings[index])),
  );
  let excess = shown.reduce((sum, own) => sum + own + GAP.length, -GAP.length) - most;
  while (excess > 0) {
    const [widest] = shown
      .map((own, index) => ({ index, own }))
      .filter(({ index, own }) => own > (least[index] ?? 0))
      .sort((one, other) => other.own - one.own);
    if (widest === undefined) break;
    shown[widest.index] = widest.own - 1;
    excess--;
  }
  return shown;
}

const cut = (text: string, most: number): string =>
  width(text) <= most ? text : `${[...text].slice(0, most - 1).join('')}…`;

const padded = (line: readonly string[], widths: readonly number[]): string =>
  line
    .map((text, index) => {
      const shown = cut(text, widths[index] ?? 0);
      return shown + ' '.repeat((widths[index] ?? 0) - width(shown));
    })
    .join(GAP)
    .trimEnd();

/** A value of a manifest in a cell; `<none>` when absent. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '<none>';
  if (Array.isArray(value)) return value.length === 0 ? '<none>' : value.map(cellText).join(',');
  if (typeof value === 'object') return nameOf(value) ?? Object.keys(value).join(',');
  return String(value);
}

const nameOf = (value: object): string | undefined =>
  'name' in value && typeof value.name === 'string' ? value.name : undefined;
