import type { Violation } from '../../platform/errors.ts';
import { MOST_OF_OBJECT } from '../../platform/violation.ts';
import { isDerivedLabel, labelProblem, PROJECT_LABEL } from '../derived-labels.ts';
import type { Catalog, KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isStorable, withArticle } from '../values/names.ts';
import { hint, meant } from '../values/nearest.ts';
import { type Document, type Head, type Manifest, violationAt } from './document.ts';
import { INCOMPLETE, LEFT_OUT } from './left-out.ts';
import type { Steps } from './path.ts';
import { described } from './spec-schema.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Kubernetes' own limit on all annotations of an object together. */
const ANNOTATIONS_LENGTH = 256 * 1024;
const documentFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];
const metadataFields = ['name', 'namespace', 'labels', 'annotations'];
/** Written by servers; accepted so that their output can be applied again. Only uid and resourceVersion say something. */
const outputFields = [
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'selfLink',
  'ownerReferences',
  'finalizers',
];

export interface ReadOptions {
  /** Namespace of documents that name none; otherwise `default`. */
  readonly namespace?: string;
  /** Project of documents that live in a project and name none. */
  readonly project?: string;
}

const metadataOf = ({ value }: Document): Record<string, unknown> => (isObject(value.metadata) ? value.metadata : {});

export function headOf(document: Document): Head {
  const { value } = document;
  const metadata = metadataOf(document);
  const text = (name: string, from: unknown) => (typeof from === 'string' ? { [name]: from } : {});
  return {
    ...text('apiVersion', value.apiVersion),
    ...text('kind', value.kind),
    ...text('name', metadata.name),
    ...text('namespace', metadata.namespace),
  };
}

/** A possible mistake in what a document says, which is accepted all the same. */
export interface Warning {
  /** Stable name in CONSTANT_CASE. */
  readonly code: string;
  readonly message: string;
  /** Path in the manifest. */
  readonly path?: string;
}

type AddViolation = (path: Steps, rule: string, message: string, more?: Partial<Violation>) => void;

/** Reads the head of a document: which object of which kind it describes. All violations at once. */
export function readDocument(
  catalog: Catalog,
  document: Document,
  options: ReadOptions,
): { readonly manifest?: Manifest; readonly violations: readonly Violation[]; readonly warnings: readonly Warning[] } {
  const { value } = document;
  const head = headOf(document);
  const subject = head.kind === undefined || head.name === undefined ? undefined : `${head.kind}/${head.name}`;
  const violations: Violation[] = [];
  const addViolation: AddViolation = (path, rule, message, more = {}) => {
    // Violations beyond the limit are not reported, so they need no position.
    if (violations.length >= MOST_OF_OBJECT) violations.push({ rule, message });
    else violations.push(violationAt(document, subject, path, { rule, message, ...more }));
  };
  const kind = readKind(catalog, value, head, addViolation);
  if (kind === undefined) return { violations, warnings: [] };
  refuseUnknown(Object.keys(value), documentFields, documentFields, [], addViolation);

  if (value.metadata !== undefined && !isObject(value.metadata)) {
    addViolation(['metadata'], 'WRONG_TYPE', `metadata takes an object, not ${described(value.metadata)}`);
  }
  const metadata = metadataOf(document);
  refuseUnknown(
    Object.keys(metadata),
    [...metadataFields, ...outputFields],
    metadataFields,
    ['metadata'],
    addViolation,
  );
  const name = readName(kind, metadata, addViolation);
  const namespace = readNamespace(kind, metadata.namespace, options, addViolation);
  const labels = readTexts('labels', metadata.labels, addViolation);
  const annotations = readTexts('annotations', metadata.annotations, addViolation);
  refuseIncomplete(annotations, addViolation);
  const project = kind.inProject ? (labels[PROJECT_LABEL] ?? options.project ?? null) : null;
  if (kind.inProject) {
    if (project === null) {
      const message = `${withArticle(kind.kind)} lives in a project: give it the label ${PROJECT_LABEL} or apply it with a project`;
      addViolation(['metadata', 'labels'], 'PROJECT_REQUIRED', message);
    }
    delete labels[PROJECT_LABEL];
  }
  const warnings = [...dropNamespace(kind, metadata.namespace), ...dropDerived(kind, labels, name, value.spec)];
  if (name === undefined) return { violations, warnings };
  const group = head.apiVersion?.split('/')[0] ?? '';
  const apiVersion = `${group}/${kind.version}`;
  const spec = value.spec ?? {};
  const expected = readExpected(metadata, addViolation);
  return {
    violations,
    warnings,
    manifest: { document, kind, group, apiVersion, name, namespace, project, labels, annotations, spec, expected },
  };
}

/** As Kubernetes takes them; what came from elsewhere, and is no number, is never the present one. */
function readExpected(
  { uid, resourceVersion }: Readonly<Record<string, unknown>>,
  addViolation: AddViolation,
): NonNullable<Manifest['expected']> {
  const version = typeof resourceVersion === 'number' ? String(resourceVersion) : resourceVersion;
  const isVersion = typeof version === 'string' && /^\d{1,19}$/.test(version);
  for (const [name, value, isRight] of [
    ['uid', uid, typeof uid === 'string'],
    ['resourceVersion', version, isVersion || version === ''],
  ] as const) {
    if (value === undefined || value === null || isRight) continue;
    const accepted = 'what the catalog has exported, or nothing';
    addViolation(['metadata', name], 'WRONG_TYPE', `${described(value)} is no ${name} of this catalog`, {
      value,
      accepted,
    });
  }
  return {
    ...(typeof uid === 'string' && uid !== '' && { id: uid }),
    ...(isVersion && { revision: BigInt(version) }),
  };
}

/** kustomize puts its `namespace` on every object of a kind it does not know; the Kubernetes API server clears it. */
function dropNamespace(kind: KindModel, given: unknown): Warning[] {
  if (kind.namespaced || typeof given !== 'string' || given === '') return [];
  const message = `${withArticle(kind.kind)} lives in no namespace; ${described(given)} is ignored`;
  return [{ code: 'NAMESPACE_IGNORED', message, path: 'metadata.namespace' }];
}

/** Takes the labels that the platform derives out of those that were given, and warns of what they say differently. */
function dropDerived(kind: KindModel, labels: Record<string, string>, name: unknown, spec: unknown): Warning[] {
  return Object.entries(labels).flatMap(([key, given]): Warning[] => {
    if (!isDerivedLabel(key)) return [];
    delete labels[key];
    const problem = labelProblem(kind, key, given, name, spec);
    if (problem === undefined) return [];
    return [
      { code: 'LABEL_DERIVED', message: `${problem}; ${described(given)} is ignored`, path: `metadata.labels.${key}` },
    ];
  });
}

/** A manifest that was exported with something left out would clear it, or not say what it is about. */
function refuseIncomplete(annotations: Readonly<Record<string, string>>, addViolation: AddViolation): void {
  const paths = annotations[LEFT_OUT];
  if (paths === undefined) return;
  const message = `the manifest is incomplete: whoever exported it may not see the objects at ${paths.split(',').join(', ')}, so they were left out`;
  const accepted = `the whole manifest: say what stands at these paths, and remove the annotation; or change single fields with an update`;
  addViolation(['metadata', 'annotations', LEFT_OUT], INCOMPLETE, message, { accepted });
}

function readKind(
  catalog: Catalog,
  value: Document['value'],
  head: Head,
  addViolation: AddViolation,
): KindModel | undefined {
  for (const field of ['apiVersion', 'kind'] as const) {
    if (head[field] !== undefined) continue;
    if (value[field] === undefined || value[field] === null)
      addViolation([field], 'REQUIRED', `a manifest says its ${field}`);
    else
      addViolation([field], 'WRONG_TYPE', `${field} takes a text, not ${described(value[field])}`, {
        value: value[field],
      });
  }
  const { apiVersion, kind: wanted } = head;
  if (apiVersion === undefined || wanted === undefined) return undefined;
  const [group = '', version, more] = apiVersion.split('/');
  const kind = more === undefined ? catalog.find(group, wanted) : undefined;
  if (kind === undefined) {
    const message = `this catalog holds no kind ${wanted} of ${group || 'the core group'}`;
    addViolation(['kind'], 'UNKNOWN_KIND', message + nearestKind(catalog, group, wanted), {
      value: `${apiVersion} ${wanted}`,
    });
  } else if (version !== kind.version) {
    const accepted = `${group}/${kind.version}`;
    addViolation(['apiVersion'], 'UNKNOWN_VERSION', `${wanted} is served as ${accepted}`, {
      value: apiVersion,
      accepted,
    });
  }
  return kind;
}

/** The same kind in another group, else a kind with nearly that name: in the same group first. */
function nearestKind(catalog: Catalog, group: string, wanted: string): string {
  const all = catalog.kinds.flatMap((kind) => kind.groups.map((of) => ({ kind: kind.kind, group: of })));
  const lower = wanted.toLowerCase();
  const elsewhere = all.find(({ kind }) => kind.toLowerCase() === lower);
  if (elsewhere !== undefined) return meant(`${elsewhere.group}/${elsewhere.kind}`);
  const here = hint(
    wanted,
    all.filter((one) => one.group === group).map(({ kind }) => kind),
  );
  return here || hint(wanted, [...new Set(all.map(({ kind }) => kind))]);
}

function refuseUnknown(
  given: readonly string[],
  accepted: readonly string[],
  shown: readonly string[],
  path: Steps,
  addViolation: AddViolation,
): void {
  const unknown = given.filter((name) => !accepted.includes(name));
  for (const [index, name] of unknown.entries()) {
    // Violations beyond the limit are not reported, so they need no suggestion.
    const guess = index < MOST_OF_OBJECT ? hint(name, shown) : '';
    const message = `unknown field '${[...path, name].join('.')}'${guess}`;
    addViolation([...path, name], 'UNKNOWN_FIELD', message, { accepted: shown.join(', ') });
  }
}

function readName(
  kind: KindModel,
  { name: given, generateName }: Readonly<Record<string, unknown>>,
  addViolation: AddViolation,
): string | undefined {
  const path = ['metadata', 'name'];
  if (given === undefined || given === null) {
    const asked = ['metadata', 'generateName'];
    if (generateName === undefined || generateName === null || generateName === '')
      addViolation(path, 'REQUIRED', 'metadata.name is missing');
    else if (typeof generateName !== 'string') {
      const message = `metadata.generateName takes a text, not ${described(generateName)}`;
      addViolation(asked, 'WRONG_TYPE', message, { value: generateName });
    } else {
      const message =
        'metadata.name is missing: names are generated for objects that are only created (`catalog create`, `createOnly`)';
      addViolation(asked, 'REQUIRED', message, { accepted: 'metadata.name' });
    }
    return undefined;
  }
  if (typeof given !== 'string') {
    const quotes = typeof given === 'object' ? '' : '; put it in quotes';
    addViolation(path, 'WRONG_TYPE', `metadata.name takes a text, not ${described(given)}${quotes}`, { value: given });
    return undefined;
  }
  const { max, pattern, accepts } = kind.name;
  const isWellFormed = pattern === undefined ? isDnsSubdomain(given.replace(/^system:/, '')) : pattern.test(given);
  if ([...given].length > max) {
    const message = `the name of ${withArticle(kind.kind)} has at most ${max} characters, not ${[...given].length}`;
    addViolation(path, 'TOO_LONG', message, { value: given, accepted: `at most ${max} characters` });
  } else if (!isWellFormed || !isStorable(given)) {
    const accepted = accepts ?? 'lower-case letters, digits, - and ., beginning and ending with a letter or digit';
    addViolation(path, 'NAME_INVALID', `${described(given)} cannot be the name of ${withArticle(kind.kind)}`, {
      value: given,
      accepted,
    });
  }
  return given;
}

function readNamespace(
  kind: KindModel,
  given: unknown,
  options: ReadOptions,
  addViolation: AddViolation,
): string | null {
  const path = ['metadata', 'namespace'];
  if (given !== undefined && given !== null && typeof given !== 'string') {
    addViolation(path, 'WRONG_TYPE', `metadata.namespace takes a text, not ${described(given)}`, { value: given });
    return null;
  }
  if (!kind.namespaced) return null;
  const namespace = given || options.namespace || 'default';
  if (!isDnsLabel(namespace)) {
    const accepted = 'at most 63 lower-case letters, digits and -, beginning and ending with a letter or digit';
    addViolation(path, 'NAMESPACE_INVALID', `${described(namespace)} cannot be a namespace`, {
      value: namespace,
      accepted,
    });
  }
  return namespace;
}

function readTexts(
  field: 'labels' | 'annotations',
  given: unknown,
  addViolation: AddViolation,
): Record<string, string> {
  const what = field === 'labels' ? 'a label' : 'an annotation';
  if (given === undefined || given === null) return {};
  if (!isObject(given)) {
    addViolation(['metadata', field], 'WRONG_TYPE', `metadata.${field} takes a map of texts, not ${described(given)}`);
    return {};
  }
  const entries = Object.entries(given).flatMap(([key, value]): [string, string][] => {
    const path = ['metadata', field, key];
    if (key === LAST_APPLIED) return [];
    if (!isLabelKey(key)) {
      const accepted = '[prefix/]name: prefix a DNS subdomain, name at most 63 letters, digits, - _ .';
      addViolation(path, 'LABEL_KEY', `${described(key)} cannot be the key of ${what}`, { accepted });
    }
    if (typeof value !== 'string') {
      const quotes = typeof value === 'object' ? '' : '; put it in quotes';
      addViolation(path, 'WRONG_TYPE', `${what} takes a text, not ${described(value)}${quotes}`, { value });
      return [];
    }
    if (field === 'labels' && !isLabelValue(value)) {
      const accepted = 'at most 63 letters, digits, - _ ., beginning and ending with a letter or digit';
      addViolation(path, 'LABEL_VALUE', `${described(value)} cannot be the value of a label`, { value, accepted });
    } else if (!isStorable(value)) {
      const message = `${what} holds a NUL character or half of a surrogate pair`;
      addViolation(path, 'INVALID_CHARACTERS', message, { accepted: 'Unicode text without NUL' });
    }
    return [[key, value]];
  });
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (field === 'annotations' && size > ANNOTATIONS_LENGTH) {
    const message = `the annotations have ${size} bytes together`;
    addViolation(['metadata', field], 'TOO_LONG', message, { accepted: `at most ${ANNOTATIONS_LENGTH} bytes` });
  }
  return Object.fromEntries(entries);
}
