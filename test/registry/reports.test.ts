import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { batch, deploymentOf, importOf, platform, regionOf, serviceOf, versionOf } from './world.ts';

/*
 * Whoever runs a deployment reports into it. relay v1 imports mail v1; both are in eu and us, relay is run by the service
 * account `relay-eu` there, mail by `mail-eu`; in us nobody is named.
 */
const object = (group: string, kind: string, name: string, spec: object, metadata: object = {}): string =>
  `${JSON.stringify({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name, ...metadata }, spec })}\n`;
const account = (name: string): string =>
  object(
    'iam.miloapis.com',
    'ServiceAccount',
    name,
    { state: 'Active' },
    {
      labels: { 'resourcemanager.miloapis.com/project-name': 'makers' },
    },
  );
const runBy = (name: string) => ({ serviceAccountRef: { kind: 'ServiceAccount', name } });

const reporters = [
  object(
    'iam.miloapis.com',
    'Role',
    'deployment-reporter',
    {
      launchStage: 'Beta',
      includedPermissions: ['create', 'update', 'patch', 'delete', 'get', 'list'].map(
        (verb) => `catalog.miloapis.com/deploymentreports.${verb}`,
      ),
    },
    { namespace: 'milo-system' },
  ),
  object(
    'iam.miloapis.com',
    'PolicyBinding',
    'reporters',
    {
      roleRef: { name: 'deployment-reporter', namespace: 'milo-system' },
      subjects: ['relay-eu', 'mail-eu'].map((name) => ({ kind: 'ServiceAccount', name })),
      resourceSelector: { resourceRef: { apiGroup: 'resourcemanager.miloapis.com', kind: 'Project', name: 'makers' } },
    },
    { namespace: 'organization-registry' },
  ),
];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const { refused } = await batch(app, {
    apply: [
      platform,
      ...['relay-eu', 'mail-eu', 'idle'].map(account),
      ...['eu', 'us'].map((name) => regionOf(name)),
      serviceOf('mail', { primary: 'eu' }),
      versionOf('mail', 'v1'),
      versionOf('mail', 'v2'),
      deploymentOf('mail', 'eu', 'v1', runBy('mail-eu')),
      deploymentOf('mail', 'us', 'v1'),
      serviceOf('relay', { primary: 'eu' }),
      versionOf('relay', 'v1'),
      importOf('relay.v1', 'mail.v1'),
      deploymentOf('relay', 'eu', 'v1', runBy('relay-eu')),
      deploymentOf('relay', 'us', 'v1'),
      ...reporters,
    ],
  });
  expect(refused).toEqual([]);
});
afterAll(() => app.close());

const REPORT = `mutation ($input: ReportDeploymentInput!) { reportDeployment(input: $input) { changed
  warnings { code message } userErrors { code field value accepted }
  deploymentReport { name generation } } }`;

/** As whom, on what, what. */
async function report(who: string, deployment: string, said: object) {
  const { data } = await app.as(who).execute(REPORT, { input: { deployment: { name: deployment }, ...said } });
  return data.reportDeployment;
}
const accepted = { changed: true, warnings: [], userErrors: [] };
const isRefused = (code: string, field: string | null = expect.anything()) => ({
  changed: false,
  userErrors: [expect.objectContaining({ code, field })],
});

const serving = (status: string, reason = 'Probe') => ({ conditions: [{ type: 'Serving', status, reason }] });

const STATUS = `query ($name: String!) { deployment(name: $name) { generation revision health
  reportedConditions { type status reason message observedGeneration lastTransitionTime }
  conditions { type status reason message lastTransitionTime }
  availableUpgrade { apiVersion totalShardsCount } upgrade { stage targetVersion readyShards pendingShards } } }`;
async function statusOf(name: string) {
  return (await app.execute(STATUS, { name })).data.deployment;
}
const conditionOf = async (name: string, type: string) =>
  (await statusOf(name)).conditions.find((one: { type: string }) => one.type === type);

describe('who reports', () => {
  test('the service account that a deployment names says how it does, with time and reason', async () => {
    const before = await statusOf('relay.eu');
    expect(before).toMatchObject({ health: 'UNKNOWN', reportedConditions: [] });
    expect(await report('relay-eu', 'relay.eu', serving('TRUE'))).toMatchObject(accepted);
    const after = await statusOf('relay.eu');
    expect(after).toMatchObject({ health: 'SERVING', generation: before.generation });
    expect(after.reportedConditions).toEqual([
      {
        type: 'Serving',
        status: 'TRUE',
        reason: 'Probe',
        message: null,
        observedGeneration: before.generation,
        lastTransitionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    expect(Number(after.revision)).toBeGreaterThan(Number(before.revision));
  });

  test.each(['test-admin', 'mail-eu'])('%s, who may do as much or more, does not', async (who) => {
    const answer = await report(who, 'relay.eu', serving('FALSE'));
    expect(answer).toMatchObject(isRefused('NOT_THE_REPORTER', 'spec.deploymentRef'));
    expect(answer.userErrors[0].accepted).toBe('the account in spec.serviceAccountRef of Deployment/relay.eu');
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'SERVING' });
  });

  test('the account needs the right to it as well', async () => {
    expect((await batch(app, { apply: [deploymentOf('relay', 'us', 'v1', runBy('idle'))] })).refused).toEqual([]);
    expect(await report('idle', 'relay.us', serving('TRUE'))).toMatchObject(isRefused('FORBIDDEN'));
  });

  test('nobody reports where no account is named', async () => {
    expect(await report('mail-eu', 'mail.us', serving('TRUE'))).toMatchObject(isRefused('NOT_THE_REPORTER'));
  });

  test('a report is no part of what owners state: they neither take it back nor change it', async () => {
    const { userErrors } = (
      await app.execute('mutation { deleteDeploymentReport(input: { name: "relay.eu" }) { userErrors { code } } }')
    ).data.deleteDeploymentReport;
    expect(userErrors).toEqual([{ code: 'NOT_THE_REPORTER' }]);
    const manifest = JSON.parse(deploymentOf('relay', 'eu', 'v1', runBy('relay-eu')));
    const { results } = await app.apply(JSON.stringify({ ...manifest, status: { conditions: [] } }));
    expect(results).toMatchObject([{ outcome: 'UNCHANGED' }]);
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'SERVING' });
  });

  test('an export, which others apply elsewhere, has the deployment without the report', async () => {
    const query = `query ($derived: Boolean) { objects(kinds: ["Deployment", "DeploymentReport"], names: ["relay.eu"], derived: $derived) {
      nodes { __typename } } }`;
    const kindsOf = async (derived?: boolean) =>
      (await app.execute(query, { derived })).data.objects.nodes.map((one: { __typename: string }) => one.__typename);
    expect((await kindsOf()).sort()).toEqual(['Deployment', 'DeploymentReport']);
    expect(await kindsOf(false)).toEqual(['Deployment']);
    expect(await kindsOf(true)).toEqual(['DeploymentReport']);
  });
});

describe('what is reported', () => {
  test('a condition takes the place of that of its type; its time moves with its status alone', async () => {
    const at = async () => (await statusOf('relay.eu')).reportedConditions[0].lastTransitionTime;
    const first = await at();
    await report('relay-eu', 'relay.eu', serving('TRUE', 'ProbeAgain'));
    expect(await at()).toBe(first);
    await report('relay-eu', 'relay.eu', { conditions: [{ type: 'Degraded', status: 'TRUE', reason: 'OneNodeDown' }] });
    expect(await at()).toBe(first);
    expect(await statusOf('relay.eu')).toMatchObject({
      health: 'DEGRADED',
      reportedConditions: [{ type: 'Serving' }, { type: 'Degraded', reason: 'OneNodeDown' }],
    });
    await report('relay-eu', 'relay.eu', serving('FALSE'));
    expect(await at()).not.toBe(first);
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'NOT_SERVING' });
    await report('relay-eu', 'relay.eu', serving('TRUE'));
  });

  test('saying the same again changes nothing', async () => {
    const before = await statusOf('relay.eu');
    expect(await report('relay-eu', 'relay.eu', serving('TRUE'))).toMatchObject({ ...accepted, changed: false });
    expect(await statusOf('relay.eu')).toEqual(before);
  });

  test('what was said of an earlier generation says nothing of the present', async () => {
    await batch(app, {
      apply: [deploymentOf('relay', 'eu', 'v1', { ...runBy('relay-eu'), dbLocationTag: 'moved' })],
    });
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'UNKNOWN', generation: 2 });
    await report('relay-eu', 'relay.eu', serving('TRUE'));
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'SERVING' });
    const ahead = { conditions: [{ type: 'Serving', status: 'TRUE', reason: 'A', observedGeneration: 3 }] };
    expect(await report('relay-eu', 'relay.eu', ahead)).toMatchObject(isRefused('GENERATION_AHEAD'));
  });

  test('it is history like all else, and read as of a moment', async () => {
    const { data } = await app.execute(
      `{ deployment(name: "relay.eu") { report { history(first: 50) { nodes { type actor { name } at } } } } }`,
    );
    const { nodes } = data.deployment.report.history;
    expect(nodes.length).toBeGreaterThan(3);
    expect(new Set(nodes.map(({ actor }: { actor: { name: string } }) => actor.name))).toEqual(new Set(['relay-eu']));
  });
});

describe('what is reported no more', () => {
  const progress = async (name: string) =>
    (
      await app.execute(
        'query ($name: String!) { deploymentReport(name: $name) { availableUpgrade { apiVersion } upgrade { stage } } }',
        { name },
      )
    ).data.deploymentReport;

  test('is null and cleared, as far as an upgrade may end; what is left out stays', async () => {
    const upgrade = { stage: 'INITIAL_SYNCING', targetVersion: 'v1', pendingShards: ['0'] };
    const said = { availableUpgrade: { apiVersion: 'v1' }, upgrade };
    expect(await report('relay-eu', 'relay.eu', said)).toMatchObject({ changed: true, userErrors: [] });
    expect(await report('relay-eu', 'relay.eu', { availableUpgrade: null, conditions: null })).toMatchObject({
      changed: true,
      userErrors: [],
    });
    expect(await progress('relay.eu')).toEqual({ availableUpgrade: null, upgrade: { stage: 'INITIAL_SYNCING' } });
    expect(await report('relay-eu', 'relay.eu', { upgrade: null })).toMatchObject(isRefused('V8_UPGRADE_STATE'));
    for (const stage of ['SWITCHING', 'READY']) {
      const [readyShards, pendingShards] = [stage === 'READY' ? [] : ['0'], []];
      expect(await report('relay-eu', 'relay.eu', { upgrade: { stage, readyShards, pendingShards } })).toMatchObject({
        changed: true,
        userErrors: [],
      });
    }
    expect(await report('relay-eu', 'relay.eu', { upgrade: null })).toMatchObject({ changed: true, userErrors: [] });
    expect(await progress('relay.eu')).toEqual({ availableUpgrade: null, upgrade: null });
    expect(await statusOf('relay.eu')).toMatchObject({ health: 'SERVING' });
  });

  test('what the catalog works out itself is never reported', async () => {
    const conditions = [{ type: 'VersionCurrent', status: 'TRUE', reason: 'Mine' }];
    expect(await report('relay-eu', 'relay.eu', { conditions })).toMatchObject(isRefused('CONDITION_WORKED_OUT'));
    const { conditions: told } = await statusOf('relay.eu');
    const own = told.filter(({ reason }: { reason: string }) => ['Probe', 'OneNodeDown'].includes(reason));
    const types = told.filter((one: object) => !own.includes(one)).map(({ type }: { type: string }) => type);
    for (const type of types) {
      const answer = await report('relay-eu', 'relay.eu', { conditions: [{ type, status: 'TRUE', reason: 'Mine' }] });
      expect([type, answer]).toMatchObject([type, isRefused('CONDITION_WORKED_OUT')]);
    }
    expect(types).toHaveLength(6);
  });
});

describe('what follows', () => {
  test('whatever imports what does not serve tells so, and a warning goes with the report', async () => {
    expect(await conditionOf('relay.eu', 'DependenciesAvailable')).toMatchObject({ status: 'TRUE' });
    const { warnings } = await report('mail-eu', 'mail.eu', serving('FALSE', 'Overloaded'));
    expect(warnings).toEqual([
      {
        code: 'DEPENDENCIES_UNAVAILABLE',
        message: 'mail.eu does not serve, and relay.eu, which imports mail.v1, depends on it.',
      },
    ]);
    expect(await conditionOf('relay.eu', 'DependenciesAvailable')).toEqual({
      type: 'DependenciesAvailable',
      status: 'FALSE',
      reason: 'DependencyUnavailable',
      message: 'Not available in its region: mail.eu (not serving).',
      lastTransitionTime: null,
    });
    expect(await conditionOf('mail.eu', 'Routable')).toMatchObject({ status: 'FALSE', reason: 'ReportedNotServing' });
    const { data } = await app.execute('{ registryFindings(severity: WARNING) { code subject } }');
    expect(data.registryFindings).toContainEqual({ code: 'DEPENDENCIES_UNAVAILABLE', subject: 'Deployment/mail.eu' });
    await report('mail-eu', 'mail.eu', serving('TRUE'));
  });

  test('case 6: where b is disabled, a tells that what it depends on is not available', async () => {
    await batch(app, { apply: [deploymentOf('mail', 'us', 'v1', { disabled: true })] });
    expect(await conditionOf('relay.us', 'DependenciesAvailable')).toMatchObject({
      status: 'FALSE',
      message: 'Not available in its region: mail.us (disabled).',
    });
    expect(await conditionOf('mail.us', 'Routable')).toMatchObject({ status: 'FALSE', reason: 'Disabled' });
    await batch(app, { apply: [deploymentOf('mail', 'us', 'v1')] });
    expect(await conditionOf('relay.us', 'DependenciesAvailable')).toMatchObject({ status: 'TRUE' });
  });

  test('versions and names of addresses are conditions, worked out when they are asked for', async () => {
    expect(await conditionOf('mail.eu', 'VersionCurrent')).toMatchObject({
      status: 'FALSE',
      reason: 'NewerVersionPublished',
      message: 'v1 is followed by v2.',
    });
    expect(await conditionOf('relay.eu', 'VersionCurrent')).toMatchObject({ status: 'TRUE' });
    expect(await conditionOf('relay.eu', 'EndpointNamingConforms')).toMatchObject({ status: 'TRUE' });
    const elsewhere = deploymentOf('relay', 'us', 'v1', { publicDomain: 'relay.us.other.net' });
    await batch(app, { apply: [elsewhere] });
    expect(await conditionOf('relay.us', 'EndpointNamingConforms')).toMatchObject({ status: 'FALSE' });
  });
});

describe('answers take it into account', () => {
  const ask = async (field: string) => (await app.execute(`{ answer: ${field} }`)).data.answer;
  beforeAll(async () => {
    await report('mail-eu', 'mail.eu', serving('FALSE', 'Overloaded'));
  });
  afterAll(async () => {
    await report('mail-eu', 'mail.eu', serving('TRUE'));
  });

  test('Q5: what does not serve is told as such, and left out where only what serves is asked for', async () => {
    const mail = '(region: "eu", services: [{ service: "mail" }]';
    expect(await ask(`servicesInRegion${mail}) { nodes { availability health } }`)).toEqual({
      nodes: [{ availability: 'AVAILABLE', health: 'NOT_SERVING' }],
    });
    expect(await ask(`servicesInRegion${mail}, servingOnly: true) { nodes { availability endpoint } }`)).toEqual({
      nodes: [{ availability: 'NOT_SERVING', endpoint: null }],
    });
    expect(await ask('servicesInRegion(region: "eu", servingOnly: true) { nodes { service { name } } }')).toEqual({
      nodes: [{ service: { name: 'relay' } }],
    });
  });

  test('Q8: what does not serve is the last choice, after the global address', async () => {
    const { endpoints } = await ask(
      'serviceEndpoints(service: "mail", fromRegion: "eu") { endpoints { region reason health } }',
    );
    expect(endpoints).toEqual([
      { region: 'us', reason: 'NEAREST', health: 'UNKNOWN' },
      { region: null, reason: 'GLOBAL', health: null },
      { region: 'eu', reason: 'SAME_REGION', health: 'NOT_SERVING' },
    ]);
  });

  test('Q6: it is no way out for others', async () => {
    expect(
      await ask('deploymentImpact(deployment: "mail.us", action: REMOVE) { alternatives { region health } }'),
    ).toEqual({ alternatives: [{ region: 'eu', health: 'NOT_SERVING' }] });
  });

  test('Q7 and Q11: where what is imported is not available, and who suffers', async () => {
    expect(await ask('importClosure(service: "relay") { nodes { service { name } regions unavailableIn } }')).toEqual({
      nodes: [{ service: { name: 'mail' }, regions: ['eu', 'us'], unavailableIn: ['eu'] }],
    });
    expect(await ask('serviceDependents(service: "mail") { nodes { service { name } affectedRegions } }')).toEqual({
      nodes: [{ service: { name: 'relay' }, affectedRegions: ['eu'] }],
    });
  });

  test('Q9: what is in the way of a version tells what is installed, and how it does', async () => {
    const readiness = 'versionReadiness(service: "mail", target: "v2") { isReady blockingDeployments';
    expect(await ask(`${readiness} { deployment health installedVersion upgradeStage } }`)).toEqual({
      isReady: false,
      blockingDeployments: [
        { deployment: 'mail.eu', health: 'NOT_SERVING', installedVersion: null, upgradeStage: null },
        { deployment: 'mail.us', health: 'UNKNOWN', installedVersion: null, upgradeStage: null },
      ],
    });
  });

  test('Q10: how endpoints do, and whether that is said of them as they are now', async () => {
    const said = async () => {
      const { data } = await app.execute(`{ apiDiscovery { services { name versions { version freshness }
        endpoints { region health freshness } } } }`);
      const { versions, endpoints } = data.apiDiscovery.services.find(({ name }: { name: string }) => name === 'mail');
      return [
        ...versions.map((one: { version: string; freshness: string }) => `${one.version} ${one.freshness}`),
        ...endpoints.map(
          (one: { region: string; health: string; freshness: string }) =>
            `${one.region} ${one.health} ${one.freshness}`,
        ),
      ];
    };
    await report('mail-eu', 'mail.eu', serving('FALSE', 'Down'));
    expect(await said()).toEqual(['v2 Current', 'v1 Current', 'eu NotServing Current', 'us Unknown NotReported']);
    // What is said of a deployment holds until it is another one, however long ago it was said.
    await batch(app, { apply: [deploymentOf('mail', 'eu', 'v1', { ...runBy('mail-eu'), localNetworkId: 'lan' })] });
    expect(await said()).toEqual(['v2 Current', 'v1 Stale', 'eu Unknown Stale', 'us Unknown NotReported']);
    await batch(app, { apply: [deploymentOf('mail', 'eu', 'v1', runBy('mail-eu'))] });
    await report('mail-eu', 'mail.eu', serving('FALSE', 'Down'));
  });

  test('Q13: how far they are behind, and how they do', async () => {
    const { nodes } = await ask('versionSkew(service: "mail") { nodes { deployments { region health } } }');
    expect(nodes[0].deployments).toEqual([
      { region: 'eu', health: 'NOT_SERVING' },
      { region: 'us', health: 'UNKNOWN' },
    ]);
  });

  test('Q19: a project cannot use it there', async () => {
    const places = await ask(
      'serviceUsability(project: "makers", service: "mail") { location gates { gate isOpen reason } }',
    );
    expect(places[0]).toMatchObject({
      location: 'eu',
      gates: [{}, {}, { gate: 'AVAILABILITY', isOpen: false, reason: 'NOT_SERVING' }],
    });
  });
});

describe('V8: an upgrade', () => {
  const shards = (stage: string, ready: string[], pending: string[]) => ({
    upgrade: { targetVersion: 'v2', stage, readyShards: ready, pendingShards: pending },
    availableUpgrade: { apiVersion: 'v2', totalShardsCount: 2 },
  });
  const say = (stage: string, ready: string[], pending: string[]) =>
    report('mail-eu', 'mail.eu', shards(stage, ready, pending));

  test.each<[stage: string, ready: string[], pending: string[], field: string]>([
    ['READY', ['0'], [], 'spec.upgrade.stage'],
    ['INITIAL_SYNCING', [], [], 'spec.upgrade'],
    ['INITIAL_SYNCING', ['0'], ['0', '1'], 'spec.upgrade.pendingShards'],
    ['INITIAL_SYNCING', ['0'], ['2'], 'spec.upgrade'],
    ['SWITCHING', ['0', '1'], [], 'spec.upgrade.stage'],
  ])('does not begin as %s with %j ready and %j pending', async (stage, ready, pending, field) => {
    expect(await say(stage, ready, pending)).toMatchObject(isRefused('V8_UPGRADE_STATE', field));
  });

  test('goes from stage to stage, and no other version is put in force meanwhile (V6)', async () => {
    const begun = await say('INITIAL_SYNCING', [], ['0', '1']);
    expect(begun).toMatchObject({ changed: true, userErrors: [] });
    expect(begun.warnings).toContainEqual({
      code: 'G3_PRIMARY_UNAVAILABLE',
      message: 'mail.eu, in the primary region of its service, is being upgraded.',
    });
    expect(await conditionOf('mail.eu', 'Upgrading')).toMatchObject({ status: 'TRUE', reason: 'InitialSyncing' });
    const raise = { apply: [deploymentOf('mail', 'eu', 'v2', runBy('mail-eu'))] };
    expect((await batch(app, raise)).refused).toEqual([
      'V6_UPGRADE_NOT_READY Deployment/mail.eu spec.currentVersionRef',
    ]);
    expect(await say('SWITCHING', ['0'], ['1'])).toMatchObject(
      isRefused('V8_UPGRADE_STATE', 'spec.upgrade.pendingShards'),
    );
    expect(await say('READY', [], [])).toMatchObject(isRefused('V8_UPGRADE_STATE', 'spec.upgrade.stage'));
    expect(await say('SWITCHING', ['0', '1'], [])).toMatchObject({ changed: true });
    expect(await say('READY', [], [])).toMatchObject({ changed: true });
    expect((await batch(app, raise)).refused).toEqual([]);
  });

  test('is to a version of the service, which images elsewhere have before it is put in force (V6)', async () => {
    expect(await report('mail-eu', 'mail.eu', { availableUpgrade: { apiVersion: 'v9' } })).toMatchObject(
      isRefused('VERSION_UNKNOWN', 'spec.availableUpgrade.apiVersion'),
    );
    await batch(app, { apply: [versionOf('mail', 'v3'), deploymentOf('mail', 'us', 'v2', runBy('mail-eu'))] });
    await report('mail-eu', 'mail.us', { availableUpgrade: { apiVersion: 'v2' } });
    await report('mail-eu', 'mail.eu', { availableUpgrade: { apiVersion: 'v3' } });
    const raise = { apply: [deploymentOf('mail', 'eu', 'v3', runBy('mail-eu'))] };
    expect((await batch(app, raise)).refused).toEqual([
      'V6_UPGRADE_NOT_READY Deployment/mail.eu spec.currentVersionRef',
    ]);
    // Going back to what everybody has is no matter of images.
    await report('mail-eu', 'mail.us', { availableUpgrade: { apiVersion: 'v3' } });
    expect((await batch(app, raise)).refused).toEqual([]);
    await report('mail-eu', 'mail.us', { availableUpgrade: { apiVersion: 'v1' } });
    const lower = { apply: [deploymentOf('mail', 'eu', 'v2', runBy('mail-eu'))] };
    expect((await batch(app, lower)).refused).toEqual([]);
  });

  test('to a version that is a Draft is known to whoever sees the version', async () => {
    expect((await batch(app, { apply: [versionOf('mail', 'v4', 'Draft')] })).refused).toEqual([]);
    const installed = { availableUpgrade: { apiVersion: 'v4' } };
    expect(await report('mail-eu', 'mail.us', installed)).toMatchObject({ changed: true });
    const begun = { upgrade: { targetVersion: 'v4', stage: 'INITIAL_SYNCING', readyShards: [], pendingShards: ['0'] } };
    expect(await report('mail-eu', 'mail.eu', { ...installed, ...begun })).toMatchObject({ changed: true });
    const told = async (who: Pick<TestApp, 'execute'>) => {
      const { data } =
        await who.execute(`{ deployment(name: "mail.eu") { upgrade { targetVersion } conditions { type message } }
        versionReadiness(service: "mail", target: "v3") { blockingDeployments { deployment current installedVersion } } }`);
      const { upgrade, conditions } = data.deployment;
      const { message } = conditions.find(({ type }: { type: string }) => type === 'Upgrading');
      return { upgrade, message, ...data.versionReadiness };
    };
    const blocking = (installedVersion: string | null) =>
      ['mail.eu', 'mail.us'].map((deployment) => ({ deployment, current: 'v2', installedVersion }));
    expect(await told(app)).toEqual({
      upgrade: { targetVersion: 'v4' },
      message: 'It is upgraded to v4.',
      blockingDeployments: blocking('v4'),
    });
    expect(await told(app.as('stranger'))).toEqual({
      upgrade: { targetVersion: null },
      message: 'It is upgraded to another version.',
      blockingDeployments: blocking(null),
    });
  });
});

test('a report goes with its deployment', async () => {
  const { refused } = await batch(app, { remove: ['Deployment/relay.us'] });
  expect(refused).toEqual([]);
  await report('relay-eu', 'relay.eu', serving('TRUE'));
  expect((await batch(app, { remove: ['Deployment/relay.eu'] })).refused).toEqual([]);
  const { data } = await app.execute('{ deploymentReport(name: "relay.eu") { name } }');
  expect(data.deploymentReport).toBeNull();
});
