import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { readEnvironment } from './environment.ts';
import { ownVersion } from './own-version.ts';
import { withoutPlaceOfTrial } from './program/commands.ts';
import { createProgram } from './program.ts';
import { createSession } from './session.ts';

// The reading end of a pipe may close early: `catalog get ports | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}
process.on('SIGINT', () => {
  process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}interrupted\n`);
  process.exit(130);
});

const environment = readEnvironment();
const program = createProgram({
  openSession: (options) => createSession(options, environment, process.cwd()),
  programPath: fileURLToPath(new URL('../../bin/catalog.js', import.meta.url)),
  version: await ownVersion(),
  onDone: (exitCode) => {
    process.exitCode = exitCode;
  },
});
try {
  await program.parseAsync(withoutPlaceOfTrial(process.argv));
} catch (error) {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (error instanceof CliError) {
    process.stderr.write([`error: ${error.message}`, ...error.advice, ''].join('\n'));
    process.exitCode = error.exitCode;
  } else {
    console.error('error: this is a bug in the command catalog:', error);
    process.exitCode = 1;
  }
}
