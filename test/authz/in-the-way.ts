import { readFileSync } from 'node:fs';

/**
 * Codes with which a refused write tells of what is hidden, because it is in the way: the first column of the table that
 * docs/changing.md has under "What a refusal tells of what you may not see". `…` in it stands for anything.
 */
export const IN_THE_WAY: RegExp = (() => {
  const page = readFileSync(new URL('../../docs/changing.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## What a refusal tells of what you may not see');
  const cells = [...section.matchAll(/^\| (`.*?) \|/gm)].map(([, cell = '']) => cell);
  const codes = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z0-9_…]+)`/g)].map(([, code = '']) => code));
  return new RegExp(`^(?:${codes.map((code) => code.replaceAll('…', '\\w*')).join('|')})$`);
})();
