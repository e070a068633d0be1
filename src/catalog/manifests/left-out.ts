import { PROJECT_LABEL } from '../derived-labels.ts';
import type { FieldChange } from '../differences.ts';
import { isObject } from '../values/is-object.ts';
import { type Steps, stepsOf } from './path.ts';
import type { StoredObject } from './spec-sql.ts';

/** The annotation of a manifest that is not whole: the paths at which objects are named that its reader may not see. */
export const LEFT_OUT = 'catalog.miloapis.com/left-out';

/** The rule that such a manifest breaks when it is applied. */
export const INCOMPLETE = 'INCOMPLETE_MANIFEST';

export const NAMESPACE_PATH = 'metadata.namespace';
export const PROJECT_PATH = `metadata.labels.${PROJECT_LABEL}`;

/** An object as one reader may know it: without the names at some paths, which it lists. */
export function leaveOut<Stored extends StoredObject>(stored: Stored, given: readonly string[]): Stored {
  // Where changes have an entry under its key, the key is a name.
  const named = given.filter((path) => !isByKey(stepsOf(path)));
  if (named.length === 0) return stored;
  // What is inside something that is left out goes with it.
  const paths = named.filter((path) => !named.some((other) => path.startsWith(`${other}.`)));
  const { spec, status } = stored;
  const steps = paths.map(stepsOf);
  const inside = (part: string): Steps[] => steps.filter(([first]) => first === part).map(([, ...rest]) => rest);
  return {
    ...stored,
    leftOut: [...paths].sort(),
    ...(paths.includes(NAMESPACE_PATH) && { namespace: null }),
    ...(paths.includes(PROJECT_PATH) && { project: null }),
    spec: prune(spec, inside('spec')) ?? {},
    ...(status !== undefined && { status: prune(status, inside('status')) ?? {} }),
  };
}

/** The value of a column without what stands at some paths, which begin with `spec.` or `status.` and its own path. */
export function withoutPaths(value: unknown, path: string, hidden: readonly string[]): unknown {
  const above = stepsOf(path).length + 1;
  return prune(
    value,
    hidden.map((one) => stepsOf(one).slice(above)),
  );
}

/** Whether a path has an entry of a list under its key: `spec.meters[name=cpu]`. */
const isByKey = (steps: Steps): boolean => steps.some((step) => typeof step === 'string' && step.includes('='));

/** A value without what stands at some places in it; nothing, when nothing is left. */
function prune(value: unknown, places: readonly Steps[]): unknown {
  if (places.length === 0) return value;
  if (places.some(({ length }) => length === 0)) return undefined;
  const inside = (member: string | number): Steps[] =>
    places.filter(([first]) => first === member).map(([, ...rest]) => rest);
  if (Array.isArray(value)) {
    const kept = value.map((item: unknown, index) => prune(item, inside(index))).filter((item) => item !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const rest = prune(inner, inside(name));
    return rest === undefined ? [] : [[name, rest]];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Changes without the names at some paths of the state before and of the state after; what else is in them stays. */
export function leaveOutOfChanges(
  changes: readonly FieldChange[],
  before: readonly string[],
  after: readonly string[],
): readonly FieldChange[] {
  if (before.length + after.length === 0) return changes;
  return changes.flatMap((change): FieldChange[] => {
    const [was, became] = [
      valueWithout(change.path, change.before, before),
      valueWithout(change.path, change.after, after),
    ];
    if (was === change.before && became === change.after) return [change];
    const isEmpty = (was ?? null) === null && (became ?? null) === null;
    return isEmpty ? [] : [{ path: change.path, before: was, after: became }];
  });
}

function valueWithout(path: string, value: unknown, paths: readonly string[]): unknown {
  const place = stepsOf(path);
  const isBelow = (one: Steps, other: Steps): boolean => other.every((step, index) => one[index] === step);
  const left = paths.map(stepsOf);
  if (left.some((one) => isBelow(place, one))) return undefined;
  const inside = left.filter((one) => isBelow(one, place)).map((one) => one.slice(place.length));
  // Of entries that changed places the keys are told.
  const keys = inside.flatMap(([first]) => (isByKey([first ?? '']) ? [String(first).replace(/^[^=]*=/, '')] : []));
  if (Array.isArray(value) && value.every((key) => typeof key === 'string') && keys.length > 0) {
    return value.filter((key) => !keys.includes(key));
  }
  return prune(value, inside);
}

/** Every name that stands at some paths of an object, to be taken out of sentences about it. */
export function namesAt({ namespace, project, spec }: StoredObject, paths: readonly string[]): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([name, inner]) =>
      name === 'kind' || name === 'apiGroup' ? [] : texts(inner),
    );
  };
  return paths.flatMap((path): string[] => {
    if (path === NAMESPACE_PATH) return namespace === null ? [] : [namespace];
    if (path === PROJECT_PATH) return project === null ? [] : [project];
    const [, ...steps] = stepsOf(path);
    return texts(
      steps.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>> | undefined)?.[step], spec),
    );
  });
}
