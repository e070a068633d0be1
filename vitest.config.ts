import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/kit/longest-first.ts';

export default defineConfig({
  // graphql 16 ships two module formats; two copies of it must not meet.
  resolve: { alias: { graphql: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/global-setup.ts'],
    setupFiles: ['test/kit/setup.ts'],
    // A worker loads each module once for all its files: none of them keeps what would be in the way of the next.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Commands and services that tests start: what Node compiled for one is there for the next.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)) },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // TypeScript's checker, which reads the SQL out of the sources (test/statements), goes deep. In KiB; threads have 8 MiB.
    execArgv: ['--stack-size=3000'],
    expect: { poll: { timeout: 60_000 } },
    server: { deps: { inline: [/@pothos/, /@apollo/] } },
  },
});
