import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openShell, type Ran, type Shell } from '../kit/command.ts';
import { startExampleWorld } from '../kit/example-world.ts';

let world: Awaited<ReturnType<typeof startExampleWorld>>;
let shell: Shell;
beforeAll(async () => {
  world = await startExampleWorld();
  shell = await openShell(world.url);
});
afterAll(async () => {
  await world.close();
  await shell.remove();
});

/** Runs a command line as a persona. */
const as = async (persona: string, line: string): Promise<Ran> =>
  shell.run([...line.split(' '), '--token', await world.localIssuer.signToken(persona)]);

test('whoami says as whom one is known', async () => {
  expect((await as('auditor', 'whoami')).stdout.replace(/\d{4}-\S+Z/, 'TIME')).toMatchInlineSnapshot(`
    "NAME      KIND   EMAIL                STAFF   ISSUER                             SUBJECT   EXPIRES                    CONTEXT
    auditor   User   audit@milo.example   no      https://embedded.catalog.invalid   auditor   TIME   <none>
    "
  `);
  expect(JSON.parse((await as('provider', 'whoami -o json')).stdout)).toMatchObject({
    name: 'provider',
    kind: 'ServiceAccount',
    email: null,
    isStaff: false,
  });
  expect((await as('staff', 'whoami')).stdout).toContain('staff@milo.example   yes');
  expect(await shell.run(['whoami'])).toMatchObject({ code: 1, stdout: '' });
});

test.each<[persona: string, line: string, answer: string, note?: string]>([
  ['network-operator', 'can-i update rack/fra1-a01', 'yes'],
  ['network-operator', 'can-i update rack fra1-a01', 'yes'],
  ['network-operator', 'can-i update rack/iad1-a01', 'no', "rack 'iad1-a01' does not exist or is not visible to you"],
  ['network-operator', 'can-i create racks --in site/fra1', 'yes'],
  ['network-operator', 'can-i inventory.miloapis.com/ports.delete site/fra1', 'yes'],
  ['network-operator', 'can-i create regions', 'no'],
  ['org-owner', 'can-i create organizations', 'no'],
  ['org-owner', 'can-i create projects', 'yes', 'on some scope'],
  ['org-owner', 'can-i create projects --in org/northwind', 'yes'],
  [
    'org-owner',
    'can-i create projects --in org/aurora',
    'no',
    "organization 'aurora' does not exist or is not visible to you",
  ],
  ['org-owner', 'can-i delete service/edge-example-com', 'no'],
  ['org-owner', 'can-i get role/project-reader -n milo-system', 'yes'],
  ['provider', 'can-i update service/machines-example-com', 'yes'],
  ['provider', 'can-i update service/edge-example-com', 'no'],
])('%s: catalog %s: %s', async (persona, line, answer, note = '') => {
  const { code, stdout, stderr } = await as(persona, line);
  expect([stdout, code]).toEqual([`${answer}\n`, answer === 'yes' ? 0 : 1]);
  expect(stderr).toContain(note);
});

test('who-can shows everyone and by which way, as far as one may see bindings there', async () => {
  const staff = await as('staff', 'who-can update site/fra1');
  expect(staff).toMatchObject({ code: 0, stderr: '' });
  expect(staff.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ['PRINCIPAL', 'VIA', 'ROLE', 'GROUP', 'SCOPE'],
      ['User/network-operator', 'PolicyBinding/fra1-operators', 'plant-operator', 'network-operations', 'Site/fra1'],
      ['User/staff', 'PolicyBinding/staff-on-everything', 'platform-admin', 'platform-staff', 'Platform'],
    ]),
  );
  const service = await as('staff', 'who-can get service/machines-example-com');
  expect(service.stdout).toMatch(
    /^ServiceAccount\/billing +PolicyBinding\/services-for-billing +billing-reader +every Service$/m,
  );
  const owner = await as('org-owner', 'who-can update project/northwind-tracking -o json');
  expect(JSON.parse(owner.stdout)).toEqual({
    permission: 'resourcemanager.miloapis.com/projects.update',
    allowed: true,
    holders: [
      {
        kind: 'User',
        name: 'org-owner',
        roleName: 'organization-owner',
        groupName: null,
        scopeKind: 'Organization',
        everyKind: null,
        via: { kind: 'OrganizationMembership', name: 'org-owner', namespace: 'organization-northwind' },
        scope: { kind: 'Organization', name: 'northwind', namespace: null },
      },
    ],
  });
  const yaml = await as('org-owner', 'who-can update project/northwind-tracking -o yaml');
  expect(parse(yaml.stdout)).toEqual(JSON.parse(owner.stdout));
  const viewer = await as('project-viewer', 'who-can update project/northwind-tracking');
  expect(viewer).toMatchObject({ code: 0, stdout: '' });
  expect(viewer.stderr).toContain('no visible principal has resourcemanager.miloapis.com/projects.update there');
});

test('what is typed wrongly is told', async () => {
  const told = async (line: string): Promise<[number, string]> => {
    const { code, stderr } = await as('staff', line);
    return [code, stderr.split('\n')[0] ?? ''];
  };
  expect(await told('who-can update sites')).toEqual([2, 'error: an object is missing']);
  expect(await told('who-can update site/nowhere')).toEqual([1, "error: site 'nowhere' not found"]);
  expect(await told('can-i update site/fra1 site/fra2')).toEqual([
    2,
    "error: exactly one object is accepted, not 'site/fra1 site/fra2'",
  ]);
  expect(await told('can-i create racks --in sites')).toEqual([2, 'error: --in takes KIND/NAME, as in --in site/fra1']);
  for (const what of ['site', 'site/fra1']) {
    const [code, message] = await told(`can-i updat ${what}`);
    expect([code, message]).toEqual([
      2,
      expect.stringContaining("did you mean 'inventory.miloapis.com/sites.update'?"),
    ]);
  }
});

test('describe says what one may do', async () => {
  expect((await as('network-operator', 'describe region/eu-central')).stdout).toMatch(/^You may: {6}get$/m);
  expect((await as('network-operator', 'describe rack/fra1-a01')).stdout).toMatch(/^You may: {6}delete, get, update$/m);
});
