import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Pages } from './pages.ts';

export interface PlaygroundOptions {
  readonly title: string;
  /**
   * Folder of example queries, one folder for each client; the first comment of each is its description. Its file
   * `examples.json` says which of them are shown outside the folder `playground`, to whom, and with which variables;
   * `manifest.json` lists all of them as trusted documents.
   */
  readonly examples: URL;
  /** Whether `/personas` gives tokens to choose from. */
  readonly offersPersonas: boolean;
}

interface Example {
  readonly name: string;
  /** Whose it is: `billing`. */
  readonly client: string;
  /** The persona who asks. */
  readonly as?: string;
  readonly variables?: object;
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
  '/playground/explorer.js': ['@graphiql/plugin-explorer', 'dist/index.umd.js', 'text/javascript'],
  '/playground/explorer.css': ['@graphiql/plugin-explorer', 'dist/style.css', 'text/css'],
};

/** The leading comment, whose lines are one text. */
const commentOf = (query: string): string =>
  (/^(?:#.*\n)+/.exec(query)?.[0] ?? '').replaceAll(/^#\s*/gm, '').replaceAll('\n', ' ').trim();

const OWN = 'playground';

async function readExamples(folder: URL): Promise<Example[]> {
  const own = (await readdir(new URL(`${OWN}/`, folder))).map((file) => `${OWN}/${file.replace(/\.graphql$/, '')}`);
  const asked = JSON.parse(await readFile(new URL('examples.json', folder), 'utf8')) as Readonly<
    Record<string, Pick<Example, 'as' | 'variables'>>
  >;
  // A document that was renamed is no example; a service does not fail to start for that.
  const files = new Set((await readdir(folder, { recursive: true })).map((file) => file.replaceAll('\\', '/')));
  const names = [...own.sort(), ...Object.keys(asked).filter((name) => !own.includes(name))].filter((name) =>
    files.has(`${name}.graphql`),
  );
  return Promise.all(
    names.map(async (path) => {
      const query = await readFile(new URL(`${path}.graphql`, folder), 'utf8');
      const [client = '', file = ''] = path.split('/');
      const name = file.replace(/^\d+-/, '').replaceAll('-', ' ');
      return {
        name: name.charAt(0).toUpperCase() + name.slice(1),
        client,
        description: commentOf(query),
        query,
        ...asked[path],
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
  const manifest = await readFile(new URL('manifest.json', examples));
  assets.set('/playground/operations.json', asset('application/json', manifest));
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
