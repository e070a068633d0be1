import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { OPENFGA_VERSION } from './version.ts';

const run = promisify(execFile);

export interface ReleaseArchiveOptions {
  /** Where the releases are, for example https://github.com/openfga/openfga/releases/download. */
  readonly downloadUrl: string;
  /** Where the executable is to be put. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };
const PLATFORMS = ['linux', 'darwin'];
// So short that a closed network costs little time; a download that goes on may take as long as it does.
const ANSWERS_WITHIN_MS = 5_000;
const TELL_EVERY_BYTES = 5 * 2 ** 20;
const MEGABYTE = 2 ** 20;

/**
 * Downloads the official build of this platform. Its SHA-256 must be the one in the release's own checksums.txt: that
 * detects a truncated or damaged download, and trusts the host for the rest, since no checksums are pinned here.
 */
export async function downloadRelease({ downloadUrl, folder, log }: ReleaseArchiveOptions): Promise<string> {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined || !PLATFORMS.includes(process.platform)) {
    throw new Error(`there is no official build for ${process.platform}-${process.arch}`);
  }
  const name = `openfga_${OPENFGA_VERSION}_${process.platform}_${architecture}.tar.gz`;
  const release = `${downloadUrl}/v${OPENFGA_VERSION}`;
  const expected = await fetchSum(`${release}/checksums.txt`, name);
  const archive = join(folder, name);
  const sum = await fetchFile(`${release}/${name}`, archive, log);
  if (sum !== expected) throw new Error(`${name} has the SHA-256 ${sum}, and its release says ${expected}`);
  await run('tar', ['-xzf', archive, '-C', folder, 'openfga']);
  const executable = join(folder, 'openfga');
  await chmod(executable, 0o755);
  return executable;
}

async function fetchSum(url: string, name: string): Promise<string> {
  const { response } = await get(url);
  const lines = (await response.text()).split('\n').map((line) => line.trim().split(/\s+\*?/));
  const sum = lines.find(([, file]) => file === name)?.[0];
  if (sum === undefined) throw new Error(`${url} has no sum of ${name}`);
  return sum.toLowerCase();
}

/** Its SHA-256. */
async function fetchFile(url: string, file: string, log: (line: string) => void): Promise<string> {
  const { response, postpone } = await get(url);
  const total = Number(response.headers.get('content-length') ?? 0);
  const ofTotal = total > 0 ? ` of ${(total / MEGABYTE).toFixed(0)}` : '';
  log(`OpenFGA: downloading ${url}`);
  const hash = createHash('sha256');
  let received = 0;
  let reported = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      postpone();
      hash.update(chunk);
      received += chunk.length;
      if (received - reported >= TELL_EVERY_BYTES) {
        reported = received;
        log(`OpenFGA: downloading, ${(received / MEGABYTE).toFixed(0)}${ofTotal} MB`);
      }
      done(null, chunk);
    },
  });
  if (response.body === null) throw new Error(`${url} answers nothing`);
  await pipeline(Readable.fromWeb(response.body), measure, createWriteStream(file)).catch((cause: unknown) => {
    throw new Error(`${url} broke off after ${received} bytes: ${describe(cause)}`, { cause });
  });
  return hash.digest('hex');
}

/** The answer, which must begin soon, and go on as soon again after each call of `postpone`. */
async function get(url: string): Promise<{ response: Response; postpone: () => void }> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`silent for ${ANSWERS_WITHIN_MS} ms`)), ANSWERS_WITHIN_MS);
  timer.unref();
  const response = await fetch(url, { signal: silence.signal }).catch((cause: unknown) => {
    throw new Error(`${url}: ${describe(cause)}`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return { response, postpone: () => void timer.refresh() };
}

/** What fetch says is of no help; its cause is. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
