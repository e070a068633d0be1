import type { KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { valueAt } from './draft.ts';

/** Kinds that an object names as its home and that are not scopes themselves. */
export function kindsAround(kind: KindModel, spec: unknown): KindModel[] {
  const { scope, references } = kind;
  if ('own' in scope || typeof scope.home === 'string') return [];
  const { home } = scope;
  const named = home.flatMap((path) => {
    const targets = references.find(({ leaf }) => leaf.path === path)?.targets ?? [];
    const written = [valueAt(spec, path)].flat()[0];
    if (written === undefined || written === null) return [];
    const of = isObject(written) && targets.length > 1 ? written.kind : targets[0]?.kind.kind;
    return targets.map((target) => target.kind).filter((target) => target.kind === of);
  });
  return named.slice(0, 1).filter(({ isOwnScope }) => !isOwnScope);
}
