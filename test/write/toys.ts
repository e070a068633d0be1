import { bySystem } from '../../src/catalog/author.ts';
import {
  bigint,
  choice,
  type Field,
  group,
  int,
  objects,
  quantity,
  ref,
  refs,
  text,
  texts,
  time,
} from '../../src/catalog/fields.ts';
import { defineKind, type Kind } from '../../src/catalog/kind.ts';
import { type Catalog, createCatalog } from '../../src/catalog/model.ts';
import { refuse, rowRule } from '../../src/catalog/rules.ts';
import type { ConstraintRules } from '../../src/catalog/write/constraints.ts';
import { createWritePipeline, type WritePipeline } from '../../src/catalog/write/pipeline.ts';
import type { ApplyOptions } from '../../src/catalog/write/request.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { createTestDatabase } from '../kit/database.ts';

/*
 *   Area ◄─ Area            an area stands in an area: both are scopes
 *     ▲
 *     ├── Box ◄── Plug ◄══ Wire      a wire has two plugs
 *     │     ▲      ▲
 *     └─────┴──────┴── Badge         on a box or a plug; names its area by code
 *
 * A Seal is part of its box, and stays as long as it is whole: what it says of that names itself, and does not say so.
 */
const d = (description: string): { readonly description: string } => ({ description });
const common = { domain: 'inventory', group: 'toys.example', printer: [] } as const;
const kind = (name: string, rest: Pick<Kind, 'scope' | 'spec'> & Partial<Kind>): Kind =>
  defineKind({
    ...common,
    ...rest,
    kind: name,
    table: `toy_${name.toLowerCase()}`,
    plural: rest.plural ?? `${name.toLowerCase()}s`,
    description: name,
  });

const area = kind('Area', {
  scope: { own: true, parent: ['parentRef'] },
  keys: ['code'],
  spec: {
    code: text({ ...d('Its code.'), immutable: 'always', pattern: /^[A-Z]+$/, accepts: 'capital letters' }),
    parentRef: ref('Area', d('What it stands in.')),
  },
});

const box = kind('Box', {
  plural: 'boxes',
  scope: { home: ['areaRef'] },
  phase: 'phase',
  spec: {
    areaRef: ref('Area', { ...d('Where it stands.'), required: true }),
    size: int({ ...d('How large it is.'), required: true, min: 1, max: 100 }),
    phase: choice(
      'ToyPhase',
      { Draft: 'It is a draft.', Published: 'It is published.' },
      { ...d('Its phase.'), default: 'Draft' },
    ),
    serial: text({ ...d('Its number.'), immutable: 'published' }),
    weight: quantity(d('How heavy it is.')),
    limit: bigint(d('A large number.')),
    madeAt: time(d('When it was made.')),
    tags: texts({ ...d('Words.'), unique: true }),
    caption: group('ToyCaption', { title: text(d('Title.')), notes: texts(d('Notes.')) }, d('What is written on it.')),
    shelves: objects(
      'ToyShelf',
      { name: text({ ...d('Name.'), required: true }), load: int(d('Load.')) },
      { ...d('Its shelves.'), key: 'name' },
    ),
  } satisfies Record<string, Field>,
  check: (change) =>
    change.spec.serial === 'forbidden' ? [refuse(change, 'FORBIDDEN_SERIAL', 'spec.serial', 'not this one')] : [],
  // The boxes of an area have at most 100 of size together, in the final state.
  checkAll: rowRule<{ total: number }>(
    (ids) => sql`select b.id, t.total from toy_box b
     cross join lateral (select sum(o.size)::int as total from toy_box o where o.area_id = b.area_id) t
     where b.id = any(${ids}::uuid[]) and t.total > 100 order by b.name`,
    (change, { total }) => refuse(change, 'AREA_FULL', 'spec.size', `${total} in all`),
  ),
});

const plug = kind('Plug', {
  scope: { home: ['boxRef'] },
  spec: {
    boxRef: ref('Box', { ...d('Its box.'), required: true }),
    number: int({ ...d('Its number.'), required: true }),
  },
});

const wire = kind('Wire', {
  scope: { home: ['ends'], also: ['ends'] },
  spec: {
    ends: refs('Plug', {
      ...d('Its two plugs.'),
      table: 'toy_wire_end',
      ownerColumn: 'wire_id',
      required: true,
      min: 2,
      max: 2,
      unique: true,
    }),
  },
});

const badge = kind('Badge', {
  scope: { home: ['on'] },
  spec: {
    on: ref(['Box', 'Plug'], { ...d('What it is on.'), required: true }),
    area: ref('Area', { ...d('Area, by code.'), form: 'string', by: 'code' }),
    seen: refs('Area', {
      ...d('Areas it has been in.'),
      table: 'toy_badge_seen',
      ownerColumn: 'badge_id',
      wrap: 'areaRef',
      by: 'code',
      exportName: true,
      unique: true,
    }),
  },
});

const seal = kind('Seal', {
  scope: { home: ['boxRef'] },
  spec: {
    boxRef: ref('Box', { ...d('The box that it closes.'), required: true, owned: 'always' }),
    condition: text(d('How it is.')),
  },
  checkGone: (objects) =>
    Promise.resolve(
      objects
        .filter(({ spec }) => spec.condition === 'whole')
        .map((object) => refuse(object, 'SEAL_WHOLE', 'metadata.name', `${object.name} is whole`)),
    ),
});

const columns = `id uuid primary key, name text not null unique, labels jsonb not null, annotations jsonb not null,
  generation int not null, revision bigint not null, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(), scope_id uuid not null references scope (id) on delete restrict`;
const tables = `
  create table toy_area (${columns}, code text unique, parent_id uuid references toy_area (id) on delete restrict);
  create table toy_box (${columns}, area_id uuid not null references toy_area (id) on delete restrict, size int not null, phase text not null, serial text,
    weight text, weight_value numeric, "limit" bigint, made_at timestamptz, tags text[] not null, caption_title text, caption_notes text[] not null, shelves jsonb);
  create table toy_plug (${columns}, box_id uuid not null references toy_box (id) on delete restrict, number int not null,
    constraint toy_plug_number_free unique (box_id, number) deferrable initially deferred);
  create table toy_wire (${columns}, other_scope_ids uuid[] not null);
  create table toy_wire_end (wire_id uuid references toy_wire (id) on delete cascade, position int, toy_plug_id uuid not null references toy_plug (id) on delete restrict, primary key (wire_id, position));
  create unique index toy_plug_one_wire on toy_wire_end (toy_plug_id);
  create table toy_seal (${columns}, box_id uuid not null references toy_box (id) on delete restrict, condition text);
  create table toy_badge (${columns}, on_toy_box_id uuid references toy_box (id) on delete restrict, on_toy_plug_id uuid references toy_plug (id) on delete restrict, area_id uuid references toy_area (id) on delete restrict);
  create table toy_badge_seen (badge_id uuid references toy_badge (id) on delete cascade, position int, toy_area_id uuid not null references toy_area (id) on delete restrict, primary key (badge_id, position))`;

const rules: ConstraintRules = new Map([
  ['toy_plug_number_free', { rule: 'NUMBER_TAKEN', message: 'the box has a plug of this number already' }],
  ['toy_plug_one_wire', { rule: 'PLUG_TAKEN', message: 'a plug carries at most one wire' }],
]);

export interface Toys {
  readonly catalog: Catalog;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly pipeline: WritePipeline;
  /** Applies one text; shorter to write down than a whole outcome. */
  apply(content: string, options?: Partial<ApplyOptions>): ReturnType<WritePipeline['apply']>;
  remove(...objects: readonly string[]): ReturnType<WritePipeline['remove']>;
  rows<T>(text: string): Promise<T[]>;
  close(): Promise<void>;
}

/** A catalog of six toy kinds with tables of their own, on a real database. */
export async function createToys(): Promise<Toys> {
  const { url, drop } = await createTestDatabase();
  const database = createDatabase(url, { poolSize: 8 });
  await database.pool.query(tables);
  const catalog = createCatalog([{ kinds: [area, box, plug, wire, badge, seal] }]);
  const pipeline = createWritePipeline({ catalog, database, constraints: rules });
  return {
    catalog,
    database,
    databaseUrl: url,
    pipeline,
    apply: (content, options = {}) =>
      pipeline.apply([{ source: 'toys.yaml', content }], { by: bySystem, validateOnly: false, ...options }),
    remove: (...objects) => {
      const wanted = objects.map((one) => {
        const [of = '', name = ''] = one.split('/');
        return { kind: of, name };
      });
      return pipeline.remove(
        { objects: wanted, manifests: [] },
        { by: bySystem, validateOnly: false, allowMissing: false },
      );
    },
    rows: (statement) => database.rows(sql.raw(statement)),
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

/** `doc('Box', 'b1', {size: 3})` → its manifest as a YAML document. */
export const doc = (of: string, name: string, spec: object = {}, metadata: object = {}): string =>
  `---\napiVersion: toys.example/v1alpha1\nkind: ${of}\nmetadata: ${JSON.stringify({ name, ...metadata })}\nspec: ${JSON.stringify(spec)}\n`;

export const anArea = (name: string, parent?: string): string =>
  doc('Area', name, parent === undefined ? {} : { parentRef: { name: parent } });
export const aBox = (name: string, areaName: string, more: object = {}): string =>
  doc('Box', name, { areaRef: { name: areaName }, size: 1, ...more });
export const aPlug = (name: string, boxName: string, number = 1): string =>
  doc('Plug', name, { boxRef: { name: boxName }, number });
export const aWire = (name: string, ...ends: readonly string[]): string =>
  doc('Wire', name, { ends: ends.map((end) => ({ name: end })) });

export const counted = (outcome: Awaited<ReturnType<WritePipeline['apply']>>): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(outcome.results, (one) => one.outcome)].map(([name, all]) => [name, all.length]));
