import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OPENFGA_VERSION, requireSafeVersion } from './version.ts';

export interface GoInstallOptions {
  /** Where the executable is to be. */
  readonly target: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

const PACKAGE = `github.com/openfga/openfga/cmd/openfga@v${OPENFGA_VERSION}`;
const TELL_EVERY_MS = 15_000;

/** Builds OpenFGA from its source with the Go that is in PATH; the sums are those of Go's checksum database. */
export async function installWithGo({ target, environment, log }: GoInstallOptions): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const draft = await mkdtemp(join(dirname(target), '.new-'));
  try {
    await build({ ...environment, GOBIN: draft }, log);
    const built = join(draft, 'openfga');
    await requireSafeVersion(built);
    await rename(built, target);
    return target;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function build(env: NodeJS.ProcessEnv, log: (line: string) => void): Promise<void> {
  // -v names each package as it is built, which is all the progress there is to tell.
  const child = spawn('go', ['install', '-v', PACKAGE], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = (): void => {
    child.kill();
  };
  process.on('exit', stop);
  let said = '';
  const startedAt = Date.now();
  child.once('spawn', () => log(`OpenFGA: building ${OPENFGA_VERSION} with \`go install\`, which takes minutes`));
  const progress = setInterval(() => {
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    log(`OpenFGA: building, ${said.split('\n').length - 1} packages so far (${seconds} s)`);
  }, TELL_EVERY_MS);
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error('there is no `go` in PATH') : error);
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`it failed (${code ?? signal}): ${said.trim().split('\n').slice(-5).join('; ')}`));
    });
  }).finally(() => {
    clearInterval(progress);
    process.off('exit', stop);
  });
}
