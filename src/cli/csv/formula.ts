/*
 * A spreadsheet program runs a cell that begins with one of these signs as a formula, whoever has written it (OWASP, CSV injection).
 * A quote before it makes it a text; what an export has put there an import takes away, and nothing else.
 */
const formula = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A text as a cell that no spreadsheet program runs. */
export const asText = (value: string): string => (formula.test(value) ? `'${value}` : value);

/** The text of such a cell. */
export const textIn = (cell: string): string => (cell.startsWith("'") && formula.test(cell) ? cell.slice(1) : cell);
