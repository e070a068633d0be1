import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isLoopback } from '../platform/http/loopback.ts';
import { isRunning } from '../platform/is-running.ts';
import { CliError } from './cli-error.ts';

/** A service to talk to. */
export interface Server {
  readonly url: string;
  /** How it was found, for messages. */
  readonly from: string;
  /** Its data directory, when it is an embedded service that was found by it. */
  readonly dataDirectory?: string;
}

export interface Wanted {
  readonly server: string | undefined;
  /** Who named it; nobody in particular unless given. */
  readonly from?: string;
  readonly dataDir: string;
}

interface Notice {
  readonly pid: number;
  readonly url?: string;
}

/** The service that was named, or else the embedded one whose data is in this folder or one above. */
export async function findServer(wanted: Wanted, directory: string): Promise<Server> {
  if (wanted.server !== undefined) {
    const url = addressOf(wanted.server);
    const dataDirectory = await dataDirectoryOf(url, wanted.dataDir, directory);
    return { url, from: wanted.from ?? 'as given', ...(dataDirectory !== undefined && { dataDirectory }) };
  }
  const stale: string[] = [];
  for (const file of noticeFiles(wanted.dataDir, directory)) {
    const notice = await readNotice(file);
    if (notice === undefined) continue;
    if (!isRunning(notice.pid)) {
      stale.push(`${file} was left by process ${notice.pid}, which has ended`);
      continue;
    }
    if (notice.url === undefined) {
      throw new CliError(
        `the service of ${dirname(file)} is still starting (process ${notice.pid}); try again in a moment`,
      );
    }
    return { url: addressOf(notice.url), from: file, dataDirectory: dirname(file) };
  }
  throw new CliError(
    `no service found: neither --server nor CATALOG_SERVER nor a context is given, and no embedded service runs in ${directory} or a folder above it (${wanted.dataDir}/)`,
    {
      advice: [
        ...stale,
        'start one with `npm start` in a checkout of Milo Catalog, or give its URL:',
        '  catalog get sites --server http://127.0.0.1:4000',
      ],
    },
  );
}

/** `host:4000`, `https://host/`, `https://host/graphql` → the URL of the GraphQL endpoint. */
export function addressOf(text: string): string {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new CliError(`'${text}' is not the address of a service; accepted: http://HOST:PORT or https://HOST`, {
      exitCode: 2,
    });
  }
  if (!url.pathname.endsWith('/graphql')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/graphql`;
  return url.href;
}

/** Where the embedded service at this address keeps its data. */
async function dataDirectoryOf(url: string, dataDir: string, directory: string): Promise<string | undefined> {
  for (const file of noticeFiles(dataDir, directory)) {
    const notice = await readNotice(file);
    if (notice?.url !== undefined && isRunning(notice.pid) && isSamePlace(addressOf(notice.url), url))
      return dirname(file);
  }
  return undefined;
}

/** The same origin; all names of this machine are one. */
export function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  const isSameHost = a.hostname === b.hostname || (isLoopback(a.hostname) && isLoopback(b.hostname));
  return isSameHost && a.port === b.port && a.protocol === b.protocol;
}

function noticeFiles(dataDir: string, directory: string): string[] {
  if (isAbsolute(dataDir)) return [join(dataDir, 'server.json')];
  const files: string[] = [];
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    files.push(join(folder, dataDir, 'server.json'));
    if (dirname(folder) === folder) return files;
  }
}

async function readNotice(file: string): Promise<Notice | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { pid, url } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid !== 'number') return undefined;
    return { pid, ...(typeof url === 'string' && { url }) };
  } catch {
    throw new CliError(`${file} cannot be read: it is not JSON`);
  }
}
