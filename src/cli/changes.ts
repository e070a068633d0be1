import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';

/** A message of the feed of changes. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'RESET';
  readonly reason: string | null;
  readonly cursor: string | null;
  readonly kind: string | null;
  readonly uid: string | null;
  readonly object: {
    readonly name: string;
    readonly namespace: string | null;
    readonly project: string | null;
    readonly manifest: string;
  } | null;
}

/** Which changes, and whether the present state comes first. */
interface ChangesWanted {
  readonly where: {
    readonly kinds: readonly string[];
    readonly names?: readonly string[] | undefined;
    readonly labelSelector?: string | undefined;
  };
  readonly format: 'YAML' | 'JSON';
  readonly initial: boolean;
}

const DOCUMENT = `subscription CatalogWatch($after: String, $where: ChangeWhere, $initial: Boolean, $format: ManifestFormat) {
  changes(after: $after, where: $where, initial: $initial) {
    type reason cursor kind uid object { name namespace project manifest(format: $format) } } }`;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/** The messages of the subscription, over as many connections as it takes; `until` ends them, also while one is waited for. */
export async function* changes(
  client: Client,
  variables: ChangesWanted,
  note: (line: string) => void,
  until?: AbortSignal,
): AsyncGenerator<Change> {
  let after: string | null = null;
  let wait = FIRST_WAIT_MS;
  for (;;) {
    try {
      const asked: Readonly<Record<string, unknown>> = { ...variables, after };
      for await (const { changes: change } of client.subscribe<{ readonly changes: Change }>(DOCUMENT, asked, until)) {
        wait = FIRST_WAIT_MS;
        after = change.cursor;
        yield change;
      }
    } catch (error) {
      if (until?.aborted === true) return;
      // A failure before the first message is final.
      if (!(error instanceof CliError) || after === null) throw error;
      if (wait === FIRST_WAIT_MS) note(`${error.message}; reconnecting`);
    }
    await sleep(wait, undefined, until && { signal: until }).catch(() => undefined);
    if (until?.aborted === true) return;
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}
