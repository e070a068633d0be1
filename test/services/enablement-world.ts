import { expect } from 'vitest';
import type { TestApp } from '../kit/app.ts';

const apiVersions: Readonly<Record<string, string>> = {
  Organization: 'resourcemanager.miloapis.com/v1alpha1',
  Project: 'resourcemanager.miloapis.com/v1alpha1',
  ProjectSuspension: 'resourcemanager.miloapis.com/v1alpha1',
  User: 'iam.miloapis.com/v1alpha1',
  Role: 'iam.miloapis.com/v1alpha1',
  PolicyBinding: 'iam.miloapis.com/v1alpha1',
};

/** One manifest. */
export function manifest(kind: string, name: string, spec: object, place: object = {}): string {
  const apiVersion = apiVersions[kind] ?? 'services.miloapis.com/v1alpha1';
  return `---\n${JSON.stringify({ apiVersion, kind, metadata: { name, ...place }, spec })}\n`;
}

const inProject = (project: string) => ({ labels: { 'resourcemanager.miloapis.com/project-name': project } });
const called = (text: string) => ({ annotations: { 'kubernetes.io/display-name': text } });

export const project = (name: string, organization: string): string =>
  manifest('Project', name, { ownerRef: { kind: 'Organization', name: organization } }, called(`The ${name}`));

export interface Offered {
  readonly phase?: string;
  readonly gated?: boolean;
  readonly needs?: readonly string[];
}

export const service = (name: string, { phase = 'Published', gated = false, needs = [] }: Offered = {}): string =>
  manifest('Service', name, {
    serviceName: `${name}.maker.example`,
    phase,
    displayName: name,
    owner: { producerProjectRef: { name: 'maker' } },
    ...(needs.length > 0 && { dependencies: needs.map((one) => ({ serviceRef: { name: one } })) }),
    ...(gated && { enablementPolicy: { mode: 'GatedByProvider' } }),
  });

export const entitlement = (name: string, of: string, where: string, more: object = {}): string =>
  manifest('ServiceEntitlement', name, { serviceRef: { name: of }, ...more }, inProject(where));

export const record = (of: string, about: string, more: object = {}, name = `${of}--${about}`): string =>
  manifest(
    'ServiceConsumer',
    name,
    { serviceRef: { name: `${of}.maker.example` }, consumerProjectRef: { name: about }, ...more },
    inProject('maker'),
  );

export const role = (name: string, permissions: readonly string[]): string =>
  manifest('Role', name, { launchStage: 'Stable', includedPermissions: permissions }, { namespace: 'milo-system' });

export const bind = (user: string, roleName: string, kind: string, name: string): string =>
  manifest(
    'PolicyBinding',
    `${user}-${roleName}-${name}`,
    {
      roleRef: { name: roleName, namespace: 'milo-system' },
      subjects: [{ kind: 'User', name: user }],
      resourceSelector: { resourceRef: { apiGroup: 'resourcemanager.miloapis.com', kind, name } },
    },
    { namespace: 'milo-system' },
  );

const all = (kinds: readonly string[], verbs: readonly string[]): string[] =>
  kinds.flatMap((kind) => verbs.map((verb) => `services.miloapis.com/${kind}.${verb}`));
const reads = ['get', 'list', 'watch'];
const writes = ['create', 'update', 'patch', 'delete'];

/**
 * `maker` of the organization north produces services; `shop` and `yard` of the organization south use them. `approver`
 * decides on requests in maker, `manager` may change everything of the records but decide, `keeper` has neither right,
 * `buyer` asks for services in south.
 */
export const tenants = [
  manifest('Organization', 'north', { type: 'Standard' }),
  manifest('Organization', 'south', { type: 'Standard' }, called('South Company')),
  project('maker', 'north'),
  project('shop', 'south'),
  project('yard', 'south'),
  ...['approver', 'manager', 'keeper', 'buyer'].map((name) => manifest('User', name, { email: `${name}@example.com` })),
  role('producer', [
    ...all(['services'], [...reads, 'update', 'patch']),
    ...all(['serviceconsumers'], [...reads, ...writes]),
    'resourcemanager.miloapis.com/projects.get',
  ]),
  role('approving', all(['serviceconsumers'], ['approve'])),
  role('managing', all(['serviceconsumers'], ['manage'])),
  role('activating', [...all(['serviceentitlements'], ['activate']), 'resourcemanager.miloapis.com/projects.get']),
  role('activator', all(['serviceactivationrequests'], [...reads, ...writes])),
  bind('approver', 'activator', 'Project', 'maker'),
  role('consumer', [
    ...all(['services'], reads),
    ...all(['serviceentitlements'], [...reads, ...writes]),
    'resourcemanager.miloapis.com/projects.get',
  ]),
  ...['approver', 'manager', 'keeper'].map((user) => bind(user, 'producer', 'Project', 'maker')),
  bind('approver', 'approving', 'Organization', 'north'),
  bind('manager', 'managing', 'Organization', 'north'),
  bind('buyer', 'consumer', 'Organization', 'south'),
].join('');

/** Applies; what is refused, as `RULE Kind/name path`. */
export const refusals = async (app: Pick<TestApp, 'apply'>, ...content: string[]): Promise<string[]> =>
  (await app.apply(content.join(''))).userErrors.map(({ code, subject, field }) => `${code} ${subject} ${field}`);

export const applied = async (app: Pick<TestApp, 'apply'>, ...content: string[]): Promise<void> => {
  expect(await refusals(app, ...content)).toEqual([]);
};

interface Row {
  readonly name: string;
  readonly phase: string;
  readonly origin?: string;
  readonly project: { readonly name: string };
  readonly service: { readonly name: string };
}

const STATE = `{ serviceEntitlements(first: 1000) { nodes { name phase origin project { name } service { name } } }
  serviceConsumers(first: 1000) { nodes { name phase consumerProjectName service { name } } } }`;

/** Every entitlement as `project service: PHASE ORIGIN, record PHASE`. */
export async function state(app: Pick<TestApp, 'execute'>, ...services: readonly string[]): Promise<string[]> {
  const { data } = await app.execute(STATE);
  const records = data.serviceConsumers.nodes as { consumerProjectName: string; phase: string; service: Row }[];
  return (data.serviceEntitlements.nodes as Row[])
    .filter((one) => services.length === 0 || services.includes(one.service.name))
    .map((one) => {
      const own = records.filter(
        (each) => each.consumerProjectName === one.project.name && each.service.name === one.service.name,
      );
      const phases = own.map(({ phase }) => phase).join();
      return `${one.project.name} ${one.service.name}: ${one.phase} ${one.origin}, record ${phases || 'none'}`;
    })
    .sort();
}

/** Sends a mutation; what is refused, as `RULE`, or the warning-free success as nothing. */
export async function act(
  app: Pick<TestApp, 'execute'>,
  name: string,
  input: object,
): Promise<{ changed: boolean; refused: string[] }> {
  const type = name.startsWith('delete') ? 'DeleteObjectInput' : `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await app.execute(
    `mutation ($input: ${type}!) { ${name}(input: $input) { changed userErrors { code message } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  const { changed, userErrors } = data[name];
  return {
    changed,
    refused: (userErrors as { code: string; message: string }[]).map(({ code, message }) => `${code}: ${message}`),
  };
}
