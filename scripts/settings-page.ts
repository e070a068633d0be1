/** `npm run settings` writes docs/settings.md from src/config.ts; with `--check` it fails when the page is out of date. */
import { readFile, writeFile } from 'node:fs/promises';
import { settings } from '../src/config.ts';

const file = new URL('../docs/settings.md', import.meta.url);
const rows = Object.entries(settings).map(([name, { meaning, shown }]) => `| \`${name}\` | ${meaning} | ${shown} |`);
const page = `# Settings

All settings are environment variables. An empty value counts as not set; a value that cannot be used stops the start, and
all problems are reported together. A name that is a slip of one of these (\`CATALOG_ADMNI\`) stops the start, too; another
one that begins with \`CATALOG_\` has no effect, and the start warns of it. Names that Kubernetes and Docker make of a Service's
(\`CATALOG_PORT=tcp://…\`, \`CATALOG_SERVICE_HOST\`) are not meant. \`npm start -- --help\` prints the same list.

| variable | meaning | when not set |
| --- | --- | --- |
${rows.join('\n')}

The command \`catalog\` reads five: \`CATALOG_SERVER\` (address of the service), \`CATALOG_TOKEN\` (bearer token),
\`CATALOG_CONTEXT\` (the context to work in), \`CATALOG_CONFIG_DIR\` (folder of contexts and sign-ins) and \`CATALOG_DATA_DIR\`
(where an embedded service keeps its data).
`;
if (!process.argv.includes('--check')) {
  await writeFile(file, page);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== page) {
  console.error('docs/settings.md is out of date: run npm run settings');
  process.exitCode = 1;
}
