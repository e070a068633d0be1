import { afterAll, afterEach, expect, test } from 'vitest';
import type { KindModel } from '../../src/catalog/model.ts';
import { noLimits, startApp, type TestApp } from '../kit/app.ts';
import { type Edge, edgesOf, followEdge, type Sees } from './graph.ts';
import { catalog, generate, random, type Thing, type World } from './random-world.ts';
import { applyAll } from './world.ts';

const SEEDS = (process.env.AUTHZ_SEEDS ?? '1,2').split(',').map(Number);
/** How often each kind of one world is walked from: the first time along every edge. */
const ROUNDS = Number(process.env.AUTHZ_ROUNDS ?? 2);

let app: TestApp;
afterEach(() => app.close());

/** What is asked below an object: some of its edges, each with what is asked below its end. */
interface Branch {
  readonly edge: Edge;
  readonly key: string;
  /** The kind that is asked on; of an abstract edge one of several. */
  readonly kind: KindModel;
  readonly below: readonly Branch[];
}

/** Numbers and labels that would tell of something hidden. */
const values: Readonly<Record<string, Readonly<Record<string, (world: World, thing: Thing, sees: Sees) => unknown>>>> =
  {
    Rack: {
      usedUnits: (world, rack, sees) =>
        new Set(
          world
            .of('Node', 'NetworkDevice', 'Equipment')
            .filter((one) => sees(one) && world.at(one, 'placement.rackRef').includes(rack))
            .map(({ spec }) => Math.floor(spec.placement.startUnit)),
        ).size,
      'labelValue(key: "topology.inventory.miloapis.com/region")': (world, rack, sees) => {
        const site = world.at(rack, 'siteRef').find(sees);
        return (site && world.at(site, 'regionRef').find(sees)?.name) ?? null;
      },
    },
    Node: {
      allocatedVcpus: (world, node, sees) =>
        world
          .of('VirtualMachine')
          .filter((one) => sees(one) && world.at(one, 'hostRef').includes(node))
          .reduce((sum, { spec }) => sum + Number(spec.allocation.vcpus), 0),
      'labelValue(key: "topology.inventory.miloapis.com/site")': (world, node, sees) =>
        world.at(node, 'siteRef').find(sees)?.name ?? null,
    },
    Port: {
      isConnected: (world, port, sees) =>
        world.of('Cable').some((one) => sees(one) && world.at(one, 'endpoints').includes(port)) ||
        world
          .of('Circuit')
          .some((one) => sees(one) && [...world.at(one, 'aEnd'), ...world.at(one, 'zEnd')].includes(port)),
    },
  };

function selection(kind: KindModel, branches: readonly Branch[]): string {
  const own = Object.keys(values[kind.kind] ?? {}).map((field, index) => `v${index}: ${field}`);
  return ['name', ...own, ...branches.map(branchText)].join(' ');
}

function branchText({ edge, key, kind, below }: Branch): string {
  const inner = edge.isAbstract
    ? `kind name ... on ${kind.type} { ${selection(kind, below)} }`
    : selection(kind, below);
  const body = edge.gives === 'many' ? `totalCount nodes { ${inner} }` : inner;
  const [last = '', ...groups] = [...edge.path].reverse();
  const text = groups.length === 0 ? `${key}: ${last}(ARGS) { ${body} }` : `${key}: ${last}(ARGS) { ${body} }`;
  const called = edge.gives === 'many' ? text.replace('(ARGS)', '(first: 200)') : text.replace('(ARGS)', '');
  return groups.reduce((inside, group) => `${key}_${group}: ${group} { ${inside} }`, called);
}

type Json = Record<string, unknown>;
const byName = (a: Json, b: Json): number => (String(a.name) < String(b.name) ? -1 : 1);

/** The answer as the manifests allow it. */
class Reference {
  readonly world: World;
  readonly user: string;
  readonly #held: ReturnType<World['held']>;
  readonly #known = new Map<string, boolean>();

  constructor(world: World, user: string) {
    this.world = world;
    this.user = user;
    this.#held = world.held(user);
  }

  may(verb: string, thing: Thing): boolean {
    const key = `${verb} ${thing.kind}/${thing.name}`;
    const known = this.#known.get(key) ?? this.world.may(this.user, verb, thing, this.#held);
    this.#known.set(key, known);
    return known;
  }

  readonly sees: Sees = (thing) => this.may('get', thing);

  object(thing: Thing, kind: KindModel, branches: readonly Branch[]): Json {
    const own = Object.values(values[kind.kind] ?? {}).map((value, index) => [
      `v${index}`,
      value(this.world, thing, this.sees),
    ]);
    return {
      name: thing.name,
      ...Object.fromEntries(own),
      ...Object.fromEntries(branches.map((branch) => [branch.key, this.branch(thing, branch)])),
    };
  }

  branch(thing: Thing, { edge, kind, below }: Branch): unknown {
    const found = followEdge(this.world, thing, edge, this.sees);
    const shown = (one: Thing): Json => {
      if (!edge.isAbstract) return this.object(one, kind, below);
      const head = { kind: one.kind, name: one.name };
      return one.kind === kind.kind ? { ...head, ...this.object(one, kind, below) } : head;
    };
    if (edge.gives === 'one') {
      const [one] = found.filter((other) => this.may('get', other));
      return one === undefined ? null : shown(one);
    }
    const nodes = found.filter((one) => this.may('list', one)).map(shown);
    return { totalCount: nodes.length, nodes: nodes.sort(byName) };
  }

  list(kind: KindModel, branches: readonly Branch[]): Json {
    const nodes = this.world
      .of(kind.kind)
      .filter((one) => this.may('list', one))
      .map((one) => this.object(one, kind, branches));
    return { totalCount: nodes.length, nodes: nodes.sort(byName) };
  }
}

/** Answers as the reference writes them: groups opened, lists by name. */
function opened(answer: unknown): unknown {
  if (Array.isArray(answer)) return (answer.map(opened) as Json[]).sort(byName);
  if (typeof answer !== 'object' || answer === null) return answer;
  const entries = Object.entries(answer).flatMap(([key, value]): [string, unknown][] => {
    const group = /^(b\d+)_/.exec(key)?.[1];
    if (group === undefined) return [[key, opened(value)]];
    // A group that is absent holds nothing.
    return value === null ? [[group, null]] : Object.entries(opened(value) as Json);
  });
  return Object.fromEntries(entries);
}

const walked = { queries: 0, objects: 0, paths: new Set<string>() };

test.each(SEEDS)(
  'random world %i: whatever way one takes through the graph, one finds what the manifests allow',
  async (seed) => {
    app = await startApp({ operations: noLimits });
    const { world, users } = generate(seed);
    await applyAll(app, world.manifests());
    const next = random(seed + 1_000);
    const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
    let key = 0;
    const grow = (kind: KindModel, depth: number, most: number): Branch[] => {
      if (depth === 0) return [];
      const edges = [...edgesOf(kind)].sort(() => next() - 0.5).slice(0, most);
      return edges.flatMap((edge): Branch[] => {
        const to = edge.isAbstract ? pick(edge.to.filter((one) => world.of(one.kind).length > 0)) : edge.to[0];
        if (to === undefined) return [];
        walked.paths.add(`${kind.kind}.${edge.path.join('.')}`);
        return [{ edge, key: `b${key++}`, kind: to, below: grow(to, depth - 1, 2) }];
      });
    };

    // Everything there is, of each user, in one list.
    for (const user of [...users, 'nobody-known']) {
      if (user === 'nobody-known') continue;
      const reference = new Reference(world, user);
      const things = [...world.things.values()];
      const { data, errors } = await app
        .as(user)
        .execute('{ objects(first: 1000) { totalCount nodes { kind name } } auditRecords { totalCount } }');
      expect(errors).toBeUndefined();
      const seen = data.objects.nodes.map(({ kind, name }: Json) => `${kind}/${name}`).sort();
      const allowed = things.filter((one) => reference.may('list', one)).map(({ kind, name }) => `${kind}/${name}`);
      expect(seen, user).toEqual(allowed.sort());
      expect(data.objects.totalCount).toBe(allowed.length);
      expect(data.auditRecords.totalCount).toBe(0);

      // What is found by its name: of what may be listed everything, and nothing else.
      const text = (pick(things)?.name ?? '').slice(0, 1 + Math.floor(next() * 4));
      const kindsSearched = [...new Set(things.map(({ kind }) => kind))];
      const found = (
        await app
          .as(user)
          .execute(
            `query ($text: String!, $kinds: [String!]) { search(text: $text, kinds: $kinds, first: 1000) { totalCount nodes { match value object { kind name } } } }`,
            { text, kinds: kindsSearched },
          )
      ).data.search;
      const listed = new Set(allowed);
      const named = things.filter(({ name }) => name.startsWith(text)).map(({ kind, name }) => `${kind}/${name}`);
      const hits = found.nodes.flatMap(({ object }: Json) => (object === null ? [] : [object as Json]));
      const keys: string[] = hits.map(({ kind, name }: Json) => `${kind}/${name}`);
      expect(found.totalCount).toBe(found.nodes.length);
      expect(
        keys.filter((one) => !listed.has(one)),
        `${user}: ${text}`,
      ).toEqual([]);
      const gettable = new Set(things.filter(reference.sees).map(({ kind, name }) => `${kind}/${name}`));
      expect(
        named.filter((one) => listed.has(one) && gettable.has(one) && !keys.includes(one)),
        `${user}: ${text}`,
      ).toEqual([]);

      // The feed's first state, and what history tells of each object: never more than may be watched, or got.
      const told: string[] = [];
      for (let after: string | undefined, done = false; !done; ) {
        const page: { events: Json[]; cursor: string } = (
          await app
            .as(user)
            .execute(
              'query ($after: String) { changes(first: 200, after: $after) { cursor events { type kind name initialComplete } } }',
              { after },
            )
        ).data.changes;
        told.push(...page.events.filter(({ type }) => type === 'ADDED').map(({ kind, name }) => `${kind}/${name}`));
        after = page.cursor;
        done = page.events.some(({ initialComplete }) => initialComplete === true);
      }
      const watched = new Set(
        things.filter((one) => reference.may('watch', one)).map(({ kind, name }) => `${kind}/${name}`),
      );
      expect(
        told.filter((one) => !watched.has(one)),
        user,
      ).toEqual([]);
      const own = things.filter((one) => catalog.get(one.kind).isOwnScope && one.kind !== 'Service');
      const owned = own.map(({ kind, name }) => `${kind}/${name}`);
      expect(
        owned.filter((one) => watched.has(one) !== told.includes(one)),
        user,
      ).toEqual([]);
    }

    const kinds = [...catalog.kinds].sort(() => next() - 0.5);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, kind] of kinds.entries()) {
        const user = users[(index + round) % users.length] ?? '';
        const branches = grow(kind, 3, round === 0 ? 100 : 4);
        const document = `{ it: ${kind.listField}(first: 200) { totalCount nodes { ${selection(kind, branches)} } } }`;
        const { data, errors } = await app.as(user).execute(document);
        expect(errors, document).toBeUndefined();
        const reference = new Reference(world, user);
        expect(opened(data.it), `${user}: ${document}`).toEqual(reference.list(kind, branches));
        walked.queries += 1;
        walked.objects += data.it.nodes.length;

        // A filter through a reference finds what one would find by following it.
        const edge = pick(branches.filter(({ edge: one }) => one.gives === 'one').map(({ edge: one }) => one));
        const isFilter =
          edge !== undefined &&
          [...kind.references].some(
            ({ leaf, field }) => field.type === 'ref' && leaf.path.replaceAll('Ref', '') === edge.path.join('.'),
          );
        const target = isFilter ? pick(edge.to.flatMap((one) => world.of(one.kind))) : undefined;
        if (edge === undefined || target === undefined) continue;
        const condition = (inner: string): string => edge.path.reduceRight((text, step) => `{${step}: ${text}}`, inner);
        const filtered = await app.as(user).execute(`{
        one: ${kind.listField}(where: ${condition(`{name: {eq: "${target.name}"}}`)}) { totalCount }
        none: ${kind.listField}(where: ${condition('null')}) { totalCount }
        not: ${kind.listField}(where: {not: ${condition(`{name: {eq: "${target.name}"}}`)}}) { totalCount } }`);
        expect(filtered.errors).toBeUndefined();
        const listed = world.of(kind.kind).filter((one) => reference.may('list', one));
        const ends = listed.map((one) =>
          followEdge(world, one, edge, reference.sees).filter((end) => reference.may('get', end)),
        );
        const fitting = ends.filter((end) => end.some(({ name }) => name === target.name)).length;
        expect(filtered.data, `${user}: ${kind.listField} by ${edge.path.join('.')} ${target.name}`).toEqual({
          one: { totalCount: fitting },
          none: { totalCount: ends.filter((end) => end.length === 0).length },
          not: { totalCount: listed.length - fitting },
        });
      }
    }
  },
  60_000,
);

afterAll(() => {
  const all = catalog.kinds.flatMap((kind) => edgesOf(kind).map(({ path }) => `${kind.kind}.${path.join('.')}`));
  expect(all.filter((path) => !walked.paths.has(path))).toEqual([]);
  expect(walked.queries).toBeGreaterThan(catalog.kinds.length);
  expect(walked.objects).toBeGreaterThan(100);
});
