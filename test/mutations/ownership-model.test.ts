import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../kit/app.ts';
import { mutate } from './mutate.ts';
import { random } from './random.ts';

/*
 * Three managers and a person write to one facility at random; a model in a few lines says what has to come of it.
 * Another seed: SEED=7 npx vitest run test/mutations/ownership-model
 */
const SEED = Number(process.env.SEED ?? 1);
const WRITES = Number(process.env.WRITES ?? 100);
const { next, pick } = random(SEED);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const base = `apiVersion: inventory.miloapis.com/v1alpha1\nkind: Region\nmetadata: {name: eu}\nspec: {displayName: Europe}\n`;
  expect((await app.apply(base)).userErrors).toEqual([]);
  const site = { name: 'm', displayName: 'v0', region: { name: 'eu' }, type: 'EDGE' };
  expect((await mutate(app, 'createSite', site)).userErrors).toEqual([]);
});
afterAll(() => app.close());

const NAME = 'spec.displayName';
const paths = [NAME, 'spec.address', 'metadata.labels.a', 'metadata.annotations.b'];
type Values = ReadonlyMap<string, string>;

/** What the model knows: the fields that have a value, and who owns which. */
const values: Map<string, string> = new Map([[NAME, 'v0']]);
let owners = new Map<string, Set<string>>();
const othersOf = (path: string, manager: string): string[] =>
  [...owners].filter(([name, own]) => name !== manager && own.has(path)).map(([name]) => name);
const change = (path: string, value: string | undefined): void => {
  if (value === undefined) values.delete(path);
  else values.set(path, value);
};
const tidy = (): void => {
  owners = new Map([...owners].filter(([, own]) => own.size > 0));
};

/** The codes with which an apply is refused; none: it was done. */
function modelApply(manager: string, said: Values, force: boolean): string[] {
  const own = owners.get(manager) ?? new Set();
  const released = [...own].filter((path) => !said.has(path) && othersOf(path, manager).length === 0);
  if (released.includes(NAME)) return ['REQUIRED'];
  const changed = [...said].filter(([path, value]) => values.get(path) !== value).map(([path]) => path);
  const conflicts = changed.filter((path) => othersOf(path, manager).length > 0);
  if (conflicts.length > 0 && !force) return conflicts.map(() => 'FIELD_CONFLICT');
  for (const path of released) change(path, undefined);
  for (const path of changed) {
    change(path, said.get(path));
    for (const other of othersOf(path, manager)) owners.get(other)?.delete(path);
  }
  owners.set(manager, new Set(said.keys()));
  tidy();
  return [];
}

function modelUpdate(person: string, asked: ReadonlyMap<string, string | null>): string[] {
  if (asked.get(NAME) === null) return ['REQUIRED'];
  const changed = [...asked].filter(([path, value]) => (values.get(path) ?? null) !== value);
  const isManaged = owners.size > 0;
  for (const [path, value] of changed) {
    change(path, value ?? undefined);
    if (!isManaged) continue;
    for (const own of owners.values()) own.delete(path);
    if (value !== null) owners.set(person, new Set([...(owners.get(person) ?? []), path]));
  }
  tidy();
  return [];
}

const part = (all: Values | ReadonlyMap<string, string | null>, prefix: string): Record<string, string | null> =>
  Object.fromEntries(
    [...all].flatMap(([path, value]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), value]] : [])),
  );

async function apply(manager: string, said: Values, force: boolean): Promise<string[]> {
  const metadata = {
    name: 'm',
    labels: part(said, 'metadata.labels.'),
    annotations: part(said, 'metadata.annotations.'),
  };
  const spec = part(said, 'spec.');
  const content = JSON.stringify({ apiVersion: 'inventory.miloapis.com/v1alpha1', kind: 'Site', metadata, spec });
  return (await app.apply(content, { manager, force })).userErrors.map(({ code }) => code);
}

async function update(asked: ReadonlyMap<string, string | null>): Promise<string[]> {
  const list = (prefix: string) => Object.entries(part(asked, prefix)).map(([key, value]) => ({ key, value }));
  const changes = {
    ...part(asked, 'spec.'),
    labels: list('metadata.labels.'),
    annotations: list('metadata.annotations.'),
  };
  return (await mutate(app, 'updateSite', { name: 'm', changes })).userErrors.map(({ code }) => code);
}

async function stored() {
  const { data } = await app.execute(
    '{ site(name: "m") { displayName address labelValue(key: "a") annotations { key value } fieldManagers { manager fields } } }',
  );
  const { displayName, address, labelValue, annotations, fieldManagers } = data.site;
  const found = {
    [NAME]: displayName,
    'spec.address': address,
    'metadata.labels.a': labelValue,
    'metadata.annotations.b': annotations.find(({ key }: { key: string }) => key === 'b')?.value ?? null,
  };
  return {
    values: Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null)),
    owners: Object.fromEntries(
      (fieldManagers as { manager: string; fields: string[] }[]).map(({ manager, fields }) => [manager, fields]),
    ),
  };
}

test(`${WRITES} random writes by managers and a person end as the model says (seed ${SEED})`, async () => {
  const { data } = await app.execute('{ me { name } }');
  const person = `api:${data.me.name}`;
  const seen = new Map<string, number>();
  for (let index = 0; index < WRITES; index++) {
    const chosen = paths.filter(() => next() < 0.5);
    let expected: string[];
    let codes: string[];
    const before = JSON.stringify([[...values], [...owners].map(([name, own]) => [name, [...own]])]);
    if (next() < 0.25) {
      const asked = new Map(chosen.map((path) => [path, next() < 0.3 ? null : pick(['v1', 'v2'])] as const));
      expected = modelUpdate(person, asked);
      codes = await update(asked);
    } else {
      const said = new Map(chosen.map((path) => [path, pick(['v1', 'v2'])] as const));
      const [manager, force] = [pick(['a', 'b', 'c']), next() < 0.3];
      expected = modelApply(manager, said, force);
      codes = await apply(manager, said, force);
    }
    expect(codes, before).toEqual(expected);
    for (const code of codes.length === 0 ? ['done'] : codes) seen.set(code, (seen.get(code) ?? 0) + 1);
    expect(await stored(), before).toEqual({
      values: Object.fromEntries(values),
      owners: Object.fromEntries([...owners].map(([name, own]) => [name, [...own].sort()])),
    });
  }
  expect([...seen.keys()].sort()).toEqual(['FIELD_CONFLICT', 'REQUIRED', 'done']);
});
