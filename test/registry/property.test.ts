import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { random as draws } from '../mutations/random.ts';
import {
  after,
  type Change,
  isAsked,
  type Model,
  newService,
  serviceOf as ownerOf,
  regionalDomain,
  wrongIn,
} from './model.ts';
import {
  type Answer,
  batch,
  deploymentOf,
  errorsReported,
  importOf,
  type Operations,
  platform,
  policyOf,
  regionOf,
  runtimeOf,
  type Step,
  serviceOf,
  stateOf,
  verdictOn,
  versionOf,
} from './world.ts';

/*
 * Random operations on a registry, judged by a naive model as well. The services of each seed are its own: `a1`, `b1` …
 * A core service is there as well; regions are shared, so seeds run one after the other.
 */
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const regions = ['r1', 'r2', 'r3'];
const versions = ['v1', 'v2', 'v3'];

/** Every change of one object that is possible, whether or not it is allowed. */
function possible(model: Model): Change[] {
  const names = [...model.services.keys()];
  const phaseSteps = { Draft: 'PUBLISH', Published: 'DEPRECATE', Deprecated: 'RETIRE' } as const;
  return [
    ...names.flatMap((service) =>
      regions.flatMap((region): Change[] => {
        const current = model.deployments.get(`${service}.${region}`);
        return [
          ...versions
            .map((version) => `${service}.${version}`)
            .filter((version) => version !== current && model.versions.has(version))
            .map((version): Change => ({ do: 'DEPLOY', service, region, version })),
          ...(current === undefined
            ? []
            : ([
                { do: 'UNDEPLOY', service, region },
                { do: model.disabled.has(`${service}.${region}`) ? 'ENABLE' : 'DISABLE', service, region },
              ] as const)),
          ...(model.services.get(service)?.primary === region
            ? []
            : [{ do: 'MOVE_PRIMARY', service, region } as const]),
        ];
      }),
    ),
    ...[...model.versions.keys()].flatMap((version): Change[] =>
      [...model.versions.keys()].flatMap((target): Change[] =>
        model.imports.has(`${version} ${target}`) ? [] : [{ do: 'IMPORT', version, target }],
      ),
    ),
    ...[...model.imports].map((one): Change => {
      const [version = '', target = ''] = one.split(' ');
      return { do: 'DROP_IMPORT', version, target: ownerOf(target) };
    }),
    ...[...model.versions].flatMap(([version, phase]): Change[] =>
      phase in phaseSteps ? [{ do: phaseSteps[phase as keyof typeof phaseSteps], version }] : [],
    ),
    ...regions.map(
      (region): Change =>
        model.regions.get(region) === 'Open' ? { do: 'CLOSE_REGION', region } : { do: 'OPEN_REGION', region },
    ),
    ...otherChanges(model),
  ];
}

const phases = ['Draft', 'Published', 'Deprecated', 'Retired'];

/** Those that `mayI` is not asked about. */
function otherChanges(model: Model): Change[] {
  const domains = [
    ...[...model.services.keys()].map((service) => `${service}.apis.t.com`),
    ...[...model.deployments.keys()].map(regionalDomain),
  ];
  return [
    ...[...model.services].flatMap(([service, { isCore, isPrivate }]): Change[] => [
      { do: 'SET_CORE', service, isCore: !isCore },
      { do: 'SET_PRIVATE', service, isPrivate: !isPrivate },
      ...domains.map((domain): Change => ({ do: 'SET_DOMAIN', service, domain })),
      ...versions
        .map((version) => `${service}.${version}`)
        .map((version): Change => ({ do: model.versions.has(version) ? 'DELETE_VERSION' : 'ADD_VERSION', version })),
    ]),
    ...[...model.versions].flatMap(([version, phase]) =>
      phases.flatMap((other): Change[] => (other === phase ? [] : [{ do: 'SET_PHASE', version, phase: other }])),
    ),
    ...regions.flatMap((region) =>
      ['Planned', 'Closed'].flatMap((state): Change[] =>
        state === model.regions.get(region) ? [] : [{ do: 'SET_STATE', region, state }],
      ),
    ),
    ...[[], ...regions.map((region) => [region]), regions].map((some): Change => ({ do: 'SET_POLICY', regions: some })),
  ];
}

/** A change picked so that kinds of changes are equally frequent, and `mayI` can be asked about two of three. */
function pick(model: Model, random: () => number): Change {
  const ofAsked = random() < 0.66;
  const some = possible(model).filter((change) => isAsked(change) === ofAsked);
  const byKind = [...Map.groupBy(some, (change) => change.do).values()];
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return one(one(byKind));
}

function runtimeIn(model: Model, service: string): string {
  const { isCore = false, primary = '', isPrivate = false, domain = '' } = model.services.get(service) ?? {};
  const visibility = isPrivate ? 'Private' : 'Public';
  return runtimeOf(service, { primary, core: isCore, visibility, globalDomain: domain });
}

/** As operations of a batch. */
function written(changes: readonly Change[], model: Model): Operations {
  const apply: string[] = [];
  const remove: string[] = [];
  const next = after(model, changes);
  for (const change of changes) {
    switch (change.do) {
      case 'DEPLOY':
      case 'ENABLE':
      case 'DISABLE': {
        const name = `${change.service}.${change.region}`;
        const disabled = next.disabled.has(name);
        apply.push(
          deploymentOf(change.service, change.region, next.deployments.get(name)?.split('.')[1] ?? '', { disabled }),
        );
        break;
      }
      case 'UNDEPLOY':
        remove.push(`Deployment/${change.service}.${change.region}`);
        break;
      case 'IMPORT':
        apply.push(importOf(change.version, change.target));
        break;
      case 'DROP_IMPORT':
        remove.push(`ServiceImport/${change.version}.${change.target}`);
        break;
      case 'OPEN_REGION':
      case 'CLOSE_REGION':
      case 'SET_STATE':
        apply.push(stateOf(change.region, next.regions.get(change.region)));
        break;
      case 'MOVE_PRIMARY':
      case 'SET_CORE':
      case 'SET_PRIVATE':
      case 'SET_DOMAIN':
        apply.push(runtimeIn(next, change.service));
        break;
      case 'DELETE_VERSION':
        remove.push(`ServiceVersion/${change.version}`);
        break;
      case 'SET_POLICY':
        if (change.regions.length > 0) apply.push(policyOf('makers', 'makers', change.regions));
        else if (model.policy.size > 0) remove.push('RegionPolicy/makers');
        break;
      default:
        apply.push(
          versionOf(ownerOf(change.version), change.version.split('.')[1] ?? '', next.versions.get(change.version)),
        );
    }
  }
  return { apply, remove };
}

const send = (changes: readonly Change[], model: Model): Promise<Answer> => batch(app, written(changes, model));

const offeredVersions = (model: Model, service: string): string[] =>
  [...model.versions]
    .filter(([version, phase]) => ownerOf(version) === service && ['Published', 'Deprecated'].includes(phase))
    .map(([version]) => version)
    .sort();

/** What is missing, as a change that brings it about: no more than is needed. */
function factOf(model: Model, { object, needed }: { readonly object: string; readonly needed: string }): Change {
  const [what = '', , of = '', , by = ''] = object.split(' ');
  const [kind = '', name = ''] = what.split('/');
  if (kind === 'ServiceImport') return { do: 'DROP_IMPORT', version: by, target: of };
  if (kind === 'RegionState') return { do: needed === 'Open' ? 'OPEN_REGION' : 'CLOSE_REGION', region: of };
  if (kind === 'RegionPolicy') {
    const [, without] = needed.split(' ');
    return { do: 'SET_POLICY', regions: [...model.policy].filter((one) => one !== without) };
  }
  if (kind === 'ServiceRuntime') return { do: 'MOVE_PRIMARY', service: of, region: needed };
  if (kind === 'ServiceVersion')
    return { do: needed === 'Published' ? 'PUBLISH' : needed === 'Retired' ? 'RETIRE' : 'DEPRECATE', version: name };
  const [service = '', region = ''] = name.split('.');
  if (needed === 'absent') return { do: 'UNDEPLOY', service, region };
  const [lowest = ''] = needed === 'present' ? offeredVersions(model, service) : needed.split(' ');
  return { do: 'DEPLOY', service, region, version: lowest };
}

/**
 * Facts that are less: without one of them, or with a lower version of what has to be somewhere at a version or a higher one. What is
 * there already is not lowered: that takes something away from others, and is not less.
 */
const lessThan = (model: Model, facts: readonly Change[], missing: Answer['errors'][number]['missing']): Change[][] =>
  facts.flatMap((fact, place) => {
    const without = facts.filter((other) => other !== fact);
    if (fact.do !== 'DEPLOY' || missing[place]?.needed.endsWith('higher') !== true) return [without];
    const present = model.deployments.get(`${fact.service}.${fact.region}`) ?? '';
    const lower = offeredVersions(model, fact.service).filter((version) => version > present && version < fact.version);
    return [without, ...lower.map((version) => [...without, { ...fact, version }])];
  });

/** A target that has come to where it was missing, but at too low a version, is missing as before. */
function isStillTooLow(one: string, now: readonly string[]): boolean {
  const [rule, importer, target, region] = one.split(' ');
  if (rule !== 'I5') return false;
  return now.some((other) => {
    const [what, version = '', wanted = '', place] = other.split(' ');
    return what === 'I6' && ownerOf(version) === importer && ownerOf(wanted) === target && place === region;
  });
}

/** Of what a refusal says is missing nothing can be left out, and no version be lower, as the naive model sees it. */
function requireMinimal(model: Model, changes: readonly Change[], { errors }: Answer): void {
  const wrong = wrongIn(after(model, changes), model);
  for (const { code, missing } of errors) {
    const facts = missing.map((fact) => factOf(after(model, changes), fact));
    const left = (some: readonly Change[]): string[] => {
      const now = wrongIn(after(model, [...changes, ...some]), model);
      return wrong.filter((one) => now.includes(one) || isStillTooLow(one, now));
    };
    const mended = left(facts).length;
    for (const less of lessThan(after(model, changes), facts, missing)) {
      const told = `${code}: ${JSON.stringify(less)} rather than ${JSON.stringify(facts)}`;
      expect.soft(left(less).length, told).toBeGreaterThan(mended);
    }
  }
}

/** Of a plan no step can be left out. */
function requireNoneTooMany(model: Model, plan: readonly Change[], changes: readonly Change[]): void {
  for (const step of plan) {
    let now = model;
    const isAccepted = [...plan.filter((other) => other !== step).map((one) => [one]), changes].every((some) => {
      const before = now;
      now = after(before, some);
      return wrongIn(now, before).length === 0;
    });
    const told = `without ${JSON.stringify(step)} of ${JSON.stringify(plan)} before ${JSON.stringify(changes)}`;
    expect.soft(isAccepted, told).toBe(false);
  }
}

const isOpened = (region: string, seed: number): boolean => region !== 'r3' || seed !== seeds[0];

async function start(seed: number, random: () => number): Promise<Model> {
  const names = ['a', 'b', 'c', 'k'].map((letter) => `${letter}${seed}`);
  const model: Model = {
    // A region that has been opened once does not become Planned again.
    regions: new Map(regions.map((region): [string, string] => [region, isOpened(region, seed) ? 'Open' : 'Planned'])),
    services: new Map(names.map((name) => [name, newService(name, name.startsWith('k'))])),
    versions: new Map(
      names.flatMap((name) =>
        versions.map((version): [string, string] => [`${name}.${version}`, random() < 0.2 ? 'Draft' : 'Published']),
      ),
    ),
    imports: new Set(),
    deployments: new Map(),
    disabled: new Set(),
    policy: new Set(),
  };
  const [core = ''] = names.slice(-1);
  for (const version of versions) model.versions.set(`${core}.${version}`, 'Published');
  for (const region of regions.filter((one) => isOpened(one, seed)))
    model.deployments.set(`${core}.${region}`, `${core}.v1`);
  const apply = [
    ...regions.map((region) => stateOf(region, model.regions.get(region))),
    ...names.map((name) => serviceOf(name, { primary: 'r1', core: name === core })),
    ...[...model.versions].map(([version, phase]) => versionOf(ownerOf(version), version.split('.')[1] ?? '', phase)),
    ...[...model.deployments].map(([name, version]) =>
      deploymentOf(...(name.split('.') as [string, string]), version.split('.')[1] ?? ''),
    ),
  ];
  expect((await batch(app, { apply })).refused).toEqual([]);
  return model;
}

/** What a seed has made leaves the regions free for the next one. */
async function finish(model: Model): Promise<void> {
  for (const service of model.services.values()) service.isCore = false;
  const apply = [
    ...[...model.services.keys()].map((service) => runtimeIn(model, service)),
    ...[...model.regions].flatMap(([region, state]) => (state === 'Closed' ? [stateOf(region, 'Planned')] : [])),
  ];
  const remove = [
    ...[...model.deployments.keys()].map((name) => `Deployment/${name}`),
    ...(model.policy.size > 0 ? ['RegionPolicy/makers'] : []),
  ];
  expect((await batch(app, { apply, remove })).refused).toEqual([]);
}

/** Another one is tried with `SEED=11 npx vitest run test/registry/property.test.ts`, many with `SEEDS=100`. */
const { SEED, SEEDS } = process.env;
const seeds = SEED === undefined ? Array.from({ length: Number(SEEDS ?? 2) }, (_, index) => index + 1) : [Number(SEED)];
const concurrent = Math.max(...seeds) + 1;
const TURNS = 40;

beforeAll(async () => {
  const apply = [platform, ...regions.map((name) => regionOf(name, 'Planned'))];
  expect((await batch(app, { apply })).refused).toEqual([]);
});

test.each(seeds)(
  'seed %s: what is written is what a naive model allows, and so says mayI; its plans are accepted step by step',
  async (seed) => {
    const random = draws(seed).next;
    const end = { model: await start(seed, random) };
    try {
      const counts = await go(end, random);
      // Of a seed that is tried beside these it may be that nothing was planned.
      if (SEED === undefined && SEEDS === undefined)
        expect(Math.min(...Object.values(counts)), JSON.stringify(counts)).toBeGreaterThan(0);
    } finally {
      await finish(end.model);
    }
  },
);

/** Turns of a seed; `end` is the model at any time. */
async function go(end: { model: Model }, random: () => number) {
  const counts = { accepted: 0, refused: 0, planned: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { model } = end;
    const first = pick(model, random);
    const second = pick(model, random);
    const isPair = random() < 0.3 && JSON.stringify({ ...second, do: '' }) !== JSON.stringify({ ...first, do: '' });
    const changes = isPair && isApart(first, second) ? [first, second] : [first];
    const wrong = wrongIn(after(model, changes), model);
    const isKnown = changes.every(isAsked);
    const verdict = isKnown ? await verdictOn(app, ...(changes as Step[])) : undefined;
    const answer = await send(changes, model);
    const told = `${JSON.stringify(changes)}\n${answer.refused.join('\n')}\n${wrong.join('\n')}`;
    expect(answer.errors.length === 0, told).toBe(wrong.length === 0);
    if (verdict !== undefined) {
      expect(verdict.isAllowed, told).toBe(wrong.length === 0);
      // A step that there is not `mayI` says in its own words.
      if (!wrong.some((one) => one.includes(' from ')))
        expect(verdict.violations.map(({ code, subject }) => `${code} ${subject}`).sort(), told).toEqual(
          answer.errors.map(({ code, subject }) => `${code} ${subject}`).sort(),
        );
    }
    if (wrong.length === 0) {
      end.model = after(model, changes);
      counts.accepted += 1;
      continue;
    }
    counts.refused += 1;
    requireMinimal(model, changes, answer);
    if (verdict?.isPossible !== true || random() < 0.4) continue;
    counts.planned += 1;
    requireNoneTooMany(model, verdict.plan as Change[], changes);
    for (const step of [...(verdict.plan as Change[]).map((one) => [one]), changes]) {
      const { refused } = await send(step, end.model);
      expect(refused, `${told}\nplan: ${JSON.stringify(verdict.plan)}\nstep: ${JSON.stringify(step)}`).toEqual([]);
      end.model = after(end.model, step);
      expect(wrongIn(end.model, end.model)).toEqual([]);
    }
  }
  expect(await errorsReported(app)).toEqual([]);
  return counts;
}

/** About different objects. */
function isApart(a: Change, b: Change): boolean {
  const texts = (change: Change): string[] =>
    Object.entries(
      written([change], {
        regions: new Map(),
        services: new Map(),
        versions: new Map(),
        imports: new Set(),
        deployments: new Map(),
        disabled: new Set(),
        policy: new Set(['r1']),
      }),
    ).flatMap(([, list]) => list as string[]);
  const nameOf = (text: string): string =>
    text.startsWith('{')
      ? String((JSON.parse(text) as { metadata: { name: string } }).metadata.name)
      : (text.split('/')[1] ?? '');
  return texts(a)
    .map(nameOf)
    .every((name) => !texts(b).map(nameOf).includes(name));
}

test(`seed ${concurrent}: of writes at the same time the outcome is that of one after the other, in some order`, async () => {
  const random = draws(concurrent).next;
  const end = { model: await start(concurrent, random) };
  try {
    await goConcurrently(end, random);
  } finally {
    await finish(end.model);
  }
});

async function goConcurrently(end: { model: Model }, random: () => number): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) {
    const { model } = end;
    const changes = [pick(model, random), pick(model, random), pick(model, random)];
    if (!changes.every((one, place) => changes.slice(0, place).every((other) => isApart(one, other)))) continue;
    const answers = await Promise.all(changes.map((change) => send([change], model)));
    const fates = answers.map(({ errors }) => errors.length === 0);
    const ends = orders([0, 1, 2]).flatMap((order): Model[] => {
      let now = model;
      for (const place of order) {
        const next = after(now, [changes[place] as Change]);
        const isAccepted = wrongIn(next, now).length === 0;
        if (isAccepted !== fates[place]) return [];
        if (isAccepted) now = next;
      }
      return [now];
    });
    expect(ends, JSON.stringify({ changes, fates })).not.toEqual([]);
    end.model = ends[0] as Model;
  }
  expect(await errorsReported(app)).toEqual([]);
}

const orders = (places: readonly number[]): number[][] =>
  places.length === 0
    ? [[]]
    : places.flatMap((one) => orders(places.filter((other) => other !== one)).map((rest) => [one, ...rest]));
