import { type ChangeOptions, changeObjects, type Manifest } from '../change-objects.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';
import { findTargets } from '../targets.ts';

export interface LabelOptions extends ChangeOptions {
  readonly overwrite?: true;
}

/** `tier=gold`, and `tier-` to take it away. */
type Pair = readonly [key: string, value: string | undefined];

const isPair = (word: string): boolean => word.includes('=') || word.endsWith('-');

function readPair(word: string): Pair {
  const at = word.indexOf('=');
  return at === -1 ? [word.slice(0, -1), undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** `catalog label` and `catalog annotate`: adds, changes and takes away entries of metadata, as with kubectl. */
export async function label(
  session: Session,
  words: readonly string[],
  options: LabelOptions,
  member: 'labels' | 'annotations',
): Promise<number> {
  const named = words.filter((word) => !isPair(word));
  const pairs = words.filter(isPair).map(readPair);
  if (pairs.length === 0) throw usageError('say what to set (KEY=VALUE) or to take away (KEY-)');
  const targets = await findTargets(session, named);
  return changeObjects(session, targets, options, (manifest) => withPairs(manifest, member, pairs, options));
}

function withPairs(manifest: Manifest, member: string, pairs: readonly Pair[], { overwrite }: LabelOptions): Manifest {
  const { metadata } = manifest;
  const present = (metadata[member] ?? {}) as Readonly<Record<string, string>>;
  const next = new Map(Object.entries(present));
  for (const [key, value] of pairs) {
    const before = next.get(key);
    if (value === undefined) next.delete(key);
    else if (before === undefined || before === value || overwrite === true) next.set(key, value);
    else
      throw new CliError(`${metadata.name} has ${key}=${before} in its ${member} already; nothing was written`, {
        advice: ['--overwrite replaces it'],
      });
  }
  return { ...manifest, metadata: { ...metadata, [member]: Object.fromEntries(next) } };
}
