import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';

/*
 * The package `scripts/command`, which `npm pack ./scripts/command` makes: the command alone, without the service and without
 * dependencies, so that it installs in a second and offline.
 *
 *   bin/catalog.js      what the path has
 *   src/cli/main.js     the command, and beside it what single commands load when they need it: as deep as in the
 *                       checkout, from where it finds package.json and bin
 */
const root = join(import.meta.dirname, '..');
const folder = join(root, 'scripts/command');
await Promise.all(['bin', 'src'].map((part) => rm(join(folder, part), { recursive: true, force: true })));
await build({
  input: join(root, 'src/cli/main.ts'),
  platform: 'node',
  logLevel: 'warn',
  output: {
    dir: folder,
    format: 'esm',
    entryFileNames: 'src/cli/main.js',
    chunkFileNames: 'src/cli/[name].js',
    minify: true,
  },
});
await mkdir(join(folder, 'bin'), { recursive: true });
await writeFile(
  join(folder, 'bin/catalog.js'),
  `#!/usr/bin/env node
if (Number.parseInt(process.versions.node, 10) >= 24) await import('../src/cli/main.js');
else {
  console.error(\`error: catalog needs Node 24; this is \${process.version}\`);
  process.exitCode = 1;
}
`,
  { mode: 0o755 },
);
await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'));
