import { readFile } from 'node:fs/promises';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { parse, parseAllDocuments } from 'yaml';

export const manifests = new URL('../../docs/operations/kubernetes/', import.meta.url);

export interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The objects of a file. */
export async function readManifests(file: string): Promise<Manifest[]> {
  const documents = parseAllDocuments(await readFile(new URL(file, manifests), 'utf8'));
  return documents.map((document) => {
    if (!('errors' in document) || document.errors.length > 0) throw new Error(`${file} is no YAML`);
    const content = document.toJS() as Record<string, unknown>;
    return { file, apiVersion: String(content.apiVersion), kind: String(content.kind), content };
  });
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly labels?: readonly { readonly pairs: Readonly<Record<string, string>> }[];
  readonly patches?: readonly { readonly path: string }[];
}

export const readKustomization = async (folder: string): Promise<Kustomization> =>
  parse(await readFile(new URL(`${folder}kustomization.yaml`, manifests), 'utf8')) as Kustomization;

/** A kind's class; its `validate` looks at what it is called on. */
interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { readonly validate: (this: unknown) => void };
}
const models: readonly Model[] = [
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  PrometheusRule,
  Secret,
  Service,
  ServiceAccount,
  ServiceMonitor,
];

/** Notes which of its properties are read. */
function watched<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get: (target, name, receiver) => {
      const found: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'symbol') return found;
      const place = `${path}.${name}`;
      read.add(place);
      return typeof found === 'object' && found !== null ? watched(found, place, read) : found;
    },
  });
}

const places = (value: unknown, path: string): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, below]) => [`${path}.${name}`, ...places(below, `${path}.${name}`)])
    : [];

/**
 * What is wrong with an object by the schema of its kind. Schemas of Kubernetes let unknown fields pass; here a field that
 * the schema does not even look at is a problem, as the API server finds with `--validate=strict`.
 */
export function problemsOf({ apiVersion, kind, content, file }: Manifest): string[] {
  const model = models.find((one) => one.apiVersion === apiVersion && one.kind === kind);
  if (model === undefined) return [`${file}: no schema for ${apiVersion} ${kind}`];
  const read = new Set<string>();
  try {
    model.prototype.validate.call(watched(content, '', read));
  } catch (error) {
    return [`${file}: ${kind}: ${String(error)}`];
  }
  return places(content, '')
    .filter((place) => !read.has(place))
    .map((place) => `${file}: ${kind} has no field ${place.slice(1)}`);
}
