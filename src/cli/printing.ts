import type { KindInfo } from './kind-info.ts';
import type { ListedObject } from './objects.ts';
import type { Terminal } from './terminal.ts';

/** Prints objects as they come. */
export interface Printer {
  page(kind: KindInfo, objects: readonly ListedObject[]): Promise<void>;
  end(): Promise<void>;
}

/** Where it goes. */
export type Sink = Pick<Terminal, 'print'>;
