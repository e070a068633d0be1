import { getKindInfo, type KindInfo } from '../kind-info.ts';

/** `rack.site` → kind and path; a group may follow the kind only when no path does. */
export function readPath(known: readonly KindInfo[], word: string): { kind: KindInfo; path: string[] } {
  const [first = '', ...rest] = word.replaceAll(/\[\d*\]/g, '').split('.');
  const isGroup = rest.length > 0 && known.some(({ groups }) => groups.includes(rest.join('.')));
  if (isGroup) return { kind: getKindInfo(known, word), path: [] };
  return { kind: getKindInfo(known, first), path: rest };
}

const WIDTH = 100;

/** Words in lines of bounded width. */
export function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines.join('\n');
}

export const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}:\n${body}\n`);
