import { CliError } from '../cli-error.ts';
import { ownVersion } from '../own-version.ts';
import type { Session } from '../session.ts';

/** `catalog version`: its own version and that of the service it would use. */
export async function version({ terminal, client }: Session): Promise<number> {
  await terminal.print(`catalog ${await ownVersion()} (Node ${process.version})\n`);
  try {
    const { server, execute } = await client();
    await execute('{ __typename }');
    await terminal.print(`service ${new URL(server.url).origin} (${server.from})\n`);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await terminal.print(`service none found: ${error.message}\n`);
  }
  return 0;
}
