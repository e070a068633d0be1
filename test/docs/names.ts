import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, root } from './page.ts';

const sources = ['src', 'graphql', 'prisma', 'examples', 'scripts', 'bench', 'bin', 'test', 'package.json', '.ci'];
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...sources], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n');
const known = new Set(
  files
    .filter((file) => existsSync(join(root, file)))
    .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/[A-Za-z_][\w-]*/g) ?? []),
);

/** Names of things of ours that a page mentions in code style and that no file has: they were renamed or removed. */
export function unknownNames(page: Page, spans: readonly string[]): readonly string[] {
  const own = new Set(page.blocks.flatMap(({ text }) => text.match(/[A-Za-z_][\w-]*/g) ?? []));
  return spans.filter((span) => {
    if (/^(src|test|docs|prisma|graphql|scripts|bench|examples)\/[\w./-]+$/.test(span)) return !exists(span);
    if (/^npm run [\w:-]+/.test(span)) return !hasScript(span.split(' ')[2] ?? '');
    const isName = /^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*(\(.*\))?$/.test(span);
    const word = span.replace(/\(.*/, '');
    return isName && !known.has(word) && !own.has(word);
  });
}

/** A test is named by its folder, or by its file with or without its ending. */
const exists = (path: string): boolean =>
  [path, `${path}.ts`, `${path}.test.ts`].some((candidate) => existsSync(join(root, candidate)));

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
export const hasScript = (name: string): boolean => name in scripts;
