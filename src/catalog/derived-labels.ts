import type { KindModel } from './model.ts';
import { isObject } from './values/is-object.ts';

/**
 * Labels that the platform derives from what an object refers to: nobody sets them. They are not stored; manifests show
 * them, and selectors ask for them, as they follow from the references.
 */
export const TOPOLOGY_PREFIX = 'topology.inventory.miloapis.com/';
export const topologyKeys = ['region', 'site', 'site-type', 'cluster', 'rack'] as const;

/** The project that an object lives in. Manifests say with it which project that is to be. */
export const PROJECT_LABEL = 'resourcemanager.miloapis.com/project-name';
export const ORGANIZATION_LABEL = 'resourcemanager.miloapis.com/organization-name';

/** Further labels of the platform, which this catalog has no use for (reference/iam.md 1). */
const platformLabels: ReadonlySet<string> = new Set([
  PROJECT_LABEL,
  ORGANIZATION_LABEL,
  'resourcemanager.miloapis.com/project-uid',
  'resourcemanager.miloapis.com/owner-name',
  'resourcemanager.miloapis.com/subject-user-name',
]);

/** Whether a label is the platform's to give, on whatever kind. */
export const isDerivedLabel = (key: string): boolean => key.startsWith(TOPOLOGY_PREFIX) || platformLabels.has(key);

/** Which references the labels of a kind are derived from: paths by label, and one that all topology is inherited from. */
export function labelPaths({ topology, derivedLabels = {} }: Pick<KindModel, 'topology' | 'derivedLabels'>): {
  readonly paths: ReadonlyMap<string, string>;
  readonly inherit: string | undefined;
} {
  const located = Object.entries(topology?.paths ?? {}).map(
    ([key, path]) => [`${TOPOLOGY_PREFIX}${key}`, path] as const,
  );
  return { paths: new Map([...located, ...Object.entries(derivedLabels)]), inherit: topology?.inherit };
}

/** Why a given label counts for nothing; undefined when the object's own reference says the same, as far as that shows. */
export function labelProblem(
  kind: KindModel,
  key: string,
  given: unknown,
  name: unknown,
  spec: unknown,
): string | undefined {
  const { paths, inherit } = labelPaths(kind);
  const path = paths.get(key);
  if (path === undefined) {
    const follows = inherit !== undefined || kind.topology?.ofEnds !== undefined;
    const isInherited = follows && key.startsWith(TOPOLOGY_PREFIX);
    return isInherited ? undefined : `the platform gives the label ${key}, and none to ${kind.plural}`;
  }
  if (path === 'name') return given === name ? undefined : differing(key);
  const value = path.split('.').reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), spec);
  const said = isObject(value) ? value.name : value;
  return said === undefined || said === given ? undefined : differing(key);
}

const differing = (key: string): string => `the label ${key} is derived from what the object refers to`;
