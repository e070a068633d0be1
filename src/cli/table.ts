/** Lines of aligned columns; widths only grow, so rows may come page by page. */
export interface Table {
  rows(rows: readonly (readonly string[])[]): string;
}

const GAP = '   ';
const width = (text: string): number => [...text].length;

/** Text from elsewhere that must stay in its cell: no line breaks, nothing that drives the terminal. */
const clean = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

export function createTable(headings: readonly string[] | undefined): Table {
  const widths: number[] = [];
  let isFirst = true;
  return {
    rows: (rows) => {
      const cells = rows.map((row) => row.map(clean));
      const lines = isFirst && headings !== undefined ? [headings, ...cells] : cells;
      isFirst = false;
      for (const line of [headings ?? [], ...cells])
        for (const [index, text] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, width(text));
      return lines.map((line) => `${padded(line, widths)}\n`).join('');
    },
  };
}

const padded = (line: readonly string[], widths: readonly number[]): string =>
  line
    .map((text, index) => text + ' '.repeat((widths[index] ?? 0) - width(text)))
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
