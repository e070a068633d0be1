import { readFile } from 'node:fs/promises';
import { buildSchema, findBreakingChanges } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from './catalog-schema.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The lines in code under “Breaking” of what is not released yet. */
function announced(changelog: string): string[] {
  const [, unreleased = ''] = /^## Unreleased$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? [];
  const [, breaking = ''] = /^### Breaking$([\s\S]*?)(?=^### |(?![\s\S]))/m.exec(unreleased) ?? [];
  return [...breaking.matchAll(/^ {2}- `([^`]+)`$/gm)].flatMap(([, line]) => line ?? []);
}

const covers = (line: string, change: string): boolean => {
  const pattern = line
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(change);
};

const changes = findBreakingChanges(buildSchema(await read('graphql/baseline.graphql')), schema).map(
  ({ description }) => description,
);
const lines = announced(await read('CHANGELOG.md'));

test('every breaking change of the schema stands in CHANGELOG.md', () => {
  expect(changes.filter((change) => !lines.some((line) => covers(line, change)))).toEqual([]);
});

test('CHANGELOG.md announces no breaking change that there is not', () => {
  expect(lines.filter((line) => !changes.some((change) => covers(line, change)))).toEqual([]);
});

test('a line names what it is about', () => {
  expect(lines.filter((line) => line.replaceAll('*', '').length < 12)).toEqual([]);
});
