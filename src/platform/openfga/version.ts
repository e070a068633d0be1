import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The OpenFGA that is provisioned. */
export const OPENFGA_VERSION = '1.18.1';

/** The oldest OpenFGA that is used. */
const FLOOR = '1.18.0';
const WHY = 'CVE-2026-55689 and CVE-2026-55170 are fixed in 1.18.0, CVE-2026-34972 and others in earlier releases';

const MODULE_LINE = /mod\tgithub\.com\/openfga\/openfga\tv(\d+\.\d+\.\d+[^\t\n]*)/;

/** The version of an executable; throws when it is not an OpenFGA, has no known version, or is older than what is safe. */
export async function requireSafeVersion(executable: string): Promise<string> {
  const version = await readVersion(executable);
  if (!isAtLeast(version, FLOOR)) {
    throw new Error(`${executable} is OpenFGA ${version}, and nothing older than ${FLOOR} is safe: ${WHY}`);
  }
  return version;
}

async function readVersion(executable: string): Promise<string> {
  const { stdout, stderr } = await run(executable, ['version'], { timeout: 10_000 }).catch((cause: Error) => {
    throw new Error(`${executable} cannot be run: ${cause.message.trim()}`, { cause });
  });
  const reported = /OpenFGA version `v?([^`]+)`/.exec(stdout + stderr)?.[1];
  if (reported === undefined)
    throw new Error(`${executable} is no OpenFGA: its \`version\` says ${stdout}${stderr}`.trim());
  if (/^\d+\.\d+\.\d+/.test(reported)) return reported;
  const built = await readModuleVersion(executable);
  if (built === undefined)
    throw new Error(`${executable} calls itself version ${reported}, and its build information names no version`);
  return built;
}

/** What `go install` noted in the executable about its main module, where the program itself only says `dev`. */
async function readModuleVersion(executable: string): Promise<string | undefined> {
  const file = await open(executable);
  try {
    let tail = '';
    for await (const chunk of file.createReadStream({ highWaterMark: 2 ** 20, encoding: 'latin1' })) {
      const found = MODULE_LINE.exec(tail + chunk)?.[1];
      if (found !== undefined) return found;
      tail = chunk.slice(-100);
    }
    return undefined;
  } finally {
    await file.close();
  }
}

/** Compares `major.minor.patch`; a pre-release counts as older than its release. */
function isAtLeast(version: string, floor: string): boolean {
  return version.localeCompare(floor, 'en', { numeric: true }) >= 0 && !version.startsWith(`${floor}-`);
}
