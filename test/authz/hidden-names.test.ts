import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defectsIn, noLimits, startApp, type TestApp } from '../kit/app.ts';
import { overEvents } from '../kit/streams.ts';
import { undeclaredNames } from '../kit/undeclared-names.ts';
import { everyField, everythingOf } from './every-field.ts';
import { bind, catalog, type Generated, generate, permissionOf, type Thing, type World } from './random-world.ts';
import { applyAll, doc, SYSTEM, userOf } from './world.ts';

/*
 * No answer, whatever its field, holds the name of an object that its caller may not get. All names of a random world are
 * made so that nobody could guess them; each answer, as the text it is, is searched for those of hidden objects.
 */

const SEED = Number((process.env.AUTHZ_SEEDS ?? '1').split(',')[0]);
/**
 * Who asks: one who may write everything and sees ports but no cables, racks but nothing in them; one who reads the log of
 * an organization and a facility; one who sees what lives in an organization that they do not see; one like any other.
 */
const WRITER = 'u7';
/** Publishes configurations, and asks nothing. */
const PUBLISHER = 'u8';
const AUDITOR = 'u2';
const KEEPER = 'u6';
const ANYBODY = 'u3';
const readers = [AUDITOR, KEEPER, ANYBODY];

const token =
  /\b(?:o|f|p|reg|prov|site|rack|cl|node|sw|port|cable|link|circ|vm|svc|type|meter|import|plan|conf|u|g|r|b)\d+\b/g;
const secretOf = (name: string): string => `${name}q${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
const disguised = (text: string): string => text.replace(token, secretOf);
const tokensIn = (text: string): string[] => text.match(token) ?? [];

/** Kinds whose objects nothing refers to and whose names, in the world's making, are put together of others'. */
const composed = new Set([
  'OrganizationMembership',
  'GroupMembership',
  'GroupNesting',
  'ServiceEntitlement',
  'ServiceConsumer',
]);
const isComposed = ({ kind, name }: Thing): boolean => composed.has(kind) || name.startsWith('b-');

let app: TestApp;
let generated: Generated;
const names = new Map<Thing, string>();
const nameOf = (thing: Thing): string => names.get(thing) ?? disguised(thing.name);

beforeAll(async () => {
  app = await startApp({ operations: noLimits });
  generated = generate(SEED);
  const { world } = generated;
  const all = catalog.kinds.flatMap(({ kind, groups, plural }) =>
    ['create', 'update', 'patch', 'delete'].flatMap((verb) =>
      kind === 'Role' ? [] : [`${groups[0]}/${plural}.${verb}`],
    ),
  );
  const role = (name: string, includedPermissions: readonly string[]): unknown =>
    world.add('Role', name, { launchStage: 'Stable', includedPermissions }, SYSTEM);
  const reading = (...kinds: readonly string[]): string[] =>
    kinds.flatMap((kind) => ['get', 'list', 'watch'].map((verb) => permissionOf(kind, verb)));
  for (const name of [WRITER, KEEPER, PUBLISHER]) world.add('User', name, { email: `${name}@example.com` });
  role('r91', all);
  role('r92', ['catalog.miloapis.com/auditrecords.list']);
  role('r93', reading('Port', 'Rack', 'Site', 'VirtualMachine', 'Service', 'Project', 'Circuit', 'Cluster'));
  role('r89', reading('Provider'));
  role(
    'r94',
    reading('Group', 'GroupMembership', 'GroupNesting', 'PolicyBinding', 'OrganizationMembership', 'ServiceConsumer'),
  );
  bind(world, 'b91', 'Platform/root', 'r91', [userOf(WRITER), userOf(PUBLISHER)]);
  bind(world, 'b92', 'Organization/o1', 'r92', [userOf(AUDITOR)]);
  bind(world, 'b93', 'Site/site1', 'r92', [userOf(AUDITOR)]);
  bind(world, 'b94', 'Platform/root', 'r93', [userOf(WRITER), userOf(PUBLISHER)]);
  bind(world, 'b89', 'Provider/prov1', 'r89', [userOf(WRITER)]);
  for (const [index, { name }] of world.of('Organization').entries()) {
    bind(world, `b${95 + index}`, `Organization/${name}`, 'r94', [userOf(KEEPER)]);
  }
  addTexts(world);
  const texts = [...world.things.values()]
    .filter((thing) => !isGiven(thing) && thing.kind !== 'ServiceConfiguration')
    .map((thing, index) => {
      const { kind, name, spec, ...place } = thing;
      if (isComposed(thing)) names.set(thing, `own${index}`);
      return disguised(doc(kind, names.get(thing) ?? name, spec, place));
    });
  await applyAll(app, texts.join(''));
  // Whoever publishes is named, too.
  const published = world.of('ServiceConfiguration').map(({ kind, name, spec }) => disguised(doc(kind, name, spec)));
  const input = { manifests: [{ content: published.join('') }] };
  const { data } = await app
    .as(disguised(PUBLISHER))
    .execute('mutation ($input: ApplyInput!) { apply(input: $input) { userErrors { message } } }', { input });
  expect(data.apply.userErrors).toEqual([]);
  // Something of each is in the past only.
  const changed = world
    .of('Site', 'Region')
    .map(({ kind, name, spec }) => disguised(doc(kind, name, { ...spec, displayName: 'Then' })));
  await applyAll(app, changed.join(''));
}, 60_000);
afterAll(() => app.close());

/** What names others in mere texts: properties of a type in a version that is a draft, publications of a configuration. */
function addTexts(world: World): void {
  for (const [n, service] of world.of('Service').entries()) {
    const { name } = service;
    const serviceRef = { name };
    const draft = `v90000${n}`;
    world.add('ServiceVersion', `${name}.${draft}`, { serviceRef, version: draft, phase: 'Draft' });
    world.add('ApiResource', `plan${n}`, {
      serviceRef,
      singularName: 'Offer',
      pluralName: 'Offers',
      versionRefs: [{ name: `${name}.v1` }, { name: `${name}.${draft}` }],
      perVersion: [
        { version: draft, verbs: ['get'] },
        { version: 'v1', verbs: ['list'] },
      ],
    });
    world.add('ServiceConfiguration', `conf${n}`, { serviceRef, phase: 'Published' });
  }
}

const isGiven = (thing: Thing): boolean => generated.world.isGiven(thing);

/** The texts of an object that are its own, and no names of others. */
function ownTexts({ kind, spec }: Thing): string[] {
  const { leaves, namesAny } = catalog.get(kind);
  return leaves.flatMap(({ path, field }): string[] => {
    if (field.type === 'ref' || field.type === 'refs' || path === 'perVersion') return [];
    if (namesAny !== undefined && path.startsWith(namesAny.path)) return [];
    const value = path
      .split('.')
      .reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], spec);
    return value === undefined ? [] : [JSON.stringify(value)];
  });
}

/** Names that a caller may not find anywhere. */
function secretsOf(world: World, user: string): string[] {
  const held = world.held(user);
  const things = [...world.things.values()];
  const sees = (thing: Thing): boolean => ['get', 'list', 'watch'].some((verb) => world.may(user, verb, thing, held));
  const seen = things.filter(sees);
  const logged =
    user === AUDITOR
      ? things.filter((thing) => ['Organization/o1', 'Site/site1'].some((scope) => world.above(thing).has(scope)))
      : [];
  const known = new Set([
    ...tokensIn(user),
    // The log says who asked.
    ...(user === AUDITOR ? [WRITER, PUBLISHER].flatMap(tokensIn) : []),
    ...[...seen, ...logged].flatMap((thing) =>
      [nameOf(thing) === disguised(thing.name) ? thing.name : '', ...ownTexts(thing)].flatMap(tokensIn),
    ),
    // Whoever may read a membership knows the member and the roles.
    ...[...seen, ...logged]
      .filter(({ kind }) => kind === 'OrganizationMembership')
      .flatMap(({ spec }) => tokensIn(JSON.stringify([spec.userRef, spec.roles]))),
    // Whoever may read the record of a consumer knows its project and organization, and the service.
    ...[...seen, ...logged]
      .filter(({ kind }) => kind === 'ServiceConsumer')
      .flatMap((record) => [
        ...world.at(record, 'consumerProjectRef').flatMap(({ name, spec }) => [name, spec.ownerRef.name]),
      ]),
  ]);
  const hiddenVersions = things
    .filter((thing) => thing.kind === 'ServiceVersion' && ![...seen, ...logged].includes(thing))
    .map(({ spec }) => String(spec.version));
  return [
    ...things
      .map(({ name }) => name)
      .filter((name) => tokensIn(name)[0] === name && !known.has(name))
      .map(secretOf),
    ...hiddenVersions.filter((version) => version.startsWith('v9')),
  ];
}

const searched = { answers: 0, secrets: 0, bytes: 0 };
function search(secrets: readonly string[], answer: unknown, what: string): void {
  const text = JSON.stringify(answer);
  searched.answers += 1;
  searched.secrets += secrets.length;
  searched.bytes += text.length;
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) expect.fail(`${what}\n${secret} is in the answer: …${text.slice(Math.max(0, at - 300), at + 100)}…`);
  }
}

async function ask(user: string, document: string, variables: object = {}): Promise<unknown> {
  const what = document.slice(0, 300);
  for (let tries = 1; ; tries++) {
    const answer = await app.as(disguised(user)).execute(document, variables as Readonly<Record<string, unknown>>);
    const errors = answer.errors ?? [];
    // A busy machine may not answer a large question about rights in time; it is asked again.
    if (tries < 5 && errors.some(({ extensions }) => extensions.code === 'UNAVAILABLE')) continue;
    expect(defectsIn(app), what).toEqual([]);
    expect(errors, what).toEqual([]);
    return answer;
  }
}

test.each(readers)(
  'nothing that %s reads names what is hidden from them',
  async (user) => {
    const { world } = generated;
    const secrets = secretsOf(world, user);
    expect(secrets.length).toBeGreaterThan(10);
    for (const kind of catalog.kinds)
      for (const document of everythingOf(kind))
        search(secrets, await ask(user, document), `${user}: ${kind.listField}`);
    const now = new Date().toISOString();
    const feed = `changes(first: 1000) { events { ${everyField('ChangeEvent', 0)} } }`;
    const queries = [
      `{ ${feed} }`,
      `{ catalogDifference(from: { position: 0 }, first: 1000) { nodes { ${everyField('ObjectDifference', 0)} } } }`,
      `{ auditRecords(first: 1000, where: { reads: INCLUDED }) { nodes { ${everyField('AuditRecord', 0)} } } }`,
      `{ objects(first: 1000) { nodes { __typename kind name namespace labels { key value } manifest } } me { ${everyField('Me', 1)} } }`,
      `{ catalogAsOf(at: { time: "${now}" }) { ${catalog.kinds.map(({ kind, type }) => `${kind}: objects(kind: "${kind}", first: 200) { nodes { ${everyField('ObjectState', 0, [type])} } }`).join(' ')} } }`,
    ];
    for (const query of queries) search(secrets, await ask(user, query), `${user}: ${query.slice(0, 200)}`);
    const authorization = `Bearer ${await app.token(disguised(user))}`;
    const stream = overEvents(
      app.url,
      `subscription { changes { ${everyField('ChangeEvent', 0)} } }`,
      {},
      { authorization },
    );
    for (let isComplete = false; !isComplete; ) {
      const { value } = await stream.next();
      search(secrets, value, `${user}: subscription`);
      isComplete = value.data.changes.initialComplete === true;
    }
    await stream.return(undefined);
  },
  60_000,
);

const VIOLATIONS = 'userErrors { code message subject field inputPath value accepted }';
const RESULTS = `results { kind name namespace changes { path before after } warnings { code message } object { manifest } ${VIOLATIONS} } ${VIOLATIONS}`;

test('nothing that a refused write says names what is hidden from its author', async () => {
  const { world } = generated;
  const secrets = secretsOf(world, WRITER);
  const held = world.held(WRITER);
  const sees = (thing: Thing): boolean => world.may(WRITER, 'get', thing, held);
  const things = [...world.things.values()].filter((thing) => !isGiven(thing));
  const seen = things.filter(sees);
  const objects = seen.map((thing) => ({
    kind: thing.kind,
    name: nameOf(thing),
    ...(thing.namespace === 'milo-system' && { namespace: thing.namespace }),
  }));
  const refused = { rules: new Set<string>() };
  const tryIt = async (field: string, type: string, result: string, input: object): Promise<void> => {
    const answer = (await ask(WRITER, `mutation ($input: ${type}!) { ${field}(input: $input) { ${result} } }`, {
      input,
    })) as {
      data: Record<string, { userErrors: { code: string }[] }>;
    };
    const said = JSON.stringify(input);
    search(
      secrets.filter((secret) => !said.includes(secret)),
      answer,
      `${field} ${said.slice(0, 400)}`,
    );
    for (const { code } of answer.data[field]?.userErrors ?? []) refused.rules.add(code);
  };
  // Each alone, with all that it owns; and all of them at once, with one that is missing, which leaves records.
  for (const one of objects) {
    await tryIt('delete', 'DeleteInput', VIOLATIONS, { objects: [one], validateOnly: true, cascade: true });
  }
  await tryIt('delete', 'DeleteInput', VIOLATIONS, {
    objects: [...objects.slice(0, 24), { kind: 'Rack', name: 'missing' }],
  });
  // What may be seen, as it was exported, without what was left out: required fields are missing, frozen ones change.
  const { data } = (await ask(
    WRITER,
    '{ objects(first: 1000) { nodes { kind name manifest(format: JSON, bare: true) } } }',
  )) as {
    data: { objects: { nodes: { manifest: string }[] } };
  };
  const exported = data.objects.nodes.map(({ manifest }) => JSON.parse(manifest));
  for (const manifest of exported) {
    const { annotations: _, ...metadata } = manifest.metadata;
    const content = JSON.stringify({ ...manifest, metadata });
    await tryIt('apply', 'ApplyInput', RESULTS, { manifests: [{ content }], validateOnly: true });
  }
  const broken = exported.map((manifest) =>
    JSON.stringify({ ...manifest, metadata: { ...manifest.metadata, annotations: {} }, spec: {} }),
  );
  await tryIt('apply', 'ApplyInput', RESULTS, { manifests: [{ content: broken.join('\n---\n') }] });
  // The same again under another name: ports, units, keys and places are taken, by what may be hidden.
  for (const [index, { kind, spec, ...place }] of things.entries()) {
    const content = disguised(doc(kind, `another${index}`, spec, { ...place }));
    await tryIt('apply', 'ApplyInput', RESULTS, { manifests: [{ content }], validateOnly: true });
  }
  // Each with references to something else: what may not be changed is told, unless it is hidden.
  for (const thing of seen) {
    const content = movedElsewhere(thing, seen);
    await tryIt('apply', 'ApplyInput', RESULTS, { manifests: [{ content }], validateOnly: true });
  }
  const expected = ['REFERENCED', 'IMMUTABLE', 'REFERENCE_NOT_FOUND', 'PORT_TAKEN', 'UNITS_TAKEN'];
  expect(expected.filter((rule) => !refused.rules.has(rule))).toEqual([]);
  await searchLog();
}, 60_000);

/** Whoever may read the log, or did something themselves. */
async function searchLog(typed: ReadonlySet<string> = new Set()): Promise<void> {
  for (const user of [WRITER, ...readers]) {
    const own = secretsOf(generated.world, user).filter((secret) => !typed.has(secret));
    const log = `{ auditRecords(first: 1000) { nodes { ${everyField('AuditRecord', 0)} } } }`;
    search(own, await ask(user, log), `${user}: the log of refusals`);
  }
}

/** A manifest of the object that refers to others than it does. */
function movedElsewhere(thing: Thing, among: readonly Thing[]): string {
  const { kind, spec, ...place } = thing;
  const elsewhere = JSON.stringify(spec).replace(token, (name) => {
    const alike = among.filter((one) => one.name.replace(/\d+$/, '') === name.replace(/\d+$/, ''));
    return (alike.find((one) => one.name === name) ?? alike[0])?.name ?? name;
  });
  return disguised(doc(kind, nameOf(thing), JSON.parse(elsewhere), place));
}

test('nothing that the log says of a refusal names what is hidden from its reader, whatever its author could see', async () => {
  const { world } = generated;
  const things = [...world.things.values()].filter((thing) => !isGiven(thing));
  const refused = new Set<string>();
  // What was written by mistake is no object's, whatever it is put together of.
  const typed = new Set<string>();
  const tryIt = async (field: string, type: string, input: object): Promise<void> => {
    const document = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code message } } }`;
    const trial = await app.execute(document, { input: { ...input, validateOnly: true } });
    if (trial.data[field].userErrors.length === 0) return;
    const { data } = await app.execute(document, { input });
    for (const { code, message } of data[field].userErrors) {
      refused.add(code);
      const [, written = ''] = /^there is no \w+ ([^;]*)/.exec(message) ?? [];
      for (const name of written.match(/\w+q[0-9a-f]{8}\b/g) ?? []) typed.add(name);
    }
  };
  for (const thing of things) {
    const { kind, spec, ...place } = thing;
    const named = new Set(tokensIn(JSON.stringify(spec)));
    const others = things.filter(({ name }) => !named.has(name));
    const content = movedElsewhere(thing, others);
    await tryIt('apply', 'ApplyInput', { manifests: [{ content }] });
    const { namespace } = place;
    // Almost called so.
    const mistyped = JSON.stringify(spec).replace(token, (name) => `${secretOf(name).slice(0, -1)}x`);
    await tryIt('apply', 'ApplyInput', {
      manifests: [{ content: doc(kind, nameOf(thing), JSON.parse(mistyped), place) }],
    });
    const one = { kind, name: nameOf(thing), ...(namespace === 'milo-system' && { namespace }) };
    await tryIt('delete', 'DeleteInput', { objects: [one], cascade: true });
    await tryIt('delete', 'DeleteInput', { objects: [one] });
  }
  expect([...refused]).toEqual(
    expect.arrayContaining(['REFERENCED', 'IMMUTABLE', 'REFERENCE_NOT_FOUND', 'IN_FORCE', 'RECORD_OF_ENTITLEMENT']),
  );
  // Members, and the projects of consumers, are known to whoever may read the record of them.
  const shown = / in (userRef|consumerProjectRef) cannot be changed/;
  expect((await undeclaredNames(app)).filter((text) => !shown.test(text))).toEqual([]);
  await searchLog(typed);
}, 120_000);

test('what was searched was worth it', () => {
  expect(searched.answers).toBeGreaterThan(catalog.kinds.length * readers.length);
  expect(searched.bytes).toBeGreaterThan(1_000_000);
  const drafts = generated.world.of('ServiceVersion').filter(({ spec }) => String(spec.version).startsWith('v9'));
  expect(drafts.length).toBeGreaterThan(2);
});
