import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import {
  type FieldNode,
  type GraphQLField,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { afterEach, expect, test } from 'vitest';
import { bySystem } from '../../src/catalog/author.ts';
import { readConstraintRules } from '../../src/catalog/write/constraints.ts';
import { defectsIn, noLimits, startApp, type TestApp } from '../kit/app.ts';
import { makeInput } from '../mutations/random-input.ts';
import { generateOperation } from '../read/generate-operation.ts';
import { schema } from '../schema/catalog-schema.ts';
import { everythingOf } from './every-field.ts';
import { IN_THE_WAY } from './in-the-way.ts';
import { bind, catalog, generate, permissionOf, random, type Thing, type World } from './random-world.ts';
import { hiddenFrom, seenBy } from './without-hidden.ts';
import { applyAll, doc, SYSTEM, userOf } from './world.ts';

/*
 * Whether what a caller may not see is there or not: every answer is the same. A random world is asked whatever there is
 * to ask and to try, then what is hidden from the caller is deleted, and the same is asked again.
 * Other worlds, and all that can be tried on them: AUTHZ_SEEDS=7,8 AUTHZ_SHARE=1 npx vitest run test/authz/alike
 */
const SEEDS = (process.env.AUTHZ_SEEDS ?? '1').split(',').map(Number);

/** So many of the trials are taken: which, the seed decides. */
const SHARE = Number(process.env.AUTHZ_SHARE ?? 0.12);

/** May write everything, and reads some kinds only. */
const WRITER = 'u7';
const WRITER_READS = ['Port', 'Rack', 'Site', 'VirtualMachine', 'Service', 'Project', 'Circuit', 'Cluster'];
/** What of a world is theirs the seed decides. */
const ANYBODY = 'u3';

/** Codes whose message says how many are in the way. */
const COUNTED = /^REFERENCED$|_IN_USE$/;

let app: TestApp;
afterEach(() => app?.close());

function worldOf(seed: number): World {
  const { world } = generate(seed);
  world.add('User', WRITER, { email: `${WRITER}@example.com` });
  const writing = catalog.kinds.flatMap(({ kind, groups, plural }) =>
    kind === 'Role' ? [] : ['create', 'update', 'patch', 'delete'].map((verb) => `${groups[0]}/${plural}.${verb}`),
  );
  const reading = WRITER_READS.flatMap((kind) => ['get', 'list', 'watch'].map((verb) => permissionOf(kind, verb)));
  world.add('Role', 'r91', { launchStage: 'Stable', includedPermissions: [...writing, ...reading] }, SYSTEM);
  bind(world, 'b91', 'Platform/root', 'r91', [userOf(WRITER)]);
  return world;
}

/** Deletes what there is no rule against deleting, and tells what has gone. */
async function takeAway(world: World, things: readonly Thing[]): Promise<Thing[]> {
  for (let left = [...things]; ; ) {
    const manifests = [{ source: 'gone', content: left.map((one) => world.manifest(one)).join('') }];
    const removal = { objects: [], manifests };
    const { violations } = await app.pipeline.remove(removal, {
      by: bySystem,
      validateOnly: false,
      allowMissing: false,
    });
    if (violations.length === 0) return left;
    const kept = new Set(violations.map(({ subject }) => subject));
    const fewer = left.filter(({ kind, name }) => !kept.has(`${kind}/${name}`));
    expect(fewer.length, JSON.stringify(violations)).toBeLessThan(left.length);
    left = fewer;
  }
}

/** As the system, for which OpenFGA is not asked: a busy machine may not answer so large a question in time. */
async function putBack(world: World, things: readonly Thing[]): Promise<void> {
  const files = [{ source: 'back', content: things.map((one) => world.manifest(one)).join('') }];
  const { violations } = await app.pipeline.apply(files, { by: bySystem, validateOnly: false });
  expect(violations).toEqual([]);
}

/** A document with its input, or what is read at a path of its own. */
type Asked =
  | { readonly query: string; readonly input?: object; readonly path?: undefined }
  | { readonly path: string; readonly query?: undefined; readonly input?: undefined };

/** All changes are counted, whoever may see them: how many there have been stands in cursors of the feed. */
const withoutPositions = (text: string): string =>
  text.replace(/"([\w-]{60,})"/g, (whole, cursor: string) => {
    const payload = Buffer.from(cursor, 'base64url').subarray(12).toString();
    const [, before, after] = /^(\["[^"]*","[0-9a-f-]{36}","[^"]*",)"\d+"(.*)$/.exec(payload) ?? [];
    return before === undefined ? whole : `"${before}${after}"`;
  });

async function ask(user: string, asked: Asked): Promise<string> {
  const { query, input, path } = asked;
  const authorization = `Bearer ${await app.token(user)}`;
  const response = await (path === undefined
    ? fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query, variables: { input } }),
      })
    : fetch(`${app.url}${path}`, { headers: { authorization } }));
  const own = (await response.text()).replace(/"requestId":"[^"]*"/g, '').replace(REACHABLE, '');
  const text = withoutPositions(own);
  // A busy machine may not answer a large question about rights in time; it is asked again.
  return text.includes('"code":"UNAVAILABLE"') ? ask(user, asked) : `${response.status} ${text}`;
}

/** The condition that says whether a way leads out from what one sees, over whatever it leads (docs/registry.md). */
const REACHABLE = /\{[^{}]*"type":"PhysicallyReachable"[^{}]*\}/g;

const placeholder = (field: FieldNode): FieldNode => ({
  kind: Kind.FIELD,
  ...(field.alias && { alias: field.alias }),
  name: { kind: Kind.NAME, value: '__typename' },
});

/** Conditions of which one cannot say which is REACHABLE. */
const isOfReach = ({ name, selectionSet }: FieldNode): boolean =>
  name.value === 'conditions' &&
  selectionSet?.selections.some((one) => one.kind === Kind.FIELD && one.name.value === 'type' && !one.alias) === false;

/**
 * The document without what tells of what is hidden on purpose: that all changes are counted (`position`), and that a way
 * through the plant leads over something, to whom, and how much breaks with what is lost (docs/plant.md). When an answer was made differs by
 * itself, and so does the number of tuples that OpenFGA has, which is for those who operate the service.
 */
function withoutWhatIsTold(query: string): string {
  const types = new TypeInfo(schema);
  const document = visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field: (field) => {
        const type = types.getType();
        const isOfPlant =
          type !== undefined &&
          type !== null &&
          /^Trace|^(Impact|ImpactOverlap|Dependencies|Neighbourhood)$/.test(getNamedType(type).name);
        return isOfPlant ||
          isOfReach(field) ||
          ['connectedTo', 'position', 'generatedAt', 'authorizationStatus'].includes(field.name.value)
          ? placeholder(field)
          : undefined;
      },
    }),
  );
  return print(document);
}

/** What there is to read: every list with all that is in it, and something of every field of Query. */
async function reads(world: World, seen: ReadonlySet<Thing>, seed: number): Promise<Asked[]> {
  const { data } = await app.execute('{ objects(first: 1000) { nodes { id } } }');
  const names = [...world.things.values(), ...seen, ...seen].flatMap(({ kind, name, spec }) =>
    kind === 'Service' ? [name, spec.serviceName] : [name],
  );
  const values = {
    texts: names,
    ids: data.objects.nodes.map(({ id }: { id: string }) => id),
    kinds: catalog.kinds.map(({ kind }) => kind),
  };
  const next = random(seed);
  const roots: GraphQLField<unknown, unknown>[] = Object.values(schema.getQueryType()?.getFields() ?? {});
  const queries = [
    ...catalog.kinds.flatMap(everythingOf),
    ...roots.map((root) => generateOperation(schema, root, values, next).query),
  ];
  // Pictures of traces tell, as traces do, that a way leads over something.
  const pictures = world.of('Rack').map(({ name }) => `/racks/${name}/elevation.svg`);
  return [
    ...queries.map((query) => ({ query: withoutWhatIsTold(query) })),
    ...['/discovery', ...pictures].map((path) => ({ path })),
  ];
}

const VIOLATIONS = 'userErrors { code message subject field inputPath value accepted }';
const RESULTS = `results { kind name namespace changes { path before after } warnings { code message } ${VIOLATIONS} } ${VIOLATIONS}`;
const tried = (field: string, type: string, selection: string, input: object): Asked => ({
  query: `mutation ($input: ${type}) { ${field}(input: $input) { ${selection} } }`,
  input: { ...input, validateOnly: true },
});
const applied = (content: string): Asked => tried('apply', 'ApplyInput!', RESULTS, { manifests: [{ content }] });

/** What there is to try, and nothing is kept of: deletions, the same objects again and under other names, any mutation. */
function trials(world: World, seen: ReadonlySet<Thing>, seed: number): Asked[] {
  const things = [...world.things.values()].filter((thing) => !world.isGiven(thing));
  const deletions = things.flatMap(({ kind, name, namespace }) =>
    [true, false].map((cascade) => {
      const objects = [{ kind, name, ...(namespace !== undefined && { namespace }) }];
      return tried('delete', 'DeleteInput!', VIOLATIONS, { objects, cascade });
    }),
  );
  const next = random(seed);
  const seenByKind = Object.groupBy(seen, ({ kind }) => kind);
  /** With references to others of the kind that the caller sees. */
  const elsewhere = (spec: object): object => {
    const text = JSON.stringify(spec).replace(/"name":"([^"]+)"/g, (whole, name: string) => {
      const kind = things.find((one) => one.name === name)?.kind ?? '';
      const others = seenByKind[kind] ?? [];
      const other = others[Math.floor(next() * others.length)];
      return other === undefined ? whole : `"name":"${other.name}"`;
    });
    return JSON.parse(text) as object;
  };
  const again = things.flatMap(({ kind, name, spec, ...place }, index) => [
    applied(doc(kind, name, spec, place)),
    applied(doc(kind, `another${index}`, spec, place)),
    applied(doc(kind, `another${index}`, elsewhere(spec), place)),
    applied(doc(kind, name, elsewhere(spec), place)),
  ]);
  const names = [...seen, ...things].map(({ name }) => name);
  const value = makeInput(seed, { ids: names, names, odd: ['nothing'] });
  const mutation = schema.getMutationType();
  const fields = isObjectType(mutation) ? Object.values(mutation.getFields()) : [];
  const any = fields.flatMap(({ name, args: [argument] }) => {
    const fits = argument !== undefined && name !== 'reportFeedProgress';
    return fits ? [tried(name, argument.type.toString(), VIOLATIONS, value(argument.type, 0) as object)] : [];
  });
  return [...deletions, ...again, ...any].filter(() => next() < SHARE);
}

/** How often each code is in an answer. */
function codesIn(answer: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, code = ''] of answer.matchAll(/"code":"(\w+)"/g)) found.set(code, (found.get(code) ?? 0) + 1);
  return found;
}

/**
 * Whether something was in the way and no longer is, and nothing else has gone: what is looked at only then may
 * come on top. Whoever may not do it at all is not told what is in the way.
 */
function isExplained(was: string, is: string): boolean {
  const [before, after] = [codesIn(was), codesIn(is)];
  if (before.has('FORBIDDEN')) return false;
  const fewer = [...before].filter(([code, count]) => (after.get(code) ?? 0) < count).map(([code]) => code);
  const more = [...after].filter(([code, count]) => (before.get(code) ?? 0) < count);
  // Their numbers differ.
  const isCounted = fewer.length + more.length === 0 && [...before.keys()].some((code) => COUNTED.test(code));
  return isCounted || (fewer.length > 0 && fewer.every((code) => IN_THE_WAY.test(code)));
}

test('whatever there can be one of only is refused with a code of which docs/changing.md says what it tells', async () => {
  const folder = new URL('../../prisma/constraints/', import.meta.url);
  const files = (await readdir(folder)).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const unique = /unique index (\w+)|constraint (\w+)\s+(?:unique|exclude)/gi;
  const names = files.flatMap((text) =>
    [...text.matchAll(unique)].map(([, index, constraint]) => index ?? constraint ?? ''),
  );
  expect(names.length).toBeGreaterThan(30);
  const rules = await readConstraintRules(folder);
  const codes = new Set(names.flatMap((name) => rules.get(name)?.rule ?? []));
  expect([...codes].filter((code) => !IN_THE_WAY.test(code))).toEqual([]);
});

test.each(SEEDS)(
  'world %i: what is hidden makes no difference to those it is hidden from, unless it is in the way of a write',
  async (seed) => {
    app = await startApp({ operations: noLimits });
    const world = worldOf(seed);
    await applyAll(app, world.manifests());
    const told = new Set<string>();
    for (const user of [ANYBODY, WRITER]) {
      const seen = seenBy(world, user);
      const hidden = hiddenFrom(world, user);
      const asked = [...(await reads(world, seen, seed)), ...(user === WRITER ? trials(world, seen, seed) : [])];
      const answers: string[] = [];
      for (const one of asked) answers.push(await ask(user, one));
      const gone = await takeAway(world, hidden);
      expect(gone.length, user).toBeGreaterThan(20);
      for (const [index, one] of asked.entries()) {
        const was = answers[index] ?? '';
        const is = await ask(user, one);
        if (is === was) continue;
        const isTold = one.input !== undefined && isExplained(was, is);
        const at = [...was].findIndex((letter, place) => letter !== is[place]);
        const around = (text: string): string => text.slice(Math.max(0, at - 400), at + 400);
        if (!isTold)
          expect(around(is), `${user}: ${one.path ?? one.query.slice(0, 400)} ${JSON.stringify(one.input)}`).toBe(
            around(was),
          );
        for (const code of codesIn(was).keys()) if (IN_THE_WAY.test(code)) told.add(code);
      }
      expect(defectsIn(app)).toEqual([]);
      await putBack(world, gone);
    }
    expect([...told]).toEqual(expect.arrayContaining(['NAME_TAKEN', 'REFERENCED']));
  },
  600_000,
);
