import type { OutputFormat } from '../printer.ts';

/** How `get` is asked. */
export interface GetOptions {
  readonly selector?: string;
  readonly output: OutputFormat;
  readonly namespace?: string;
  readonly allNamespaces?: true;
  readonly project?: string;
  readonly limit?: number;
  readonly headers: boolean;
  readonly showLabels?: true;
  readonly watch?: true;
  readonly watchOnly?: true;
}
