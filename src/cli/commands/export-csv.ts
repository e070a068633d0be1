import { stringify } from 'csv-stringify/sync';
import { parseJson } from '../../catalog/manifests/json.ts';
import type { Client } from '../client.ts';
import { describePorts } from '../csv/find-ports.ts';
import { asText } from '../csv/formula.ts';
import { type Manifest, type Sheet, type SheetColumn, valueAt } from '../csv/sheet.ts';
import { listPages } from '../objects.ts';
import type { Session } from '../session.ts';
import { count } from '../sizes.ts';
import { sheetCalled } from './import-csv.ts';

/** `catalog export csv`: a row for each object, under headings that `catalog import csv` takes. */
export async function exportCsv(
  session: Session,
  name: string,
  { selector }: { readonly selector?: string },
): Promise<number> {
  const { terminal } = session;
  const sheet = sheetCalled(name);
  const client = await session.client();
  const kinds = (await session.kinds()).filter(({ kind }) => sheet.kinds.includes(kind));
  await terminal.print(stringify([sheet.columns.map(({ heading }) => heading)]));
  let rows = 0;
  let left = 0;
  for (const kind of kinds) {
    const list = { selector, format: 'JSON', isBare: true, isOwn: true } as const;
    for await (const page of listPages(client, { kind, names: undefined }, list)) {
      const manifests = page.map(({ manifest }) => parseJson(manifest) as Manifest);
      const fitting = manifests.filter((one) => sheet.leavesOut?.(one) !== true);
      const byDevice = await portsByDevice(client, sheet, fitting);
      await terminal.print(
        stringify(fitting.map((one, index) => sheet.columns.map((column) => cellOf(one, column, byDevice[index])))),
      );
      rows += fitting.length;
      left += manifests.length - fitting.length;
      if (!process.stdout.isTTY) terminal.progress(`exporting ${sheet.name} … ${rows}`);
    }
  }
  terminal.progress(undefined);
  if (left > 0)
    terminal.note(
      `${count(left, 'object')} without a row in a spreadsheet of ${sheet.name}; \`catalog export\` has all`,
    );
  return 0;
}

type Aside = ReadonlyMap<string, string>;

/** Of each manifest, what its columns say of ports by their device; nothing where that is hidden. */
async function portsByDevice(client: Client, sheet: Sheet, manifests: readonly Manifest[]): Promise<Aside[]> {
  const named = manifests.map((manifest) =>
    (sheet.ports ?? [])
      .filter(({ isPortBy }) => isPortBy === undefined || valueAt(manifest, isPortBy) === 'Port')
      .map((columns) => ({ columns, name: String(valueAt(manifest, columns.port) ?? '') })),
  );
  const known = await describePorts(
    client,
    named.flatMap((ports) => ports.map(({ name }) => name)),
  );
  return named.map((ports) => {
    const cells = new Map<string, string>();
    for (const { columns, name } of ports) {
      const { device, label = '' } = known.get(name) ?? {};
      if (device === null || device === undefined) continue;
      cells.set(columns.kind, device.kind).set(columns.device, device.name).set(columns.port, label);
    }
    return cells;
  });
}

function cellOf(manifest: Manifest, { path, kinds, isNumber }: SheetColumn, byDevice: Aside | undefined): string {
  if (kinds !== undefined && !kinds.includes(manifest.kind)) return '';
  const value = String(byDevice?.get(path) ?? valueAt(manifest, path) ?? '');
  return isNumber === true ? value : asText(value);
}
