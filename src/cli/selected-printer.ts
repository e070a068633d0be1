import { parseJson } from '../catalog/manifests/json.ts';
import { usageError } from './cli-error.ts';
import { plainText, readPath, readTemplate } from './json-path.ts';
import type { Printer, Sink } from './printing.ts';
import { cellText, createTable } from './table.ts';

/** `-o jsonpath`: prints what a template says of the object, or of the List of all of them. */
export function templatePrinter(terminal: Sink, template: string, isSingle: boolean): Printer {
  const write = readTemplate(template);
  const items: unknown[] = [];
  return {
    page: async (_kind, objects) => {
      for (const { manifest } of objects) items.push(parseJson(manifest));
    },
    end: () =>
      terminal.print(write(isSingle && items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items })),
  };
}

/** The same of each object as it comes: what is watched has no end. */
export function streamedTemplatePrinter(terminal: Sink, template: string): Printer {
  const write = readTemplate(template);
  return {
    page: (_kind, objects) => terminal.print(objects.map(({ manifest }) => write(parseJson(manifest))).join('')),
    end: async () => undefined,
  };
}

/** `-o custom-columns=NAME:.path,…`: a table of what stands at these paths. */
export function columnsPrinter(terminal: Sink, text: string, hasHeadings: boolean): Printer {
  const columns = text.split(/,(?=[^,:]+:)/).map((column) => {
    const [, heading = '', path = ''] = /^([^:]+):(.+)$/s.exec(column) ?? [];
    if (path === '')
      throw usageError(
        `'${column}' is not HEADING:.path`,
        'for example -o custom-columns=NAME:.metadata.name,U:.spec.heightU',
      );
    return { heading, valuesOf: readPath(path) };
  });
  const table = createTable(hasHeadings ? columns.map(({ heading }) => heading) : undefined);
  const cell = (values: readonly unknown[]): string =>
    cellText(values.map((value) => (typeof value === 'object' && value !== null ? plainText(value) : value)));
  return {
    page: (_kind, objects) => {
      const rows = objects.map(({ manifest }) => parseJson(manifest));
      return terminal.print(table.rows(rows.map((value) => columns.map(({ valuesOf }) => cell(valuesOf(value))))));
    },
    end: async () => undefined,
  };
}
