import type { Violation } from '../../platform/errors.ts';
import { PROJECT_LABEL } from '../derived-labels.ts';
import type { KindModel } from '../model.ts';
import { LEFT_OUT } from './left-out.ts';
import { pathText, type Steps } from './path.ts';
import type { StoredObject } from './spec-sql.ts';
import type { Position } from './yaml.ts';

/** Position of something that did not come in a file: its path in the GraphQL input. */
export interface InputPosition {
  readonly inputPath: Steps;
}

/** What a manifest was read from: a document of a file, or a GraphQL input that says the same. */
export interface Origin {
  readonly source: string | undefined;
  readonly line: number | undefined;
  /** The position of a path of the manifest in it. */
  positionOf(path: Steps): Position | InputPosition;
}

/** What is read as a manifest. */
export interface Document extends Origin {
  readonly value: Readonly<Record<string, unknown>>;
}

/** A document whose head could be read: it names an object of a known kind. */
export interface Manifest {
  readonly document: Document;
  readonly kind: KindModel;
  readonly group: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly namespace: string | null;
  /** Name of the project in whose control plane the object lives. */
  readonly project: string | null;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly spec: unknown;
  /** Which object is meant, in which state, if it exists: `metadata.uid` and `resourceVersion`. */
  readonly expected?: { readonly id?: string; readonly revision?: bigint };
}

/** What a document says of itself, as far as it can be made out, for messages. */
export interface Head {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** A violation of a document, with its place in the file or the input. */
export const violationAt = (
  document: Origin,
  subject: string | undefined,
  path: Steps,
  violation: Violation,
): Violation => ({
  ...violation,
  path: violation.path ?? pathText(path),
  ...(subject !== undefined && violation.subject === undefined && { subject }),
  ...(document.source !== undefined && { source: document.source }),
  ...document.positionOf(path),
});

/** The manifest of a stored object. `bare`: only what `apply` takes, without status. One that is not whole says so. */
export function writeDocument(
  kind: KindModel,
  stored: StoredObject,
  options: { readonly bare: boolean; readonly derived: Readonly<Record<string, string | null>> },
): Record<string, unknown> {
  const { name, namespace, leftOut = [] } = stored;
  const annotations = { ...stored.annotations, ...(leftOut.length > 0 && { [LEFT_OUT]: leftOut.join(',') }) };
  const derived = Object.entries(options.derived).filter(([, value]) => value !== null);
  const labels: Record<string, unknown> = {
    ...stored.labels,
    ...(stored.project !== null && { [PROJECT_LABEL]: stored.project }),
    ...(!options.bare && Object.fromEntries(derived)),
  };
  const sorted = (map: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  const head = { group: stored.group, name, namespace, labels: stored.labels, annotations: stored.annotations };
  const spec = kind.write?.(stored.spec, head) ?? stored.spec;
  const status = options.bare ? {} : (stored.status ?? {});
  return {
    apiVersion: `${stored.group}/${kind.version}`,
    kind: kind.kind,
    metadata: {
      name,
      ...(namespace !== null && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels: sorted(labels) }),
      ...(Object.keys(annotations).length > 0 && { annotations: sorted(annotations) }),
      ...(!options.bare && {
        uid: stored.id,
        generation: stored.generation,
        resourceVersion: String(stored.revision),
        creationTimestamp: new Date(stored.createdAt).toISOString(),
        ...ownerReferences(kind, stored),
      }),
    },
    ...(Object.keys(spec).length > 0 && { spec }),
    ...(Object.keys(status).length > 0 && { status }),
  };
}

/** Kubernetes' reference to the object that keeps this one, if there is one and the reader may see it. */
function ownerReferences(kind: KindModel, { keeperId, status = {} }: StoredObject): Record<string, unknown> {
  const reference = kind.statusReferences.find(({ targets }) => targets.some(({ column }) => column === kind.ownedBy));
  const target = reference?.targets[0]?.kind;
  const keeper = reference && status[reference.leaf.path];
  if (target === undefined || typeof keeperId !== 'string' || !isNamed(keeper)) return {};
  const { groups, version } = target;
  const identity = { apiVersion: `${groups[0]}/${version}`, kind: target.kind, name: keeper.name, uid: keeperId };
  return { ownerReferences: [{ ...identity, controller: true, blockOwnerDeletion: true }] };
}

const isNamed = (value: unknown): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
