import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestShell } from '../kit/command.ts';
import {
  deploymentOf,
  identityOf,
  importOf,
  platform,
  regionOf,
  resourceOf,
  serviceOf,
  usageOf,
  versionOf,
} from '../registry/world.ts';

/*
 * relay v1, v2 import mail v1, v2; both are in eu and us at v1. ap is open and empty. audit is used by relay.
 */
const { app, shell } = await startTestShell();
const run = (line: string) => shell.run(line.split(' '));

test('the world is applied', async () => {
  const world = [
    platform,
    ...['eu', 'us', 'ap'].map((name) => regionOf(name)),
    ...['mail', 'relay'].flatMap((name) => [
      serviceOf(name, { primary: 'eu' }),
      versionOf(name, 'v1'),
      versionOf(name, 'v2'),
    ]),
    serviceOf('audit', { primary: 'eu' }),
    versionOf('audit', 'v1'),
    deploymentOf('audit', 'eu', 'v1'),
    importOf('relay.v1', 'mail.v1'),
    importOf('relay.v2', 'mail.v2'),
    usageOf('relay', 'audit'),
    ...['eu', 'us'].flatMap((region) => [deploymentOf('mail', region, 'v1'), deploymentOf('relay', region, 'v1')]),
  ].join('---\n');
  await writeFile(join(shell.folder, 'world.yaml'), world);
  expect(await run('apply -f world.yaml -q')).toMatchObject({ code: 0 });
});

test('what cannot be deployed yet is told with what is missing and the commands that lead there', async () => {
  const { code, stdout, stderr } = await run('deploy relay ap --to v1 --location e/d/f/f/c');
  expect([code, stdout, stderr]).toMatchInlineSnapshot(`
    [
      1,
      "STEP   WHAT                       COMMAND
    1      deploy mail in ap at v1    catalog deploy mail ap --to v1 --location CONTINENT/COUNTRY/AGGLOMERATION/CITY/CLOUD
    2      deploy relay in ap at v1   catalog deploy relay ap --to v1
    ",
      "Deployment/relay.ap refused: I5_IMPORT_REGION_MISSING spec.regionRef: relay.v1 imports mail, which is not deployed in ap, where relay is. relay.v2 imports mail, which is not deployed in ap, where relay is.
      missing: Deployment/mail.ap: spec.currentVersionRef mail.v1 or higher
    nothing was changed: 1 refusal
    ",
    ]
  `);
});

test('the plan of a change, and nothing is changed', async () => {
  expect(await run('plan deploy relay ap --to v2')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "Deployment/relay.ap refused: I5_IMPORT_REGION_MISSING: relay.v1 imports mail, which is not deployed in ap, where relay is. relay.v2 imports mail, which is not deployed in ap, where relay is.
      missing: Deployment/mail.ap: spec.currentVersionRef mail.v2 or higher
    warning: U2_USED_SERVICE_ABSENT: relay uses audit, which has no enabled deployment in ap.
    ",
      "stdout": "STEP   WHAT                       COMMAND
    1      deploy mail in ap at v2    catalog deploy mail ap --to v2 --location CONTINENT/COUNTRY/AGGLOMERATION/CITY/CLOUD
    2      deploy relay in ap at v2   catalog deploy relay ap --to v2
    ",
    }
  `);
  const json = await run('plan deploy relay ap -o json');
  expect([json.code, JSON.parse(json.stdout).plan]).toMatchObject([
    1,
    [{ do: 'DEPLOY', service: 'mail', region: 'ap' }],
  ]);
  expect(await run('plan retire mail v1')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "Retire refused: DOES_NOT_FIT: mail.v1 is Published and cannot become Retired in one step.
      missing: ServiceVersion/mail.v1: spec.phase Deprecated
    ",
      "stdout": "STEP   WHAT                                               COMMAND
    1      let relay.v1 no longer import mail, or retire it   catalog registry import relay.v1 mail --drop
    2      move mail in eu to v2                              catalog deploy mail eu --to v2
    3      move mail in us to v2                              catalog deploy mail us --to v2
    4      deprecate mail.v1                                  catalog retire mail v1 --deprecate
    5      retire mail.v1                                     catalog retire mail v1
    ",
    }
  `);
});

test('a plan is followed, command by command', async () => {
  expect(await run('deploy mail ap --to v1')).toMatchObject({ code: 2, stderr: expect.stringContaining('--location') });
  expect(await run('deploy mail.t.com ap --to v1 --location e/d/f/f/c --dry-run')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "warning: P2_HOSTS_UNKNOWN: It is not said what the deployment runs on: impact does not tell of it, whatever is lost.
    ",
      "stdout": "OBJECT               CHANGE                     OUTCOME
    deployment/mail.ap   v1 at mail.ap.apis.t.com   would be created
    ",
    }
  `);
  expect(await run('deploy mail ap --to v1 --location e/d/f/f/c')).toMatchObject({ code: 0 });
  // It is where the other one is, at the address that is recommended.
  expect(await run('deploy relay ap --to v1')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "warning: P2_HOSTS_UNKNOWN: It is not said what the deployment runs on: impact does not tell of it, whatever is lost.
    warning: U2_USED_SERVICE_ABSENT: relay uses audit, which has no enabled deployment in ap.
    ",
      "stdout": "OBJECT                CHANGE                      OUTCOME
    deployment/relay.ap   v1 at relay.ap.apis.t.com   created
    ",
    }
  `);
  const { data } = await app.execute('{ deployment(name: "relay.ap") { publicDomain location { city } } }');
  expect(data.deployment).toEqual({ publicDomain: 'relay.ap.apis.t.com', location: { city: 'f' } });
});

test('deployments are upgraded together, from below', async () => {
  expect(await run('upgrade relay v2 --dry-run')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "Deployment/relay.ap refused: I6_IMPORT_VERSION_TOO_LOW spec.currentVersionRef: relay.ap serves relay.v2, which imports mail.v2, but mail.ap serves nothing above mail.v1.
      missing: Deployment/mail.ap: spec.currentVersionRef mail.v2 or higher
    Deployment/relay.eu refused: I6_IMPORT_VERSION_TOO_LOW spec.currentVersionRef: relay.eu serves relay.v2, which imports mail.v2, but mail.eu serves nothing above mail.v1.
      missing: Deployment/mail.eu: spec.currentVersionRef mail.v2 or higher
    Deployment/relay.us refused: I6_IMPORT_VERSION_TOO_LOW spec.currentVersionRef: relay.us serves relay.v2, which imports mail.v2, but mail.us serves nothing above mail.v1.
      missing: Deployment/mail.us: spec.currentVersionRef mail.v2 or higher
    nothing was changed: 3 refusals
    ",
      "stdout": "STEP   WHAT                                 COMMAND
    1      move mail in ap to v2                catalog deploy mail ap --to v2
    2      move mail in eu to v2                catalog deploy mail eu --to v2
    3      move mail in us to v2                catalog deploy mail us --to v2
    4      move relay in ap to v2, and 2 more   catalog upgrade relay v2
    ",
    }
  `);
  expect(await run('upgrade mail v2 --region eu')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "OBJECT               CHANGE    OUTCOME
    deployment/mail.eu   v1 → v2   updated
    ",
    }
  `);
  expect(await run('upgrade mail v2')).toMatchObject({ code: 0 });
  expect(await run('upgrade mail v2')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'no deployment of mail is below v2\n',
  });
  expect(await run('upgrade relay v3')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "error: relay has no version 'v3', as far as you see
    it has v1 (published), v2 (published)
    ",
      "stdout": "",
    }
  `);
});

test('a version is deprecated and retired, and a service leaves a region', async () => {
  expect(await run('retire relay v1')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "ServiceVersion/relay.v1 refused: PHASE_STEP spec.phase: The phase moves one step forward at a time: it cannot go from Published to Retired. (accepted: Published or Deprecated)
    nothing was changed: 1 refusal
    ",
      "stdout": "STEP   WHAT                     COMMAND
    1      move relay in ap to v2   catalog deploy relay ap --to v2
    2      move relay in eu to v2   catalog deploy relay eu --to v2
    3      move relay in us to v2   catalog deploy relay us --to v2
    4      deprecate relay.v1       catalog retire relay v1 --deprecate
    5      retire relay.v1          catalog retire relay v1
    ",
    }
  `);
  expect(await run('retire relay v1 --deprecate')).toMatchObject({ code: 0 });
  expect(await run('retire mail --region ap')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "Deployment/mail.ap refused: I5_IMPORT_REGION_MISSING metadata.name: relay.v1 imports mail, which is not deployed in ap, where relay is. relay.v2 imports mail, which is not deployed in ap, where relay is.
      missing: Deployment/relay.ap: absent
    nothing was changed: 1 refusal
    ",
      "stdout": "STEP   WHAT                   COMMAND
    1      take relay out of ap   catalog retire relay --region ap
    2      take mail out of ap    catalog retire mail --region ap
    ",
    }
  `);
  expect(await run('retire relay --region ap')).toMatchObject({ code: 0 });
  expect(await run('retire mail --region ap --dry-run')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "OBJECT               CHANGE      OUTCOME
    deployment/mail.ap   v2 → none   would be deleted
    ",
    }
  `);
  expect(await run('retire mail')).toMatchObject({ code: 2 });
});

test('what a deployment says of itself', async () => {
  expect(await run('report mail.eu --condition Serving=True')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "DeploymentReport/mail.eu refused: NOT_THE_REPORTER spec.deploymentRef: mail.eu names no service account, so that nobody reports on it. (accepted: the account in spec.serviceAccountRef of Deployment/mail.eu)
    nothing was reported: 1 refusal
    ",
      "stdout": "",
    }
  `);
  expect(await run('report mail.eu')).toMatchObject({ code: 2 });
  expect(await run('report mail.eu --condition Serving')).toMatchObject({ code: 2 });
});

test('imports and uses as text, as Mermaid and as a picture; a service is named in either way, and may stand alone', async () => {
  await writeFile(join(shell.folder, 'alone.yaml'), identityOf('alone'));
  expect((await run('graph services')).stdout).toMatchInlineSnapshot(`
    "level 0
      audit
      mail
    level 1
      relay
        imports mail (v1 → v1, v2 → v2)
        uses audit
    "
  `);
  expect((await run('graph services mail -o mermaid')).stdout).toMatchInlineSnapshot(`
    "flowchart BT
      s0["mail"]
      s1["relay"]
      s1 -->|"v1 → v1, v2 → v2"| s0
    "
  `);
  const { stdout } = await run('graph services -o svg');
  const titles = [...stdout.matchAll(/<g><title>([^<]+)<\/title><path /g)].map(([, title]) => title);
  expect(titles).toEqual(['relay imports mail', 'relay uses audit']);
  expect([...stdout.matchAll(/<text x="[\d.]+" y="[\d.]+">([^<]+)</g)].map(([, name]) => name)).toEqual([
    'audit',
    'mail',
    'relay',
  ]);
  expect(await run('graph services relay.t.com -o mermaid')).toEqual(await run('graph services relay -o mermaid'));
  await run('apply -q -f alone.yaml');
  expect(await run('graph services alone')).toMatchObject({ code: 0, stdout: 'level 0\n  alone\n' });
  expect(await run('graph services nobody')).toMatchObject({ code: 1, stdout: '' });
});

/** Runs every command of a plan, as it is printed; where a place has to be filled in, it is. Gives what each step is. */
async function follow(plan: string): Promise<string[]> {
  const { stdout } = await run(`plan ${plan}`);
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  const [what, command] = [head.indexOf('WHAT'), head.indexOf('COMMAND')];
  for (const row of rows) {
    const line = row.slice(command).replace('CONTINENT/COUNTRY/AGGLOMERATION/CITY/CLOUD', 'e/d/f/f/c');
    const { code, stderr } = await run(line.replace('catalog ', ''));
    expect(code, `${line}\n${stderr}`).toBe(0);
  }
  return rows.map((row) => row.slice(what, command).trim());
}

test('every step of every plan has a command that does it', async () => {
  const more = [
    regionOf('far', 'Planned'),
    serviceOf('base', { primary: 'eu', core: true }),
    serviceOf('post', { primary: 'eu' }),
    serviceOf('ship', { primary: 'us' }),
    ...['base.v1', 'post.v1', 'post.v2', 'ship.v1'].map((name) => versionOf(name.slice(0, 4), name.slice(5))),
    versionOf('ship', 'v2', 'Draft'),
    importOf('ship.v2', 'post.v2'),
    ...['eu', 'us', 'ap'].map((region) => deploymentOf('base', region, 'v1')),
  ].join('---\n');
  await writeFile(join(shell.folder, 'more.yaml'), more);
  expect(await run('apply -f more.yaml -q')).toMatchObject({ code: 0 });
  expect(await follow('deploy ship far')).toEqual([
    'deploy base in far at v1',
    'open the region far',
    'deploy ship in us at v1',
    'deploy ship in far at v1',
  ]);
  expect(await follow('publish ship.v2')).toEqual([
    'deploy post in eu at v2',
    'deploy post in far at v1',
    'deploy post in us at v1',
    'publish ship.v2',
  ]);
  expect(await follow('primary ship eu')).toEqual(['deploy ship in eu at v2', 'make eu the primary region of ship']);
  expect(await follow('import post.v1 base.v1')).toEqual(['let post.v1 import base.v1']);
  expect(await follow('upgrade ship v2 --region us')).toEqual(['move post in us to v2', 'move ship in us to v2']);
  expect(await follow('retire post v1')).toEqual(['move post in far to v2', 'deprecate post.v1', 'retire post.v1']);
  expect(await follow('close far')).toEqual(['close the region far']);
  expect(await follow('retire post --region far')).toEqual(['take ship out of far', 'take post out of far']);
});

test('where no steps lead, what stands in the way is told', async () => {
  await writeFile(join(shell.folder, 'type.yaml'), resourceOf('post', 'Letter', ['v2']));
  expect(await run('apply -q -f type.yaml')).toMatchObject({ code: 0 });
  expect(await run('retire post v2')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "ServiceVersion/post.v2 refused: PHASE_STEP spec.phase: The phase moves one step forward at a time: it cannot go from Published to Retired. (accepted: Published or Deprecated)
    nothing was changed: 1 refusal
    ServiceVersion/post.v2 refused: V5_VERSION_IN_USE: post.letter would be left without a version.
    no steps lead there, of which each is accepted by itself
    ",
      "stdout": "",
    }
  `);
});

test('what one step does is shown beforehand, and refused as everywhere', async () => {
  expect(await run('registry import relay.v2 mail --drop --dry-run')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "OBJECT                        CHANGE           OUTCOME
    serviceimport/relay.v2.mail   mail.v2 → none   would be deleted
    ",
    }
  `);
  expect(await run('registry import mail.v2 relay.v2')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "stderr": "ServiceImport/mail.v2.relay refused: I5_IMPORT_REGION_MISSING spec.targetServiceRef: mail.v2 imports relay, which is not deployed in ap, where mail is.
      missing: Deployment/relay.ap: spec.currentVersionRef relay.v2 or higher
    ServiceImport/mail.v2.relay refused: I6_IMPORT_VERSION_TOO_LOW spec.targetVersionRef: mail.eu serves mail.v2, which imports relay.v2, but relay.eu serves nothing above relay.v1. mail.us serves mail.v2, which imports relay.v2, but relay.us serves nothing above relay.v1.
      missing: Deployment/relay.eu: spec.currentVersionRef relay.v2 or higher
      missing: Deployment/relay.us: spec.currentVersionRef relay.v2 or higher
    ServiceImport/mail.v2.relay refused: I7_IMPORT_CYCLE spec.targetServiceRef: The services would import each other in a circle: mail → relay → mail.
      missing: ServiceImport of relay by mail.v2: absent
    nothing was changed: 3 refusals
    no steps lead there, of which each is accepted by itself
    ",
      "stdout": "",
    }
  `);
  expect(await run('registry open nowhere')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("region 'nowhere'"),
  });
  expect(await run('registry primary relay')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('SERVICE REGION'),
  });
  expect(await run('registry move relay')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('import, publish'),
  });
});

test('a deletion says what may be a mistake in it', async () => {
  expect(await run('delete deployment/audit.eu --validate-only')).toEqual({
    code: 0,
    stdout:
      'deployment/audit.eu would be deleted\n  warning: U2_USED_SERVICE_ABSENT: relay uses audit, which has no enabled deployment in eu.\n',
    stderr: '',
  });
});
