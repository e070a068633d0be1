import type { Violation } from '../../platform/errors.ts';
import type { Catalog, KindModel } from '../model.ts';
import { TOPOLOGY_PREFIX } from '../read/labels.ts';
import { isDnsSubdomain, isLabelKey, isLabelValue } from '../values/names.ts';
import { hint } from '../values/nearest.ts';
import type { ParsedDocument } from './parse.ts';
import type { StoredObject } from './spec-sql.ts';

export const PROJECT_LABEL = 'resourcemanager.miloapis.com/project-name';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A document whose head could be read: it names an object of a known kind. */
export interface Manifest {
  readonly document: ParsedDocument;
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
}

/** What a document says of itself, as far as it can be made out, for messages. */
export interface Head {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

type Place = readonly (string | number)[];
export const pathText = (path: Place): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

/** A violation of a document, with its place in the file. */
export const refuseAt = (
  document: ParsedDocument,
  subject: string | undefined,
  path: Place,
  violation: Violation,
): Violation => ({
  ...violation,
  path: violation.path ?? pathText(path),
  ...(subject !== undefined && violation.subject === undefined && { subject }),
  ...(document.source !== undefined && { source: document.source }),
  ...document.positionOf(path),
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const documentFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const metadataFields = ['name', 'namespace', 'labels', 'annotations'];
/** Written by servers; accepted so that their output can be applied again, and ignored. */
const outputFields = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
  'ownerReferences',
  'finalizers',
];

export const headOf = ({ value }: ParsedDocument): Head => {
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const text = (name: string, from: unknown) => (typeof from === 'string' ? { [name]: from } : {});
  return {
    ...text('apiVersion', value.apiVersion),
    ...text('kind', value.kind),
    ...text('name', metadata.name),
    ...text('namespace', metadata.namespace),
  };
};

export interface ReadOptions {
  readonly namespace?: string;
  readonly project?: string;
}

/** Reads the head of a document: which object of which kind it describes. All violations at once. */
export function readDocument(
  catalog: Catalog,
  document: ParsedDocument,
  options: ReadOptions,
): { manifest?: Manifest; violations: Violation[] } {
  const { value } = document;
  const head = headOf(document);
  const subject = head.kind === undefined || head.name === undefined ? undefined : `${head.kind}/${head.name}`;
  const violations: Violation[] = [];
  const refuse = (path: Place, rule: string, message: string, more: Partial<Violation> = {}): void => {
    violations.push(refuseAt(document, subject, path, { rule, message, ...more }));
  };
  for (const name of ['apiVersion', 'kind'] as const) {
    if (head[name] === undefined) refuse([name], 'REQUIRED', `a manifest says its ${name}`);
  }
  const metadata = isObject(value.metadata) ? value.metadata : {};
  if (head.apiVersion === undefined || head.kind === undefined) return { violations };

  const [group = '', version, more] = head.apiVersion.split('/');
  const kind = more === undefined ? catalog.find(group, head.kind) : undefined;
  if (kind === undefined) {
    const elsewhere = catalog.kinds.find((candidate) => candidate.kind === head.kind);
    const known = catalog.kinds.flatMap((candidate) => candidate.groups.map((of) => `${of}/${candidate.kind}`));
    const guess =
      elsewhere === undefined
        ? hint(`${group}/${head.kind}`, known)
        : `; did you mean '${elsewhere.groups[0]}/${elsewhere.version}'?`;
    refuse(
      ['kind'],
      'UNKNOWN_KIND',
      `this catalog holds no kind ${head.kind} of ${group || 'the core group'}${guess}`,
      { value: `${group}/${head.kind}` },
    );
    return { violations };
  }
  for (const name of Object.keys(value)) {
    if (!documentFields.includes(name))
      refuse([name], 'UNKNOWN_FIELD', `unknown field '${name}'${hint(name, documentFields)}`, {
        accepted: documentFields.join(', '),
      });
  }
  if (version !== kind.version)
    refuse(['apiVersion'], 'UNKNOWN_VERSION', `${kind.kind} is served as ${group}/${kind.version}`, {
      value: head.apiVersion,
      accepted: `${group}/${kind.version}`,
    });

  if (value.metadata !== undefined && !isObject(value.metadata))
    refuse(['metadata'], 'WRONG_TYPE', 'metadata is an object');
  for (const name of Object.keys(metadata)) {
    if (metadataFields.includes(name) || outputFields.includes(name)) continue;
    refuse(['metadata', name], 'UNKNOWN_FIELD', `unknown field 'metadata.${name}'${hint(name, metadataFields)}`, {
      accepted: metadataFields.join(', '),
    });
  }
  const { name } = head;
  if (name === undefined) refuse(['metadata', 'name'], 'REQUIRED', 'metadata.name is missing');
  else if (
    kind.name.pattern === undefined ? !isDnsSubdomain(name.replace(/^system:/, '')) : !kind.name.pattern.test(name)
  ) {
    const accepted =
      kind.name.accepts ?? 'lower-case letters, digits, - and ., beginning and ending with a letter or digit';
    refuse(['metadata', 'name'], 'NAME_INVALID', `'${name}' can not be the name of a ${kind.kind}`, {
      value: name,
      accepted,
    });
  } else if (name.length > kind.name.max) {
    refuse(
      ['metadata', 'name'],
      'TOO_LONG',
      `the name of a ${kind.kind} has at most ${kind.name.max} characters, not ${name.length}`,
      { value: name },
    );
  }
  if (head.namespace !== undefined && !kind.namespaced) {
    refuse(['metadata', 'namespace'], 'NOT_NAMESPACED', `${kind.kind} lives in no namespace`, {
      value: head.namespace,
    });
  }
  const texts = (field: 'labels' | 'annotations'): Record<string, string> => {
    const given = metadata[field];
    if (given === undefined || given === null) return {};
    if (!isObject(given)) {
      refuse(['metadata', field], 'WRONG_TYPE', `metadata.${field} is a map of texts`);
      return {};
    }
    return Object.fromEntries(
      Object.entries(given).flatMap(([key, inner]): [string, string][] => {
        const path = ['metadata', field, key];
        if (key.startsWith(TOPOLOGY_PREFIX) || key === LAST_APPLIED) return [];
        if (!isLabelKey(key)) refuse(path, 'LABEL_KEY', `'${key}' is not a valid key`, { accepted: '[prefix/]name' });
        if (typeof inner !== 'string') {
          refuse(
            path,
            'WRONG_TYPE',
            `${field === 'labels' ? 'a label' : 'an annotation'} is a text; put it in quotes`,
            { value: inner },
          );
          return [];
        }
        if (field === 'labels' && !isLabelValue(inner)) {
          refuse(path, 'LABEL_VALUE', `'${inner}' is not a valid label value`, {
            value: inner,
            accepted: 'at most 63 letters, digits, -_., beginning and ending with a letter or digit',
          });
        }
        return [[key, inner]];
      }),
    );
  };
  const labels = texts('labels');
  const annotations = texts('annotations');
  const project = kind.inProject ? (labels[PROJECT_LABEL] ?? options.project ?? null) : null;
  if (kind.inProject && project === null) {
    refuse(
      ['metadata', 'labels'],
      'PROJECT_REQUIRED',
      `a ${kind.kind} lives in a project: give it the label ${PROJECT_LABEL} or apply it with a project`,
    );
  }
  if (kind.inProject) delete labels[PROJECT_LABEL];
  if (name === undefined) return { violations };
  const namespace = kind.namespaced ? (head.namespace ?? options.namespace ?? 'default') : null;
  const { spec = {} } = value;
  return {
    violations,
    manifest: {
      document,
      kind,
      group,
      apiVersion: head.apiVersion,
      name,
      namespace,
      project,
      labels,
      annotations,
      spec,
    },
  };
}

/** The manifest of a stored object. `bare`: only what `apply` takes. */
export function writeDocument(
  kind: KindModel,
  stored: StoredObject,
  options: { readonly bare: boolean; readonly topology: Readonly<Record<string, string | null>> },
): Record<string, unknown> {
  const { name, namespace, annotations } = stored;
  const topology = Object.entries(options.topology).filter(([, value]) => value !== null);
  const labels: Record<string, unknown> = {
    ...stored.labels,
    ...(stored.project !== null && { [PROJECT_LABEL]: stored.project }),
    ...(!options.bare && Object.fromEntries(topology)),
  };
  const sorted = (map: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  const head = { group: stored.group, name, namespace, labels: stored.labels, annotations };
  const spec = kind.write?.(stored.spec, head) ?? stored.spec;
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
      }),
    },
    ...(Object.keys(spec).length > 0 && { spec }),
  };
}
