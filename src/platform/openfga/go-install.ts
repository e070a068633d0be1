import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { OPENFGA_VERSION } from './version.ts';

export interface GoInstallOptions {
  /** Where the executable is to be put. */
  readonly folder: string;
  /** What Go is started with; it is searched for in its PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

const PACKAGE = `github.com/openfga/openfga/cmd/openfga@v${OPENFGA_VERSION}`;
const TELL_EVERY_MS = 15_000;

/** Builds OpenFGA from its source, which Go holds against its checksum database. */
export async function buildWithGo({ folder, environment, log }: GoInstallOptions): Promise<string> {
  // -v prints each package as it is built, the only progress information there is.
  const child = spawn('go', ['install', '-v', PACKAGE], {
    env: { ...environment, GOBIN: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => {
    child.kill();
  };
  process.on('exit', stop);
  const startedAt = Date.now();
  child.once('spawn', () => log(`OpenFGA: building ${OPENFGA_VERSION} with \`go install\`, which takes minutes`));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    log(`OpenFGA: building, ${said.split('\n').length - 1} packages so far (${seconds} s)`);
  }, TELL_EVERY_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        reject(error.code === 'ENOENT' ? new Error('there is no `go` in PATH') : error);
      });
      child.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`it failed (${code ?? signal}): ${said.trim().split('\n').slice(-5).join('; ')}`));
      });
    });
  } finally {
    clearInterval(progress);
    process.off('exit', stop);
  }
  return join(folder, 'openfga');
}
