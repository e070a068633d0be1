#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: the sources are TypeScript, which Node runs from 24 on. Where the running
// Node is older, the one that npm installed with this project takes over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = new URL('../src/cli/main.ts', import.meta.url);
const canRunTypes = Boolean(process.features.typescript);
const isCurrent = canRunTypes && Number.parseInt(process.versions.node, 10) >= 24;

const ownNode = () =>
  [
    '.bin/node',
    `node-${process.platform}-${process.arch}/bin/node`,
    `node-bin-${process.platform}-${process.arch}/bin/node`,
  ]
    .map((path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url)))
    .find((path) => existsSync(path));

const found = isCurrent ? undefined : ownNode();
if (found !== undefined) {
  const args = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(found, args, { stdio: 'inherit' });
  // The child decides what a signal means; it ends on the first, so one that reaches both does no harm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: ${found} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
} else if (canRunTypes) {
  // What was compiled once need not be compiled again: that is more than half of a start. Where it cannot be kept, it is not.
  module.enableCompileCache?.(
    join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'milo-catalog', 'compiled'),
  );
  await import(entry.href);
} else {
  console.error(
    `error: catalog needs Node 24; this is ${process.version} and the project's own is not installed\nrun \`npm ci\` in ${fileURLToPath(new URL('..', import.meta.url))} (optional packages included), or use Node 24`,
  );
  process.exitCode = 1;
}
