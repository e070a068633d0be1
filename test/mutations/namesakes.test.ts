import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../kit/app.ts';
import { startExampleWorld } from '../kit/example-world.ts';

/*
 * A name is unique per namespace, per project or per API group, as the kind has it. Of two namesakes in one batch the
 * one that breaks a rule is told, wherever it stands: in the operation's result, in the place of the input, in the audit
 * log with its own uid and scope.
 */

const NORTHWIND = 'organization-northwind';
const AURORA = 'organization-aurora';
const RACKS_GET = 'inventory.miloapis.com/racks.get';

let app: TestApp;
beforeAll(async () => {
  app = await startExampleWorld();
});
afterAll(() => app.close());

/** What a batch says of each operation, in short, and where the first thing wrong stands in the input. */
async function batch(operations: readonly object[], requestId = 'namesakes') {
  const { data, errors } = await app.execute(
    `mutation ($input: BatchInput!) { batch(input: $input) {
      results { operation outcome userErrors { code inputPath } } userErrors { code } } }`,
    { input: { operations } },
    { 'x-request-id': requestId },
  );
  expect(errors).toBeUndefined();
  const { results, userErrors } = data.batch as {
    results: { operation: number; outcome: string; userErrors: { code: string; inputPath: string[] | null }[] }[];
    userErrors: { code: string }[];
  };
  // Nothing is told of no operation.
  expect(userErrors).toHaveLength(results.flatMap((result) => result.userErrors).length);
  return results.map(({ outcome, userErrors: own }) =>
    [outcome, ...own.map(({ code, inputPath }) => `${code} ${(inputPath ?? []).slice(1).join('.')}`)].join(' '),
  );
}

const uidOf = async (field: string, args: string): Promise<string> => {
  const { data, errors } = await app.execute(`{ ${field}(${args}) { uid } }`);
  expect(errors).toBeUndefined();
  return data[field].uid;
};

/** What the audit log has of a request's refusals. */
async function refusals(requestId: string) {
  const { data, errors } = await app.execute(
    `query ($requestId: String!) { auditRecords(where: { requestId: $requestId, outcomes: [INVALID] }) {
      nodes { verb kind name uid errorCode scope { name } } } }`,
    { requestId },
  );
  expect(errors).toBeUndefined();
  return data.auditRecords.nodes as object[];
}

const role = (namespace: string, permission: string) => ({
  createRole: { name: 'twin', namespace, launchStage: 'Beta', includedPermissions: [permission] },
});
const changedRole = (namespace: string, changes: object) => ({ updateRole: { name: 'twin', namespace, changes } });

test('namesakes in two namespaces: made, changed', async () => {
  const misspelt = `${RACKS_GET}t`;
  expect(await batch([role(NORTHWIND, RACKS_GET), role(AURORA, misspelt)])).toEqual([
    'CREATED',
    'REFUSED UNKNOWN_PERMISSION operations.1.createRole.includedPermissions.0',
  ]);
  expect(await batch([role(NORTHWIND, misspelt), role(AURORA, RACKS_GET)])).toEqual([
    'REFUSED UNKNOWN_PERMISSION operations.0.createRole.includedPermissions.0',
    'CREATED',
  ]);
  expect(await batch([role(NORTHWIND, RACKS_GET), role(AURORA, RACKS_GET)])).toEqual(['CREATED', 'CREATED']);
  const changes = [
    changedRole(NORTHWIND, { launchStage: 'Stable' }),
    changedRole(AURORA, { includedPermissions: [RACKS_GET, misspelt] }),
  ];
  expect(await batch(changes, 'changed-roles')).toEqual([
    'UPDATED',
    'REFUSED UNKNOWN_PERMISSION operations.1.updateRole.changes.includedPermissions.1',
  ]);
  expect(await refusals('changed-roles')).toEqual([
    {
      verb: 'update',
      kind: 'Role',
      name: 'twin',
      uid: await uidOf('role', `name: "twin", namespace: "${AURORA}"`),
      errorCode: 'UNKNOWN_PERMISSION',
      scope: { name: 'aurora' },
    },
  ]);
  // One namesake leads the other into a circle of which only one is in the batch.
  const inherits = (namespace: string, of: string) =>
    changedRole(namespace, { inheritedRoles: [{ name: 'twin', namespace: of }] });
  expect(await batch([inherits(AURORA, NORTHWIND)])).toEqual(['UPDATED']);
  expect(await batch([changedRole(AURORA, { launchStage: 'Alpha' }), inherits(NORTHWIND, AURORA)])).toEqual([
    'REFUSED ROLE_CYCLE operations.0.updateRole.changes.inheritedRoles',
    'REFUSED ROLE_CYCLE operations.1.updateRole.changes.inheritedRoles',
  ]);
});

test('namesakes in two namespaces: the membership that ends the last ownership is told, and no other', async () => {
  const gone = (name: string, namespace: string) => ({ deleteOrganizationMembership: { name, namespace } });
  const last = ['DELETED', 'REFUSED LAST_OWNER operations.1.deleteOrganizationMembership.name'];
  const member = (namespace: string, organization: string, user: string, roles: string[]) => ({
    createOrganizationMembership: {
      name: 'org-owner',
      namespace,
      organization: { name: organization },
      user: { name: user },
      roles: roles.map((name) => ({ name, namespace: 'milo-system' })),
    },
  });
  // Another member of the same organization goes as well.
  expect(await batch([gone('project-viewer', NORTHWIND), gone('org-owner', NORTHWIND)], 'two-members')).toEqual(last);
  expect(await refusals('two-members')).toMatchObject([
    { kind: 'OrganizationMembership', name: 'org-owner', scope: { name: 'northwind' } },
  ]);
  // A namesake in another organization goes as well.
  const plain = member(AURORA, 'aurora', 'project-viewer', ['organization-member']);
  expect(await batch([plain])).toEqual(['CREATED']);
  expect(await batch([gone('org-owner', AURORA), gone('org-owner', NORTHWIND)], 'two-owners')).toEqual(last);
  expect(await refusals('two-owners')).toMatchObject([
    {
      uid: await uidOf('organizationMembership', `name: "org-owner", namespace: "${NORTHWIND}"`),
      scope: { name: 'northwind' },
    },
  ]);
  // The same by a change, beside a change of the namesake.
  const withRoles = (namespace: string, roles: string[]) => ({
    updateOrganizationMembership: {
      name: 'org-owner',
      namespace,
      changes: { roles: roles.map((name) => ({ name, namespace: 'milo-system' })) },
    },
  });
  expect(await batch([withRoles(AURORA, []), withRoles(NORTHWIND, ['organization-member'])])).toEqual([
    'UPDATED',
    'REFUSED LAST_OWNER operations.1.updateOrganizationMembership.name',
  ]);
  // Whoever owns beside others may go; both of two together may not, and each is told.
  const second = { ...member(NORTHWIND, 'northwind', 'auditor', ['organization-owner']).createOrganizationMembership };
  expect(await batch([{ createOrganizationMembership: { ...second, name: 'second' } }])).toEqual(['CREATED']);
  expect(await batch([gone('org-owner', NORTHWIND), gone('second', NORTHWIND)])).toEqual([
    'REFUSED LAST_OWNER operations.0.deleteOrganizationMembership.name',
    'REFUSED LAST_OWNER operations.1.deleteOrganizationMembership.name',
  ]);
});

test('namesakes in two projects: made, changed, deleted', async () => {
  const entitlement = (project: string, service: string) => ({
    createServiceEntitlement: { name: 'twin', project, service: { name: service } },
  });
  expect(
    await batch([
      entitlement('northwind-fleet', 'edge-example-com'),
      entitlement('aurora-archive', 'queues-example-com'),
    ]),
  ).toEqual(['CREATED', 'REFUSED SERVICE_NOT_PUBLISHED operations.1.createServiceEntitlement.service.name']);
  expect(
    await batch([
      entitlement('aurora-archive', 'queues-example-com'),
      entitlement('northwind-fleet', 'edge-example-com'),
    ]),
  ).toEqual(['REFUSED SERVICE_NOT_PUBLISHED operations.0.createServiceEntitlement.service.name', 'CREATED']);

  const account = (project: string) => ({ createServiceAccount: { name: 'twin', project, state: 'ACTIVE' } });
  expect(await batch([account('aurora-player'), account('aurora-archive')])).toEqual(['CREATED', 'CREATED']);
  const nest = {
    createGroupNesting: {
      name: 'twin',
      namespace: 'milo-system',
      group: { name: 'network-operations', namespace: 'milo-system' },
      member: { serviceAccount: { id: await uidOf('serviceAccount', 'name: "twin", project: "aurora-archive"') } },
    },
  };
  expect(await batch([nest])).toEqual(['CREATED']);
  const gone = (project: string) => ({ deleteServiceAccount: { name: 'twin', project } });
  expect(await batch([gone('aurora-player'), gone('aurora-archive')])).toEqual([
    'DELETED',
    'REFUSED REFERENCED operations.1.deleteServiceAccount.name',
  ]);

  const consumer = (project: string, service: string) => ({
    createServiceConsumer: {
      name: 'twin',
      project,
      service: { name: service },
      consumerProject: { name: 'aurora-archive' },
      approval: { decision: 'DENIED' },
    },
  });
  const [machines, edge] = [
    consumer('milo-compute', 'machines-example-com'),
    consumer('milo-network', 'edge-example-com'),
  ];
  const elsewhere = consumer('milo-network', 'buckets-example-com');
  expect(await batch([machines, elsewhere])).toEqual([
    'CREATED',
    'REFUSED NOT_THE_PRODUCER operations.1.createServiceConsumer.labels',
  ]);
  expect(await batch([machines, edge])).toEqual(['CREATED', 'CREATED']);
  const changed = (project: string, changes: object) => ({ updateServiceConsumer: { name: 'twin', project, changes } });
  const reversed = changed('milo-network', { approval: { decision: 'APPROVED' } });
  expect(await batch([changed('milo-compute', { suspended: true }), reversed], 'changed-consumers')).toEqual([
    'UPDATED',
    'REFUSED DENIAL_IS_FINAL operations.1.updateServiceConsumer.changes.approval.decision',
  ]);
  expect(await refusals('changed-consumers')).toMatchObject([
    {
      uid: await uidOf('serviceConsumer', 'name: "twin", project: "milo-network"'),
      scope: { name: 'milo-network' },
    },
  ]);
});

test('namesakes in two API groups: the one whose canonical name is taken is told', async () => {
  const type = (name: string, apiGroup: string, typeName: string, phase: string) => ({
    createMonitoredResourceType: {
      name,
      apiGroup,
      resourceTypeName: `buckets.example.com/${typeName}`,
      displayName: 'Twin',
      phase,
      owner: { service: { name: 'buckets-example-com' } },
      gvk: { group: 'buckets.example.com', kind: typeName },
    },
  });
  const [ours, billings] = ['services.miloapis.com', 'billing.miloapis.com'];
  expect(await batch([type('twin', ours, 'One', 'PUBLISHED'), type('other', ours, 'Two', 'PUBLISHED')])).toEqual([
    'CREATED',
    'CREATED',
  ]);
  const changed = { updateMonitoredResourceType: { name: 'twin', apiGroup: ours, changes: { displayName: 'Other' } } };
  expect(await batch([changed, type('twin', billings, 'Two', 'PUBLISHED')])).toEqual([
    'UPDATED',
    'REFUSED DUPLICATE_RESOURCE_TYPE_NAME operations.1.createMonitoredResourceType.resourceTypeName',
  ]);
});

test('folders that come to stand too deep: the one that is moved is told, not the first of the batch', async () => {
  const folder = (name: string, parent?: string) => ({
    createFolder: {
      name,
      organization: { name: 'aurora' },
      displayName: name,
      ...(parent !== undefined && { parent: { name: parent } }),
    },
  });
  //  top      stack-1 ◄─ stack-2 ◄─ … ◄─ stack-10
  const stack = Array.from({ length: 10 }, (_, index) =>
    folder(`stack-${index + 1}`, index === 0 ? undefined : `stack-${index}`),
  );
  expect(new Set(await batch([folder('top'), ...stack]))).toEqual(new Set(['CREATED']));
  const changed = (name: string, changes: object) => ({ updateFolder: { name, changes } });
  expect(
    await batch([changed('top', { displayName: 'Top' }), changed('stack-1', { parent: { name: 'top' } })]),
  ).toEqual(['UPDATED', 'REFUSED FOLDER_TOO_DEEP operations.1.updateFolder.changes.parent.name']);
});
