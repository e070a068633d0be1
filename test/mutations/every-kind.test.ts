import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog as makeCatalog } from '../../src/app.ts';
import type { Field, Fields, JsonField, JsonFields } from '../../src/catalog/fields.ts';
import { shownName } from '../../src/catalog/fields.ts';
import type { KindModel } from '../../src/catalog/model.ts';
import { constantCase } from '../../src/catalog/values/names.ts';
import { exampleWorld, startApp, type TestApp } from '../kit/app.ts';
import { rareKinds } from './rare-kinds.ts';

/*
 * One test over every kind, made from its definition: an object of the example world is said again as the input of its
 * create mutation, under another name or in a database where it is missing, then changed, cleared and deleted.
 */
let app: TestApp;
const catalog = makeCatalog();

interface StoredManifest {
  readonly id: string;
  readonly apiVersion: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** What follows from configurations is never stated itself; a report is stated by one account only (registry/reports). */
const special = ['ServicePricing', 'ConfigurationActivation', 'DeploymentReport'];
const stated = catalog.kinds.filter(({ kind }) => !special.includes(kind));

const PROJECT = 'resourcemanager.miloapis.com/project-name';

beforeAll(async () => {
  app = await startApp();
  const answer = await app.apply((await exampleWorld()) + rareKinds);
  expect(answer.userErrors).toEqual([]);
});
afterAll(() => app.close());

type Value = Readonly<Record<string, unknown>>;

/** A spec as a GraphQL input says it. */
function inputOf(fields: Fields | JsonFields, spec: Value): Record<string, unknown> {
  return Object.fromEntries(
    (Object.entries(fields) as [string, Field | JsonField][]).flatMap(([name, field]) => {
      const value = spec[name];
      if (value === undefined) return [];
      const shown = field.type === 'ref' || field.type === 'refs' ? shownName(name, field) : (field.as ?? name);
      return [[shown, inputValue(field, value)]];
    }),
  );
}

function inputValue(field: Field | JsonField, value: unknown): unknown {
  switch (field.type) {
    case 'group':
      return inputOf(field.fields, value as Value);
    case 'objects':
      return field.single === true
        ? inputOf(field.fields, value as Value)
        : (value as Value[]).map((item) => inputOf(field.fields, item));
    case 'map':
      return Object.entries(value as Value).map(([key, entry]) => ({ key, value: String(entry) }));
    case 'choice':
      return constantCase(String(value));
    case 'ref':
      return reference(field.to, value);
    case 'refs':
      return (value as Value[]).map((item) => {
        const referred = reference(field.to, field.wrap === undefined ? item : item[field.wrap]);
        return field.entry === undefined ? referred : { ...Object(referred), ...inputOf(field.entry.fields, item) };
      });
    case 'bigint':
    case 'quantity':
      return String(value);
    default:
      return value;
  }
}

function reference(to: readonly string[], written: unknown): unknown {
  const { kind, name, namespace } =
    typeof written === 'string' ? { name: written } : (written as Record<string, string>);
  const target = catalog.get(to.length > 1 ? String(kind) : String(to[0]));
  const named = { name, ...(target.namespaced && namespace !== undefined && { namespace }) };
  return to.length > 1 ? { [target.field]: named } : named;
}

async function firstOf(kind: KindModel): Promise<StoredManifest | undefined> {
  const { data } = await app.execute(
    `{ ${kind.listField}(first: 200) { nodes { id manifest(format: JSON, bare: true) } } }`,
  );
  const nodes = data[kind.listField].nodes as { id: string; manifest: string }[];
  const parsed = nodes.map(({ id, manifest }) => ({ ...(JSON.parse(manifest) as Omit<StoredManifest, 'id'>), id }));
  if (kind.ownedBy === undefined) return parsed[0];
  for (const one of parsed) {
    const trial = await remove(kind, one.id, true);
    if (trial.userErrors.every(({ code }) => code !== 'DERIVED')) return one;
  }
  return undefined;
}

interface Payload {
  readonly changed: boolean;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly inputPath: string[] | null;
  }[];
  readonly changes?: readonly { readonly path: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: the object under its own field's name
  readonly [field: string]: any;
}

const PROBLEMS = 'userErrors { code message inputPath }';

async function mutate(name: string, type: string, input: object, selection: string): Promise<Payload> {
  const { data, errors } = await app.execute(
    `mutation ($input: ${type}!) { ${name}(input: $input) { changed ${PROBLEMS} ${selection} } }`,
    { input },
  );
  if (errors !== undefined) throw new Error(`${name} ${JSON.stringify(input)}: ${JSON.stringify(errors)}`);
  return data[name] as Payload;
}

const remove = (kind: KindModel, id: string, validateOnly = false, cascade = false): Promise<Payload> =>
  mutate(`delete${kind.type}`, 'DeleteObjectInput', { id, validateOnly, cascade }, 'deleted { kind name }');

/** Everything a write could touch, in one text. */
const state = async (): Promise<string> => {
  const { data } = await app.execute('{ objects(first: 1000) { totalCount } }');
  const rows = await app.database.pool.query('select position::text from change_head');
  return JSON.stringify([data, rows.rows]);
};

const createInput = (kind: KindModel, { metadata, spec = {}, apiVersion }: StoredManifest): Record<string, unknown> => {
  const { [PROJECT]: project, ...labels } = metadata.labels ?? {};
  return {
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    ...(kind.inProject && { project }),
    ...(kind.ownGroups.length > 1 && { apiGroup: apiVersion.split('/')[0] }),
    labels: Object.entries(labels).map(([key, value]) => ({ key, value })),
    annotations: Object.entries(metadata.annotations ?? {}).map(([key, value]) => ({ key, value })),
    ...inputOf(kind.spec, spec),
  };
};

test.each(stated.map((kind) => [kind.type, kind] as const))(
  '%s: taken, made, changed, cleared and deleted by its own mutations',
  async (type, kind) => {
    const example = await firstOf(kind);
    if (example === undefined) throw new Error(`neither the example world nor rare-kinds.ts has a ${kind.kind}`);
    const select = `${kind.field} { id name generation labelValue(key: "proof") manifest(format: JSON, bare: true) }`;
    const input = createInput(kind, example);
    const before = await state();
    const taken = await mutate(`create${type}`, `Create${type}Input`, input, select);
    expect(taken.userErrors).toContainEqual(
      expect.objectContaining({ code: 'NAME_TAKEN', inputPath: ['input', 'name'] }),
    );
    expect(taken[kind.field]).toBeNull();

    const changes = { labels: [{ key: 'proof', value: 'yes' }] };
    const trial = { id: example.id, changes, validateOnly: true };
    const tried = await mutate(`update${type}`, `Update${type}Input`, trial, 'changes { path }');
    expect(tried).toEqual({ changed: true, userErrors: [], changes: [{ path: 'metadata.labels.proof' }] });
    expect(await state()).toBe(before);

    const updated = await mutate(`update${type}`, `Update${type}Input`, { id: example.id, changes }, select);
    expect(updated.userErrors).toEqual([]);
    expect(updated[kind.field].labelValue).toBe('yes');
    const cleared = { id: example.id, changes: { labels: [{ key: 'proof', value: null }] } };
    const clear = await mutate(`update${type}`, `Update${type}Input`, cleared, select);
    expect(clear[kind.field].labelValue).toBeNull();
    // Said again from its own manifest, the spec is as it was.
    expect(JSON.parse(clear[kind.field].manifest as string)).toEqual(withoutId(example));

    const isFree = (await remove(kind, example.id, true)).userErrors.length === 0;
    if (!isFree || kind.kind === 'Service') return;
    const gone = await remove(kind, example.id);
    expect(gone).toMatchObject({ changed: true, userErrors: [], deleted: [{ name: example.metadata.name }] });
    const made = await mutate(`create${type}`, `Create${type}Input`, input, select);
    expect(made.userErrors).toEqual([]);
    expect(made.changed).toBe(true);
    expect(made[kind.field].id).not.toBe(example.id);
    expect(JSON.parse(made[kind.field].manifest as string)).toEqual(withoutId(example));
  },
);

const withoutId = ({ id: _, ...manifest }: StoredManifest) => manifest;

/** A field of the spec that can be cleared, or one that cannot, of those that may change and have a value. */
function topField(kind: KindModel, spec: Value, isRequired: boolean): [string, Field] | undefined {
  return Object.entries(kind.spec).find(([name, field]) => {
    const falls = 'default' in field && field.default !== undefined;
    const isFrozen = field.immutable !== undefined || (field.type === 'group' && kind.kind !== 'Node');
    return spec[name] !== undefined && !falls && !isFrozen && (field.required === true) === isRequired;
  });
}

test.each(stated.map((kind) => [kind.type, kind] as const))(
  '%s: a field is cleared by null and set again; a required one is not cleared',
  async (type, kind) => {
    const { data } = await app.execute(
      `{ ${kind.listField}(first: 200) { nodes { id manifest(format: JSON, bare: true) } } }`,
    );
    for (const { id, manifest } of data[kind.listField].nodes as { id: string; manifest: string }[]) {
      const { spec = {} } = JSON.parse(manifest) as StoredManifest;
      const [optional, required] = [topField(kind, spec, false), topField(kind, spec, true)];
      if (optional === undefined && required === undefined) continue;
      const update = (changes: object) =>
        mutate(`update${type}`, `Update${type}Input`, { id, changes }, 'changes { path before after }');
      if (required !== undefined) {
        const shown = Object.keys(inputOf({ [required[0]]: required[1] }, spec))[0] ?? '';
        const refused = await update({ [shown]: null });
        if (refused.userErrors.some(({ code }) => code === 'DERIVED')) continue;
        expect(refused.userErrors).toEqual([
          {
            code: 'REQUIRED',
            inputPath: ['input', 'changes', shown],
            message: `${required[0]} cannot be cleared: every ${kind.kind} has one`,
          },
        ]);
      }
      if (optional !== undefined) {
        const value = inputOf({ [optional[0]]: optional[1] }, spec);
        const [shown = ''] = Object.keys(value);
        const cleared = await update({ [shown]: null });
        if (cleared.userErrors.length > 0) continue;
        expect(cleared.changes).toMatchObject([{ path: `spec.${optional[0]}`, after: null }]);
        expect((await update({ [shown]: null })).changed).toBe(false);
        const again = await update(value);
        expect(again.userErrors).toEqual([]);
        expect(again.changed).toBe(true);
      }
      return;
    }
  },
);

test('the whole world, written down as one batch of creates, gives the same objects as its manifests', async () => {
  const other = await startApp();
  try {
    const called = ({ kind, manifest: { metadata } }: Manifested) =>
      `${kind.kind} ${metadata.namespace} ${metadata.name}`;
    const seeded = new Set((await allManifests(other)).map(called));
    const expected = (await allManifests(app)).filter((one) => !one.isDerived && !seeded.has(called(one)));
    const operations = expected.map(({ kind, manifest }) => ({ [`create${kind.type}`]: createInput(kind, manifest) }));
    const document = `mutation ($input: BatchInput!) { batch(input: $input) { applied results { outcome } ${PROBLEMS} } }`;
    // The order does not matter: here, what refers comes before what is referred to.
    const { data, errors } = await other.execute(document, { input: { operations: operations.toReversed() } });
    expect(errors).toBeUndefined();
    expect(data.batch.userErrors).toEqual([]);
    expect(data.batch.applied).toBe(true);
    expect(data.batch.results).toHaveLength(operations.length);
    const text = (all: readonly Manifested[]) =>
      all.map(({ manifest }) => JSON.stringify(withoutUids(manifest))).sort();
    expect(text(await allManifests(other))).toEqual(text(await allManifests(app)));
  } finally {
    await other.close();
  }
});

interface Manifested {
  readonly kind: KindModel;
  readonly manifest: StoredManifest;
  readonly isDerived: boolean;
}

/** The field that leads to what a derived object is kept by. */
function keeperField({ ownedBy, references, statusReferences }: KindModel): string {
  const reference = [...references, ...statusReferences].find(({ targets }) => targets[0]?.column === ownedBy);
  if (reference === undefined) throw new Error(`no reference is kept in ${ownedBy}`);
  return shownName(reference.leaf.path, reference.field);
}

async function allManifests(from: TestApp): Promise<Manifested[]> {
  const found: Manifested[] = [];
  for (const kind of catalog.kinds) {
    const owner = kind.ownedBy === undefined ? '' : `keeper: ${keeperField(kind)} { id }`;
    const { data } = await from.execute(
      `{ ${kind.listField}(first: 1000) { nodes { id manifest(format: JSON, bare: true) ${owner} } } }`,
    );
    for (const node of data[kind.listField].nodes as {
      id: string;
      manifest: string;
      keeper?: object | null;
    }[]) {
      const manifest = { ...(JSON.parse(node.manifest) as StoredManifest), id: '' };
      found.push({ kind, manifest, isDerived: node.keeper !== undefined && node.keeper !== null });
    }
  }
  return found;
}

/** Uids differ from one database to the next. */
const withoutUids = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'uid' ? undefined : inner)));
