import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a page. */
export interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The last line of text before it. */
  readonly lead: string;
}

export interface Page {
  /** Path from the root of the checkout. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its fenced blocks. */
  readonly prose: string;
  readonly anchors: ReadonlySet<string>;
}

/** Every page there is: the README and whatever lies under docs/. */
export async function readPages(): Promise<readonly Page[]> {
  const files = await readdir(join(root, 'docs'), { recursive: true });
  const pages = files.filter((file) => file.endsWith('.md')).map((file) => posix.join('docs', file));
  return Promise.all(['README.md', ...pages.sort()].map(readPage));
}

async function readPage(path: string): Promise<Page> {
  const text = await readFile(join(root, path), 'utf8');
  const blocks: Block[] = [];
  const prose: string[] = [];
  let open: { line: number; language: string; lead: string; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      const lead = prose.findLast((one) => one.trim() !== '') ?? '';
      open = { line: index + 1, language: fence[1] ?? '', lead, lines: [] };
    } else if (open === undefined) prose.push(line);
    else if (fence === null) open.lines.push(line);
    else {
      const { lines, ...block } = open;
      blocks.push({ ...block, text: lines.map((one) => `${one}\n`).join('') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: this block does not end`);
  const headings = prose.flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);
  return { path, text, blocks, prose: prose.join('\n'), anchors: new Set(headings.map(anchorOf)) };
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Targets of a page's links that lead to files of the checkout: their path from its root, and the anchor. */
export function linksOf(page: Page): readonly { readonly path: string; readonly anchor: string | undefined }[] {
  const targets = [...page.prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { path: file === '' ? page.path : posix.join(posix.dirname(page.path), file), anchor };
    });
}

/** What stands between single backquotes. */
export const codeSpans = (page: Page): readonly string[] =>
  [...page.prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

/** First cells of the first table behind a heading or sentence. */
export function firstCells(page: Page, after: string): string[] {
  const [table = ''] = /(?:^\|.*\n)+/m.exec(page.text.split(after)[1] ?? '') ?? [];
  return [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell);
}

/** Commands that stand as first cells of tables. */
export const tableCommands = (page: Page): string[] =>
  [...page.prose.matchAll(/^\| `((?:source <\()?catalog [^`]+)`/gm)].map(([, cell = '']) => cell);
