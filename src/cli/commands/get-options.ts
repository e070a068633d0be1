import type { Output } from '../output.ts';

/** How `get` is asked. */
export interface GetOptions {
  readonly selector?: string;
  readonly output: Output;
  readonly namespace?: string;
  readonly allNamespaces?: true;
  readonly project?: string;
  readonly limit?: number;
  readonly chunkSize?: number;
  readonly fieldSelector?: string;
  readonly sortBy?: string;
  readonly ignoreNotFound?: true;
  readonly headers: boolean;
  readonly showLabels?: true;
  readonly watch?: true;
  readonly watchOnly?: true;
}
