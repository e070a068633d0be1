import type { Kind } from './kind.ts';

/** A kind with its references resolved, as far as it matters here. */
interface Referring extends Pick<Kind, 'kind' | 'scope' | 'phase' | 'publicReading' | 'draftThrough'> {
  readonly references: readonly ReferenceTo[];
  readonly isOwnScope: boolean;
  readonly draftReferences: DraftReferences<ReferenceTo>;
}
interface ReferenceTo {
  readonly leaf: { readonly path: string };
  readonly targets: readonly { readonly kind: Referring }[];
}

/** References through which an object is a draft: those that its kind states, and those that place it in a scope. */
export interface DraftReferences<R> {
  readonly stated: readonly R[];
  readonly home: readonly R[];
}

/** Whether objects of a kind can be drafts. */
export const canBeDraft = ({ phase, draftReferences: { stated, home } }: Referring): boolean =>
  phase !== undefined || stated.length > 0 || home.length > 0;

/** The references through which objects of a kind are drafts, once it is known of the kinds that it refers to. */
export function draftReferencesOf<R extends ReferenceTo>(
  kind: Referring & { readonly references: readonly R[] },
): DraftReferences<R> {
  const references: readonly R[] = kind.references;
  const { draftThrough = [] } = kind;
  const stated = references.filter(({ leaf }) => draftThrough.includes(leaf.path));
  const home = references.filter(
    (reference) =>
      placesOf(kind).includes(reference.leaf.path) &&
      !stated.includes(reference) &&
      reference.targets.some((target) => canBeDraft(target.kind)),
  );
  return { stated, home };
}

/** References by which an object is placed in the scope of another. */
const placesOf = ({ scope }: Referring): readonly string[] => {
  const places = 'own' in scope ? scope.parent : scope.home;
  return typeof places === 'string' ? [] : places;
};

/**
 * What is public says whether it is a draft as long as what it names is. References by which an object is placed in a
 * scope need no word: what is in the scope of a draft is a draft.
 */
export function requireDraftsTold(model: Referring): void {
  const { kind, phase, publicReading, draftThrough, references } = model;
  const withPhase = references.filter(({ targets }) => targets.some((target) => target.kind.phase !== undefined));
  for (const path of draftThrough ?? []) {
    const found = withPhase.find(({ leaf }) => leaf.path === path);
    if (found?.targets.every((target) => target.kind.phase !== undefined) !== true) {
      throw new Error(`${kind}.draftThrough: ${path} is no reference to a kind with a phase`);
    }
  }
  if (publicReading === undefined || phase !== undefined || draftThrough !== undefined) return;
  const untold = withPhase.find(
    ({ leaf, targets }) => !placesOf(model).includes(leaf.path) || targets.some((target) => !target.kind.isOwnScope),
  );
  if (untold === undefined) return;
  throw new Error(`${kind} is public and refers to what can be a draft by ${untold.leaf.path}: state its draftThrough`);
}
