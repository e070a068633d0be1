import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/** Prints the test files in which something failed, a line each, out of vitest's own JSON report. */
interface Report {
  readonly testResults: readonly { readonly name: string; readonly status: 'passed' | 'failed' }[];
}

const [file = 'test-results/tests.json'] = process.argv.slice(2);
const { testResults } = JSON.parse(await readFile(file, 'utf8')) as Report;
for (const { name, status } of testResults) if (status === 'failed') console.log(relative('.', name));
