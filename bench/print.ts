import type { Table } from './case.ts';

/** Tables for people: columns of equal width, numbers to the right. */
export function printTable({ title, columns, rows }: Table): string {
  const widths = columns.map((name, index) => Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) =>
        isNumeric(index, rows) ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [`\n${title}\n`, line(columns), ...rows.map(line)].join('\n');
}

/** The same as Markdown. */
export function printMarkdown({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (isNumeric(index, rows) ? '--:' : '---'));
  return [`\n### ${title}\n`, line(columns), line(rule), ...rows.map(line)].join('\n');
}

const isNumeric = (column: number, rows: Table['rows']): boolean =>
  rows.every((row) => /^[\d.,%/ s-]*$/.test(row[column] ?? ''));
