import { parseJson, stringifyJson } from '../catalog/manifests/json.ts';
import { age } from './age.ts';
import type { KindInfo } from './kind-info.ts';
import { manifestValue } from './manifest-path.ts';
import type { Output } from './output.ts';
import type { Printer, Sink } from './printing.ts';
import { columnsPrinter, streamedTemplatePrinter, templatePrinter } from './selected-printer.ts';
import { bytes } from './sizes.ts';
import { cellText, createTable, type Table, terminalWidth } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface PrinterOptions {
  readonly output: Output;
  readonly hasHeadings: boolean;
  /** A table per kind, names with their kind. */
  readonly hasSeveralKinds: boolean;
  /** One object was asked for: it is printed as itself and not as a List. */
  readonly isSingle: boolean;
  readonly showsNamespace: boolean;
  readonly showsProject: boolean;
  readonly showsLabels: boolean;
  /** What happened to each object is the first column. */
  readonly showsEvents?: boolean;
  /** Instant from which ages are counted back; the time of printing when undefined. */
  readonly now: number | undefined;
}

export function createPrinter(terminal: Terminal, options: PrinterOptions): Printer {
  const { format, text = '' } = options.output;
  switch (format) {
    case 'name':
      return {
        page: ({ singular }, objects) => terminal.print(objects.map(({ name }) => `${singular}/${name}\n`).join('')),
        end: async () => undefined,
      };
    case 'json':
      return options.isSingle ? single(terminal, indentedJson) : jsonList(terminal);
    case 'yaml':
      return options.isSingle ? single(terminal, (manifest) => manifest) : yamlList(terminal);
    case 'jsonpath':
      return options.showsEvents === true
        ? streamedTemplatePrinter(terminal, text)
        : templatePrinter(terminal, text, options.isSingle);
    case 'custom-columns':
      return columnsPrinter(terminal, text, options.hasHeadings);
    default:
      return tables(terminal, options);
  }
}

const indentedJson = (manifest: string): string => `${stringifyJson(parseJson(manifest), 2)}\n`;

const single = (terminal: Terminal, write: (manifest: string) => string): Printer => ({
  page: (_kind, objects) => terminal.print(objects.map(({ manifest }) => write(manifest)).join('---\n')),
  end: async () => undefined,
});

/** A Kubernetes List, written piece by piece. */
export function jsonList(terminal: Sink): Printer {
  let isEmpty = true;
  const head = '{\n  "apiVersion": "v1",\n  "kind": "List",\n  "items": [';
  return {
    page: async (_kind, objects) => {
      const items = objects.map(({ manifest }) => indentedJson(manifest).trimEnd().replaceAll('\n', '\n    '));
      await terminal.print(`${isEmpty ? head : ','}\n    ${items.join(',\n    ')}`);
      isEmpty = false;
    },
    end: () => terminal.print(isEmpty ? `${head}]\n}\n` : '\n  ]\n}\n'),
  };
}

/** Documents one after the other, as they are applied again. */
export function yamlDocuments(terminal: Sink): Printer {
  let isEmpty = true;
  return {
    page: async (_kind, objects) => {
      await terminal.print(`${isEmpty ? '' : '---\n'}${objects.map(({ manifest }) => manifest).join('---\n')}`);
      isEmpty = false;
    },
    end: async () => undefined,
  };
}

function yamlList(terminal: Terminal): Printer {
  let isEmpty = true;
  const head = 'apiVersion: v1\nkind: List\nitems:';
  return {
    page: async (_kind, objects) => {
      const items = objects.map(({ manifest }) => `- ${manifest.replace(/\n(?!\n|$)/g, '\n  ')}`);
      await terminal.print(`${isEmpty ? `${head}\n` : ''}${items.join('')}`);
      isEmpty = false;
    },
    end: async () => {
      if (isEmpty) await terminal.print(`${head} []\n`);
    },
  };
}

const PROJECT_PATH = 'metadata.labels.resourcemanager\\.miloapis\\.com/project-name';

function tables(terminal: Terminal, options: PrinterOptions): Printer {
  const isWide = options.output.format === 'wide';
  let current: { readonly kind: KindInfo; readonly table: Table } | undefined;
  const columnsOf = (kind: KindInfo) => [
    ...(options.showsEvents === true ? [{ name: 'event', path: '' }] : []),
    ...(kind.namespaced && options.showsNamespace ? [{ name: 'namespace', path: 'metadata.namespace' }] : []),
    ...(kind.inProject && options.showsProject ? [{ name: 'project', path: PROJECT_PATH }] : []),
    { name: 'name', path: 'metadata.name' },
    ...kind.columns.filter(({ wide }) => isWide || !wide),
    { name: 'age', path: 'metadata.creationTimestamp' },
    ...(options.showsLabels ? [{ name: 'labels', path: 'metadata.labels' }] : []),
  ];
  const cell = (
    kind: KindInfo,
    column: { readonly name: string; readonly path: string },
    manifest: unknown,
  ): string => {
    const value = manifestValue(manifest, column.path);
    if (column.path === 'metadata.name')
      return `${options.hasSeveralKinds ? `${kind.singular}/` : ''}${cellText(value)}`;
    if (column.path === 'metadata.creationTimestamp') return age(String(value), options.now ?? Date.now());
    if (column.path.endsWith('Bytes')) return bytes(value) ?? cellText(value);
    if (column.path !== 'metadata.labels') return cellText(value);
    return cellText(Object.entries(value ?? {}).map(([key, text]) => `${key}=${String(text)}`));
  };
  return {
    page: async (kind, objects) => {
      const columns = columnsOf(kind);
      if (current?.kind !== kind) {
        const headings = columns.map(({ name }) => name.toUpperCase());
        if (current !== undefined) await terminal.print('\n');
        current = {
          kind,
          table: createTable(options.hasHeadings ? headings : undefined, isWide ? undefined : terminalWidth()),
        };
      }
      const rows = objects.map(({ manifest, event }) => {
        const value = parseJson(manifest);
        return columns.map((column) => (column.path === '' ? (event ?? '') : cell(kind, column, value)));
      });
      await terminal.print(current.table.rows(rows));
    },
    end: async () => undefined,
  };
}
