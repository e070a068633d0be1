import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where the catalog answers, and with which token. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
}

/** A mistake of the caller's: printed without a stack, exit code 2. */
export class UsageError extends Error {}

/** The one reader of the command line's environment: the server from options, variables, or a running one nearby. */
export function findConnection(
  options: { readonly server?: string; readonly token?: string },
  environment = process.env,
): Connection {
  const token = options.token ?? environment.CATALOG_TOKEN;
  const named = options.server ?? environment.CATALOG_SERVER;
  if (named !== undefined) return { url: named.replace(/\/$/, ''), token };
  const dataDir = environment.CATALOG_DATA_DIR;
  const places =
    dataDir === undefined ? upward(process.cwd()).map((folder) => join(folder, '.catalog')) : [resolve(dataDir)];
  for (const place of places) {
    const file = join(place, 'server.json');
    if (!existsSync(file)) continue;
    const { url } = JSON.parse(readFileSync(file, 'utf8')) as { url?: string };
    if (url !== undefined) return { url, token };
  }
  throw new UsageError(
    'no catalog is running here: start one with `npm start`, or name one with --server or CATALOG_SERVER',
  );
}

const upward = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...upward(dirname(folder))];
