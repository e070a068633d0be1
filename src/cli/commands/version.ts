import { readFile } from 'node:fs/promises';
import { CliError } from '../cli-error.ts';
import type { Session } from '../session.ts';

export async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version: unknown }).version);
}

/** `catalog version`: its own, and which service it would talk to. */
export async function version({ terminal, client }: Session): Promise<number> {
  await terminal.print(`catalog ${await ownVersion()} (Node ${process.version})\n`);
  try {
    const { server, execute } = await client();
    await execute('{ __typename }');
    await terminal.print(`service ${new URL(server.url).origin} (${server.from})\n`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await terminal.print(`service none: ${error.message}\n`);
  }
  return 0;
}
