import { usageError } from './cli-error.ts';
import { getKindInfo, type KindInfo } from './kind-info.ts';

/** What a command is about: objects of a kind, all or by name. */
export interface Target {
  readonly kind: KindInfo;
  readonly names: readonly string[] | undefined;
}

/** `racks`, `rack a14 a15`, `rack/a14 site/fra1`, `racks,sites`, `all`: as kubectl takes them. */
export function readTargets(kinds: readonly KindInfo[], words: readonly string[]): Target[] {
  const [first, ...rest] = words;
  if (first === undefined)
    throw usageError('a kind is missing, for example `catalog get racks`', '`catalog kinds` lists them');
  if (first.includes('/')) {
    return words.map((word) => {
      const [kind = '', name = '', more] = word.split('/');
      if (kind === '' || name === '' || more !== undefined)
        throw usageError(`'${word}' is not KIND/NAME; after one KIND/NAME all others must have that form`);
      return { kind: getKindInfo(kinds, kind), names: [name] };
    });
  }
  const mixed = rest.find((word) => word.includes('/'));
  if (mixed !== undefined) throw usageError(`KIND/NAME cannot follow a kind: '${first} ${mixed}'`);
  const chosen =
    first.toLowerCase() === 'all'
      ? kinds
      : [
          ...new Set(
            first
              .split(',')
              .filter((word) => word !== '')
              .map((word) => getKindInfo(kinds, word)),
          ),
        ];
  return chosen.map((kind) => ({ kind, names: rest.length === 0 ? undefined : [...new Set(rest)] }));
}

/** `rack/a14`, `rack a14`, `racks`: a kind, and at most one object of it. */
export function oneTarget(
  kinds: readonly KindInfo[],
  words: readonly string[],
): { readonly kind: KindInfo; readonly name: string | undefined } {
  const [target, another] = readTargets(kinds, words);
  const [name, second] = target?.names ?? [];
  if (target === undefined || another !== undefined || second !== undefined) {
    throw usageError(`exactly one object is accepted, not '${words.join(' ')}'`, 'for example rack/a14');
  }
  return { kind: target.kind, name };
}
