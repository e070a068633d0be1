import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/** Prints which test files took longest, out of vitest's own JSON report. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
}

const [file = 'test-results/tests.json', count = '20'] = process.argv.slice(2);
const { testResults, numPassedTests, numFailedTests } = JSON.parse(await readFile(file, 'utf8')) as Report;
const seconds = testResults
  .map(({ name, startTime, endTime }) => ({ name: relative('.', name), took: (endTime - startTime) / 1_000 }))
  .sort((one, other) => other.took - one.took);
console.log(
  `${testResults.length} test files, ${seconds.reduce((sum, { took }) => sum + took, 0).toFixed(0)} s in all; the slowest:`,
);
for (const { name, took } of seconds.slice(0, Number(count))) console.log(`${took.toFixed(1).padStart(7)} s  ${name}`);
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
