/**
 * Prints the Prisma models of all kinds, one file per domain, the triggers that note their changes and the indexes that
 * Prisma's language lacks, from the kind definitions:
 * `npm run models` writes them, `npm run models -- --check` fails when they are out of date.
 * Constraints that Prisma's language lacks stand in prisma/constraints/<domain>.sql.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { ChoiceField, Field, GroupField } from '../src/catalog/fields.ts';
import { changeTriggers } from '../src/catalog/history/change-triggers.ts';
import type { Catalog, KindModel, Leaf, Reference } from '../src/catalog/model.ts';
import { createCatalog } from '../src/catalog/model.ts';
import { NATURAL_ORDER } from '../src/catalog/read/order.ts';
import { entriesFromTheStart, searchTriggers } from '../src/catalog/search/search-triggers.ts';
import { constantCase } from '../src/catalog/values/names.ts';
import { domains } from '../src/domains/index.ts';

const camel = (snake: string): string => snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (snake: string): string => camel(`_${snake}`);
/** Identifier for an enum value in Prisma's language; the stored value is the platform's own spelling. */
const enumMember = (value: string): string => (/^[A-Za-z][A-Za-z0-9_]*$/.test(value) ? value : constantCase(value));

// In the order in which `prisma format` leaves attributes.
const attributeOrder = ['@id', '@unique', '@default', '@map', '@relation', '@db'];
const rank = (attribute: string): number => attributeOrder.findIndex((name) => attribute.startsWith(name));

const line = (name: string, type: string, ...attributes: string[]): string => {
  const written = attributes.filter((attribute) => attribute !== '').sort((a, b) => rank(a) - rank(b));
  return `  ${[name, type, ...written].join(' ')}`;
};

/** The instant that history gives the change (prisma/before-tables.sql). */
const writeInstant = '@default(dbgenerated("write_instant()"))';

const column = (column: string, type: string, nullable: boolean, ...attributes: string[]): string => {
  const name = camel(column);
  return line(name, type + (nullable ? '?' : ''), ...attributes, name === column ? '' : `@map("${column}")`);
};

const foreignKey = (table: string, own: string, target: KindModel, nullable: boolean, relation: string): string[] => [
  column(own, 'String', nullable, '@db.Uuid'),
  line(
    `${camel(own)}Row`,
    pascal(target.table) + (nullable ? '?' : ''),
    `@relation("${relation}", fields: [${camel(own)}], references: [id], onDelete: Restrict, onUpdate: Restrict, map: "${table}_${own}_fkey")`,
  ),
];

const scalar = (field: Exclude<Field, GroupField>): [type: string, attribute: string] => {
  switch (field.type) {
    case 'text':
      return ['String', ''];
    case 'int':
      return ['Int', ''];
    case 'bigint':
      return ['BigInt', ''];
    case 'float':
      return ['Float', ''];
    case 'bool':
      return ['Boolean', ''];
    case 'time':
      return ['DateTime', '@db.Timestamptz(6)'];
    case 'choice':
      return [field.name, ''];
    case 'texts':
      return ['String[]', ''];
    case 'objects':
      return ['Json', '@db.JsonB'];
    default:
      throw new Error(`${field.type} has no single column`);
  }
};

const isUnique = (kind: KindModel, leaf: Leaf): boolean => kind.keys.includes(leaf.path) && kind.ownedBy === undefined;

function leafLines(kind: KindModel, leaf: Leaf, references: readonly Reference[]): string[] {
  const { field } = leaf;
  if (field.type === 'refs') return [];
  if (field.type === 'ref') {
    const reference = references.find((candidate) => candidate.leaf === leaf);
    const targets = reference?.targets ?? [];
    const nullable = !leaf.isRequired || targets.length > 1;
    return targets.flatMap((target) =>
      foreignKey(kind.table, target.column, target.kind, nullable, `${kind.table}_${target.column}`),
    );
  }
  const nullable = !leaf.isRequired && !('default' in field && field.default !== undefined && leaf.groups.length === 0);
  const unique = isUnique(kind, leaf) ? `@unique(map: "${kind.table}_${leaf.column}_key")` : '';
  if (field.type === 'quantity') {
    return [
      column(leaf.column, 'String', nullable),
      column(`${leaf.column}_value`, 'Decimal', nullable, '@db.Decimal'),
    ];
  }
  const [type, attribute] = scalar(field);
  const isList = field.type === 'texts';
  const fallback = statusDefault(kind, leaf);
  return [column(leaf.column, type, nullable && !isList, attribute, unique, isList ? '@default([])' : fallback)];
}

/** Status columns are filled after the row is made, so a required one starts with its default. */
function statusDefault(kind: KindModel, leaf: Leaf): string {
  if (!kind.statusLeaves.includes(leaf) || !('default' in leaf.field) || leaf.field.default === undefined) return '';
  const { field } = leaf;
  return field.type === 'choice'
    ? `@default(${enumMember(String(field.default))})`
    : `@default(${JSON.stringify(field.default)})`;
}

function model(kind: KindModel): string {
  const { table } = kind;
  const references = [...kind.references, ...kind.statusReferences];
  const lines: string[] = [
    line('id', 'String', `@id(map: "${table}_pkey")`, '@db.Uuid'),
    line('name', 'String'),
    ...(kind.namespaced ? [line('namespace', 'String')] : []),
    ...(kind.inProject
      ? [
          column('project_id', 'String', false, '@db.Uuid'),
          line(
            'project',
            'Project',
            `@relation("${table}_project_id", fields: [projectId], references: [id], onDelete: Restrict, onUpdate: Restrict, map: "${table}_project_id_fkey")`,
          ),
        ]
      : []),
    ...(kind.ownGroups.length > 1 ? [column('api_group', 'String', false)] : []),
    line('labels', 'Json', '@default("{}")', '@db.JsonB'),
    line('annotations', 'Json', '@default("{}")', '@db.JsonB'),
    line('generation', 'Int', '@default(1)'),
    line('revision', 'BigInt'),
    column('created_at', 'DateTime', false, writeInstant, '@db.Timestamptz(6)'),
    column('updated_at', 'DateTime', false, writeInstant, '@db.Timestamptz(6)'),
    column('scope_id', 'String', false, '@db.Uuid'),
    line(
      'scope',
      'Scope',
      `@relation("${table}_scope", fields: [scopeId], references: [id], onDelete: Restrict, onUpdate: Restrict, map: "${table}_scope_id_fkey")`,
    ),
    ...('also' in kind.scope ? [column('other_scope_ids', 'String[]', false, '@default([])', '@db.Uuid')] : []),
    ...[...kind.leaves, ...kind.statusLeaves].flatMap((leaf) => leafLines(kind, leaf, references)),
    ...kind.referrers.flatMap(({ from, reference, column: key }) => {
      const isList = reference.field.type === 'refs';
      const owner = isList ? linkTable(from, reference) : from.table;
      return [line(`${camel(owner)}By${pascal(key)}`, `${pascal(owner)}[]`, `@relation("${owner}_${key}")`)];
    }),
    ...links(kind).flatMap((reference) => {
      const owner = linkTable(kind, reference);
      return [line(`${camel(owner)}Rows`, `${pascal(owner)}[]`, `@relation("${owner}_owner")`)];
    }),
    ...(kind.kind === 'Project' ? inProjectRelations() : []),
  ];
  const identity = kind.inProject ? ['projectId', 'name'] : kind.namespaced ? ['namespace', 'name'] : ['name'];
  lines.push('');
  if (kind.ownedBy === undefined) lines.push(`  @@unique([${identity.join(', ')}], map: "${table}_name_key")`);
  const isOrdered = kind.isNumbered !== true;
  if (isOrdered) lines.push(`  @@index([scopeId, name, id], map: "${table}_scope_idx")`);
  if (isOrdered) lines.push(`  @@index([name, id], map: "${table}_order_idx")`);
  // In the order of their making rows are added at its end, which costs an import little.
  lines.push(`  @@index([createdAt, id], map: "${table}_created_idx")`);
  lines.push(`  @@index([labels(ops: JsonbOps)], type: Gin, map: "${table}_labels_idx")`);
  if ('also' in kind.scope) lines.push(`  @@index([otherScopeIds], type: Gin, map: "${table}_other_scopes_idx")`);
  for (const { field, targets } of references) {
    const [only, another] = targets;
    if (field.type !== 'ref' || only === undefined || another !== undefined || !isOrdered || isRare(field)) continue;
    lines.push(`  @@index([${camel(only.column)}, name, id], map: "${table}_${only.column}_idx")`);
  }
  lines.push(`  @@map("${table}")`);
  const doc = kind.description.split('\n').map((text) => `/// ${text}`.trimEnd());
  return [...doc, `model ${pascal(table)} {`, ...lines, '}', ''].join('\n');
}

const links = (kind: KindModel): Reference[] =>
  [...kind.references, ...kind.statusReferences].filter((reference) => reference.field.type === 'refs');

const linkTable = (kind: KindModel, { field }: Reference): string => (field.type === 'refs' ? field.table : kind.table);

const inProjectRelations = (): string[] =>
  catalog.kinds
    .filter((kind) => kind.inProject)
    .map((kind) =>
      line(`${camel(kind.table)}InProject`, `${pascal(kind.table)}[]`, `@relation("${kind.table}_project_id")`),
    );

/** How rows of a kind are ordered in an index, as lists are: Prisma's language has no collations. */
const inOrder = ({ isNumbered }: KindModel): string =>
  isNumbered === true ? `name collate ${NATURAL_ORDER}, id` : 'name, id';

/** Where names are numbered, the indexes that Prisma has for other kinds. */
const numberedIndexes = (kind: KindModel): string[] => {
  const { table } = kind;
  if (kind.isNumbered !== true) return [];
  return [
    `create index ${table}_scope_idx on ${table} (scope_id, ${inOrder(kind)});`,
    `create index ${table}_order_idx on ${table} (${inOrder(kind)});`,
  ];
};

const isRare = (field: Reference['field']): boolean => field.type === 'ref' && field.isRare === true;

/**
 * Of a reference to several kinds only one column is set, and of a rare one hardly any: the indexes leave out rows that have
 * none. Those to one kind are Prisma's otherwise, unless names are numbered.
 */
const referenceIndexes = (kind: KindModel): string[] =>
  [...kind.references, ...kind.statusReferences].flatMap((reference) => {
    const { field, targets } = reference;
    const isPartial = targets.length > 1 || isRare(field);
    if (!isPartial && (kind.isNumbered !== true || field.type === 'refs')) return [];
    const table = linkTable(kind, reference);
    const rest = field.type === 'refs' ? (field.ownerColumn ?? `${kind.table}_id`) : inOrder(kind);
    return targets.map(
      ({ column: key }) =>
        `create index ${table}_${key}_idx on ${table} (${key}, ${rest})${isPartial ? ` where ${key} is not null` : ''};`,
    );
  });

function linkModel(kind: KindModel, reference: Reference): string {
  const { field, targets } = reference;
  if (field.type !== 'refs') return '';
  const owner = field.ownerColumn ?? `${kind.table}_id`;
  const { table } = field;
  const lines = [
    column(owner, 'String', false, '@db.Uuid'),
    line(
      'owner',
      pascal(kind.table),
      `@relation("${table}_owner", fields: [${camel(owner)}], references: [id], onDelete: Cascade, onUpdate: Restrict, map: "${table}_${owner}_fkey")`,
    ),
    line('position', 'Int'),
    ...Object.entries(field.entry?.fields ?? {}).map(([name, member]) => column(name, scalar(member)[0], false)),
    ...targets.flatMap((target) =>
      foreignKey(table, target.column, target.kind, targets.length > 1, `${table}_${target.column}`),
    ),
    '',
    `  @@id([${camel(owner)}, position], map: "${table}_pkey")`,
    ...targets
      .filter(() => targets.length === 1)
      .map((target) => `  @@index([${camel(target.column)}, ${camel(owner)}], map: "${table}_${target.column}_idx")`),
    `  @@map("${table}")`,
  ];
  return [`/// ${kind.kind}.${reference.leaf.path}`, `model ${pascal(table)} {`, ...lines, '}', ''].join('\n');
}

const choicesOf = (field: Leaf['field']): ChoiceField[] => {
  if (field.type === 'choice') return [field];
  if (field.type !== 'refs') return [];
  return Object.values(field.entry?.fields ?? {}).filter((member) => member.type === 'choice');
};

function enums(kinds: readonly KindModel[], seen: Map<string, ChoiceField>): string[] {
  return kinds.flatMap((kind) =>
    [...kind.leaves, ...kind.statusLeaves]
      .flatMap(({ field }) => choicesOf(field))
      .flatMap((field) => {
        const earlier = seen.get(field.name);
        if (earlier !== undefined) {
          if (earlier.values.join() !== field.values.join()) throw new Error(`two enums are called ${field.name}`);
          return [];
        }
        seen.set(field.name, field);
        const values = field.values.map((value) =>
          enumMember(value) === value ? `  ${value}` : `  ${enumMember(value)} @map("${value}")`,
        );
        const mapped = field.name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();
        return [[`enum ${field.name} {`, ...values, '', `  @@map("${mapped}")`, '}', ''].join('\n')];
      }),
  );
}

const scopeRelations = (kinds: readonly KindModel[]): string =>
  kinds
    .map((kind) => line(camel(kind.table), `${pascal(kind.table)}[]`, `@relation("${kind.table}_scope")`))
    .join('\n');

const catalog: Catalog = createCatalog(domains);
const seen = new Map<string, ChoiceField>();
const files = new Map<string, string>();
const head = '// Generated by `npm run models` from the kind definitions in src/domains. Do not edit.\n\n';
for (const domain of new Set(catalog.kinds.map((kind) => kind.domain))) {
  const kinds = catalog.kinds.filter((kind) => kind.domain === domain);
  const models = kinds.flatMap((kind) => [model(kind), ...links(kind).map((reference) => linkModel(kind, reference))]);
  files.set(`prisma/schema/${domain}.prisma`, head + [...enums(kinds, seen), ...models].join('\n'));
}
files.set(
  'prisma/schema/scope.prisma',
  `${head}/// The permission hierarchy: platform, organizations, folders, projects, services, regions, sites, racks, providers.
model Scope {
  id String @id(map: "scope_pkey") @db.Uuid
  kind String
  parentId String? @map("parent_id") @db.Uuid
  parent Scope? @relation("scope_parent", fields: [parentId], references: [id], onDelete: Restrict, onUpdate: Restrict, map: "scope_parent_id_fkey")
  children Scope[] @relation("scope_parent")
  isPublic Boolean @default(false) @map("is_public")
  above ScopeClosure[] @relation("scope_closure_descendant")
  below ScopeClosure[] @relation("scope_closure_ancestor")
  grants GrantEdge[] @relation("grant_edge_scope")
${scopeRelations(catalog.kinds)}

  @@index([parentId], map: "scope_parent_idx")
  @@map("scope")
}

/// Every pair of a scope and a scope at or above it; depth 0 is the scope itself.
model ScopeClosure {
  ancestorId String @map("ancestor_id") @db.Uuid
  descendantId String @map("descendant_id") @db.Uuid
  depth Int
  ancestor Scope @relation("scope_closure_ancestor", fields: [ancestorId], references: [id], onDelete: Cascade, onUpdate: Restrict, map: "scope_closure_ancestor_id_fkey")
  descendant Scope @relation("scope_closure_descendant", fields: [descendantId], references: [id], onDelete: Cascade, onUpdate: Restrict, map: "scope_closure_descendant_id_fkey")

  @@id([descendantId, ancestorId], map: "scope_closure_pkey")
  @@index([ancestorId, descendantId], map: "scope_closure_ancestor_idx")
  @@map("scope_closure")
}
`,
);

const sqlHead = '-- Generated by `npm run models` from the kind definitions in src/domains. Do not edit.\n\n';
files.set('prisma/constraints/history_triggers.sql', `${sqlHead}${catalog.kinds.flatMap(changeTriggers).join('\n')}\n`);
files.set(
  'prisma/constraints/search_triggers.sql',
  `${sqlHead}${catalog.kinds.flatMap(searchTriggers).join('\n')}\n\n-- Of what every catalog has from the start.\n${catalog.kinds.map(entriesFromTheStart).join('\n')}\n`,
);
files.set(
  'prisma/constraints/reference_indexes.sql',
  `${sqlHead}${catalog.kinds.flatMap((kind) => [...numberedIndexes(kind), ...referenceIndexes(kind)]).join('\n')}\n`,
);

// `prisma format` aligns what stands here in plain columns.
const bare = (text: string): string =>
  text
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/gm, '')
    .replace(/\n+/g, '\n');
let stale = false;
for (const [path, text] of files) {
  const present = await readFile(path, 'utf8').catch(() => '');
  if (bare(present) === bare(text)) continue;
  if (process.argv.includes('--check')) {
    stale = true;
    console.error(`${path} is out of date: run npm run models`);
  } else {
    await writeFile(path, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = stale ? 1 : 0;
