import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Pages } from './pages.ts';

export interface PlaygroundOptions {
  readonly title: string;
  /** Folder of example queries; the first comment line of each is its description. */
  readonly examples: URL;
  /** Whether `/personas` gives tokens to choose from. */
  readonly offersPersonas: boolean;
}

interface Example {
  readonly name: string;
  readonly description: string;
  readonly query: string;
}

const require = createRequire(import.meta.url);
/** What is served of other packages: all that the container image has of them. */
export const playgroundFiles: Readonly<Record<string, readonly [module: string, file: string, type: string]>> = {
  '/playground/react.js': ['react', 'umd/react.production.min.js', 'text/javascript'],
  '/playground/react-dom.js': ['react-dom', 'umd/react-dom.production.min.js', 'text/javascript'],
  '/playground/graphiql.js': ['graphiql', 'graphiql.min.js', 'text/javascript'],
  '/playground/graphiql.css': ['graphiql', 'graphiql.min.css', 'text/css'],
};

async function readExamples(folder: URL): Promise<Example[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (file) => {
      const query = await readFile(new URL(file, folder), 'utf8');
      const name = file.replace(/^\d+-|\.graphql$/g, '').replaceAll('-', ' ');
      return {
        name: name.charAt(0).toUpperCase() + name.slice(1),
        description: /^#\s*(.*)$/m.exec(query)?.[1] ?? '',
        query,
      };
    }),
  );
}

interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string;
}

/** A file with a tag by which a browser learns that it has it already, compressed or not. */
const asset = (type: string, body: Uint8Array): Asset => ({
  type: `${type}; charset=utf-8`,
  body,
  etag: `W/"${createHash('sha256').update(body).digest('base64url')}"`,
});

/** GraphiQL out of its own package, without any network, with the example queries. */
export async function createPlayground({ title, examples, offersPersonas }: PlaygroundOptions): Promise<Pages> {
  const assets = new Map<string, Asset>();
  for (const [path, [module, file, type]] of Object.entries(playgroundFiles)) {
    const folder = dirname(require.resolve(`${module}/package.json`));
    assets.set(path, asset(type, await readFile(join(folder, file))));
  }
  const own = async (file: string): Promise<Uint8Array> => readFile(new URL(`./playground/${file}`, import.meta.url));
  assets.set('/playground/page.js', asset('text/javascript', await own('page.js')));
  assets.set('/playground/page.css', asset('text/css', await own('page.css')));
  const listed = Buffer.from(JSON.stringify(await readExamples(examples)));
  assets.set('/playground/examples.json', asset('application/json', listed));
  const page = (await own('page.html'))
    .toString()
    .replaceAll('{{title}}', title)
    .replace('{{personas}}', String(offersPersonas));
  const policy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  return (path) => {
    if (path === '/') {
      return {
        status: 200,
        headers: {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policy,
          'cache-control': 'no-cache',
        },
        body: page,
      };
    }
    const found = assets.get(path);
    return (
      found && {
        status: 200,
        headers: { 'content-type': found.type, 'cache-control': 'max-age=300', etag: found.etag },
        body: found.body,
      }
    );
  };
}
