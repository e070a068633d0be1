import { expect } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import type { Output } from './outputs-model.ts';

const PROJECT = 'resourcemanager.miloapis.com/project-name';
const SERVICE = 'services.miloapis.com/service';

export const outputKinds = [
  'ServicePricing',
  'ResourceRegistration',
  'ClaimCreationPolicy',
  'ConsumerPortalPlugin',
  'ProviderPortalPlugin',
  'ResourceGrant',
];

interface Read {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec: object;
  readonly status: { readonly configuration?: { readonly name: string } };
}

export const groupOf: Readonly<Record<string, string>> = {
  MeterDefinition: 'billing',
  MonitoredResourceType: 'billing',
  ServicePricing: 'billing',
  ResourceRegistration: 'quota',
  ClaimCreationPolicy: 'quota',
  ResourceGrant: 'quota',
  ConsumerPortalPlugin: 'portal',
  ProviderPortalPlugin: 'portal',
};

/** Everything that follows from the configurations of a service, whole: what is left out here is the same in all. */
export async function readOutputs(
  app: Pick<TestApp, 'execute'>,
  serviceName: string,
  kinds: readonly string[] = outputKinds,
): Promise<Output[]> {
  const { data, errors } = await app.execute(
    'query ($kinds: [String!]!) { objects(kinds: $kinds, derived: true, first: 1000) { nodes { manifest(format: JSON) } } }',
    { kinds },
  );
  expect(errors).toBeUndefined();
  const nodes = data.objects.nodes as { readonly manifest: string }[];
  const all = nodes.map(({ manifest }) => JSON.parse(manifest) as Read);
  const own = all.filter(
    ({ metadata, status }) => status?.configuration !== undefined && metadata.labels[SERVICE] === serviceName,
  );
  return own.map(({ apiVersion, kind, metadata, spec, status }): Output => {
    const { [PROJECT]: project, ...labels } = metadata.labels;
    expect(apiVersion).toBe(`${groupOf[kind]}.miloapis.com/v1alpha1`);
    expect(labels).toEqual({ 'app.kubernetes.io/managed-by': 'services.miloapis.com', [SERVICE]: serviceName });
    expect(metadata.ownerReferences).toEqual([
      {
        apiVersion: 'services.miloapis.com/v1alpha1',
        kind: 'ServiceConfiguration',
        name: status.configuration?.name,
        uid: expect.any(String),
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const { name, namespace, annotations } = metadata;
    return {
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(project !== undefined && { project }),
      ...(annotations !== undefined && { annotations }),
      spec,
      status,
    };
  });
}

const key = ({ kind, project, name }: Output): string => JSON.stringify([kind, project, name]);
export const inOrder = (outputs: readonly Output[]): Output[] =>
  [...outputs].sort((left, right) => (key(left) < key(right) ? -1 : 1));
