import { stringifyJson } from '../../catalog/manifests/json.ts';
import { type ApplyPayload, importedText, sendApply, shortName, totalOf } from '../apply-request.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { type Applied, inOrder, NONE, type RowObject } from '../csv/batches-in-order.ts';
import { findPorts } from '../csv/find-ports.ts';
import { growingBatches } from '../csv/growing-batches.ts';
import { readMapping } from '../csv/mapping.ts';
import { columnCalled, type Headings, manifestOf, readRows, type SheetRow } from '../csv/read-rows.ts';
import type { Sheet } from '../csv/sheet.ts';
import { sheets } from '../csv/sheets.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { type UserError, warningLines } from '../violations.ts';

export interface ImportCsvOptions {
  readonly mapping?: string;
  readonly validateOnly?: true;
  readonly batch: number;
}

/** The field manager under which a form of spreadsheet changes what its columns say, and nothing else. */
const managerOf = (sheet: Sheet): string => `spreadsheet-${sheet.name}`;

/** Whether a sheet has such a column; a column of labels is one. */
const isColumn = (name: string): boolean =>
  /^label:./i.test(name) || sheets.some((sheet) => columnCalled(sheet, name) !== undefined);

export const sheetCalled = (name: string): Sheet => {
  const found = sheets.find((sheet) => sheet.name === name.toLowerCase());
  if (found !== undefined) return found;
  throw usageError(`there is no spreadsheet of ${name}`, `accepted: ${sheets.map((sheet) => sheet.name).join(', ')}`);
};

/**
 * `catalog import csv`: each row becomes an object, or changes what its columns say of one. Rows that are refused are told with
 * line and column and do not stand in the way of the others; 1 when there are any.
 */
export async function importCsv(
  session: Session,
  kind: string,
  path: string,
  options: ImportCsvOptions,
): Promise<number> {
  const { terminal } = session;
  const sheet = sheetCalled(kind);
  const isTrial = options.validateOnly === true;
  const mapping = options.mapping === undefined ? {} : await readMapping(options.mapping, isColumn);
  const client = await session.client();
  const startedAt = performance.now();
  const total = { ...NONE };
  let headings: Headings | undefined;
  const refuse = (line: number, what: string): void => {
    total.refused += 1;
    terminal.note(`${path}:${line}: ${terminal.paint('red', 'refused', 'stderr')}: ${what}`);
  };
  const onHeadings = (found: Headings): void => {
    headings = found;
    if (found.unused.length > 0) terminal.note(`not used: ${found.unused.join(', ')}`);
  };
  const tell = async ({ counts, results, refused }: Applied): Promise<void> => {
    for (const error of refused) refuse(error.line ?? 0, refusalText(error, sheet, headings));
    for (const outcome of ['created', 'updated', 'unchanged'] as const) total[outcome] += counts[outcome];
    if (!terminal.isQuiet && isTrial) {
      const lines = results.map(
        (result) => `${path}:${result.line}: ${shortName(result)} would be ${result.outcome.toLowerCase()}\n`,
      );
      await terminal.print(lines.join(''));
    }
    for (const { line, warnings } of results)
      for (const warning of warningLines(warnings)) terminal.note(`${path}:${line}: ${warning}`);
    const done = totalOf(total);
    const perSecond = (done * 1_000) / (performance.now() - startedAt);
    terminal.progress(`${count(done, 'row')}, ${perSecond.toFixed(0)}/s …`);
  };
  const batches = inOrder({ send: (objects) => sendRows(client, sheet, path, objects, isTrial), tell });
  let adding = Promise.resolve();
  // The ports of a batch are looked up while those before it are being stored.
  const flush = async (rows: readonly SheetRow[]): Promise<void> => {
    const objects = objectsOf(client, sheet, rows, refuse);
    const earlier = adding;
    adding = Promise.all([objects, earlier]).then(([found]) => batches.add(found));
    adding.catch(() => undefined); // It is heard of when it is waited for.
    await earlier;
  };
  async function* acceptable(rows: AsyncIterable<SheetRow>): AsyncGenerator<SheetRow> {
    for await (const row of rows) {
      if (row.problems.length > 0) refuse(row.line, row.problems.join('; '));
      else yield row;
    }
  }
  try {
    for await (const rows of growingBatches(acceptable(readRows(sheet, path, mapping, onHeadings)), options.batch))
      await flush(rows);
  } finally {
    try {
      await adding;
    } finally {
      await batches.end();
    }
  }
  terminal.progress(undefined);
  if (total.refused > 0 || !terminal.isQuiet) terminal.note(importedText(total, isTrial, 'no rows'));
  return total.refused === 0 ? 0 : 1;
}

/** What rows become, with ports by their names in the catalog where they are named by their device. */
async function objectsOf(
  client: Client,
  sheet: Sheet,
  rows: readonly SheetRow[],
  refuse: (line: number, what: string) => void,
): Promise<RowObject[]> {
  const wanted = rows.flatMap(({ ports }) => ports.map(({ key }) => key));
  const names = await findPorts(client, wanted);
  return rows.flatMap(({ line, said, ports }): RowObject[] => {
    const missing = ports.find(({ key }) => !names.has(key));
    if (missing !== undefined) {
      refuse(line, `column ${missing.heading}: there is no port ${missing.key}, or several devices have the name`);
      return [];
    }
    const whole = new Map(said);
    for (const { path, key } of ports) whole.set(path, names.get(key) ?? '');
    const manifest = manifestOf(sheet, whole);
    if (manifest === undefined) refuse(line, 'the row gives the object no name');
    return manifest === undefined ? [] : [{ line, manifest }];
  });
}

/** Applies objects in one transaction, or in none of which something is refused. */
async function sendRows(
  client: Client,
  sheet: Sheet,
  path: string,
  objects: readonly RowObject[],
  validateOnly: boolean,
): Promise<ApplyPayload> {
  const files = objects.map(({ line, manifest }) => ({
    source: path,
    content: stringifyJson(manifest),
    firstLine: line,
  }));
  const how = { validateOnly, manager: managerOf(sheet), force: true, isBrief: !validateOnly };
  const payload = await sendApply(client, files, how);
  const general = payload.userErrors.find(({ line }) => line === null);
  if (general !== undefined) throw new CliError(general.message);
  return payload;
}

/** `column Speed: POWER_HAS_NO_SPEED: a power port has no line rate`; of what the file does not say, the columns that would. */
function refusalText(
  { code, subject, field, message, accepted }: UserError,
  sheet: Sheet,
  headings: Headings | undefined,
): string {
  const heading = field === null ? undefined : headings?.headingOf(field);
  const isMissing = code === 'REQUIRED' && heading === undefined;
  const would = isMissing ? sheet.columns.filter(({ path }) => path === field || path.startsWith(`${field}.`)) : [];
  if (isMissing && would.length === 0 && sheet.isOfExisting === true) return `there is no ${subject}`;
  const where = ((): string => {
    if (heading !== undefined) return `column ${heading}: `;
    return would.length === 0 ? '' : `no ${would.map((column) => column.heading).join(', ')}: `;
  })();
  return `${where}${code}: ${message}${accepted === null ? '' : ` (accepted: ${accepted})`}`;
}
