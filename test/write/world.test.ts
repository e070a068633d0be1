import { afterAll, beforeAll, expect, test } from 'vitest';
import { synchroniseAccess } from '../../src/catalog/access/synchronise.ts';
import { bySystem } from '../../src/catalog/author.ts';
import { createCatalog } from '../../src/catalog/model.ts';
import { readConstraintRules } from '../../src/catalog/write/constraints.ts';
import { createWritePipeline, type WritePipeline } from '../../src/catalog/write/pipeline.ts';
import { setUpAdministration } from '../../src/domains/iam/index.ts';
import { domains } from '../../src/domains/index.ts';
import { createDatabase, type Database } from '../../src/platform/db/database.ts';
import { sql } from '../../src/platform/db/sql.ts';
import { exampleWorld } from '../kit/app.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

const catalog = createCatalog(domains);
let place: TestDatabase;
let database: Database;
let pipeline: WritePipeline;
beforeAll(async () => {
  place = await createTestDatabase();
  database = createDatabase(place.url, { poolSize: 2 });
  const constraints = await readConstraintRules(new URL('../../prisma/constraints/', import.meta.url));
  await synchroniseAccess(catalog, database);
  pipeline = createWritePipeline({ catalog, database, constraints });
  await setUpAdministration({ catalog, database, pipeline }, undefined);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

const apply = (content: string) =>
  pipeline.apply([{ source: 'world.yaml', content }], { by: bySystem, validateOnly: false });
const remove = (...objects: readonly string[]) =>
  pipeline.remove(
    {
      objects: objects.map((one) => ({ kind: one.split('/')[0] ?? '', name: one.slice(one.indexOf('/') + 1) })),
      manifests: [],
    },
    { by: bySystem, validateOnly: false, allowMissing: false },
  );
const doc = (group: string, kind: string, metadata: object, spec: object): string =>
  `---\n${JSON.stringify({ apiVersion: `${group}.miloapis.com/v1alpha1`, kind, metadata, spec })}\n`;
const organization = (name: string) => doc('resourcemanager', 'Organization', { name }, { type: 'Standard' });
const project = (name: string, owner: string, labels: object = {}) =>
  doc('resourcemanager', 'Project', { name, labels }, { ownerRef: { kind: 'Organization', name: owner } });
const folder = (name: string, owner: string, parent?: string) =>
  doc(
    'catalog',
    'Folder',
    { name },
    { organizationRef: { name: owner }, displayName: name, ...(parent && { parentRef: { name: parent } }) },
  );
const placement = (of: string, into: string) =>
  doc('catalog', 'ProjectPlacement', { name: of }, { projectRef: { name: of }, folderRef: { name: into } });

/** Kinds of the scopes at or above an object's, nearest first. */
const scopesOf = async (table: string, name: string): Promise<string> => {
  const rows = await database.rows<{ kind: string }>(
    sql`select s.kind from ${sql.ident(table)} t join scope_closure c on c.descendant_id = t.scope_id
      join scope s on s.id = c.ancestor_id and s.kind <> 'Kind' where t.name = ${name} order by c.depth`,
  );
  return rows.map(({ kind }) => kind).join(' < ');
};

test('a project keeps the folder it was placed in when the project itself changes', async () => {
  await apply(
    organization('fell') +
      folder('upper', 'fell') +
      folder('lower', 'fell', 'upper') +
      project('scree', 'fell') +
      placement('scree', 'lower'),
  );
  const inside = 'Project < Folder < Folder < Organization < Platform';
  expect(await scopesOf('project', 'scree')).toBe(inside);
  expect((await apply(project('scree', 'fell', { tier: 'gold' }))).results[0]?.outcome).toBe('UPDATED');
  expect(await scopesOf('project', 'scree')).toBe(inside);
  await remove('ProjectPlacement/scree');
  expect(await scopesOf('project', 'scree')).toBe('Project < Organization < Platform');
});

test('what lives in the namespace of an organization comes under it, and keeps it from being deleted', async () => {
  const group = doc('iam', 'Group', { name: 'crew', namespace: 'organization-tarn' }, {});
  await apply(group);
  expect(await scopesOf('user_group', 'crew')).toBe('Platform');
  await apply(organization('tarn'));
  expect(await scopesOf('user_group', 'crew')).toBe('Organization < Platform');
  const refused = await remove('Organization/tarn');
  expect(refused.violations.map(({ message }) => message)).toEqual([
    'Organization/tarn is referred to by 1 group (crew)',
  ]);
  expect((await remove('Organization/tarn', 'Group/crew')).isApplied).toBe(true);
});

const next: Readonly<Record<string, string>> = { Published: 'Deprecated', Deprecated: 'Retired' };

/** Brings everything that has a phase to its end, step by step. */
async function retireAll(content: string): Promise<void> {
  const step = (text: string): string =>
    text.replace(/(?<=phase: )(Published|Deprecated)$/gm, (phase) => next[phase] ?? '');
  expect((await apply(step(content))).violations).toEqual([]);
  expect((await apply(step(step(content)))).violations).toEqual([]);
}

const removeAll = (content: string) =>
  pipeline.remove(
    { objects: [], manifests: [{ source: 'world.yaml', content }] },
    { by: bySystem, validateOnly: false, allowMissing: false },
  );

test('the whole example world can be deleted at once when nothing of it is in force, and leaves nothing behind', async () => {
  const before = await database.rows(sql`select id from scope order by id`);
  const content = await exampleWorld();
  expect((await apply(content)).violations).toEqual([]);
  const derived = await database.rows<{ name: string }>(
    sql`select name from meter_definition where configuration_id is not null order by name limit 1`,
  );
  expect((await remove(`MeterDefinition/${derived[0]?.name}`)).violations).toMatchObject([{ rule: 'DERIVED' }]);
  // What is deployed keeps the version that it is at from being retired.
  const documents = content.split(/^---$/m);
  const deployments = documents.filter((text) => /^kind: Deployment$/m.test(text)).join('---');
  const rest = documents.filter((text) => !/^kind: Deployment$/m.test(text)).join('---');
  expect((await removeAll(deployments)).violations).toEqual([]);
  await retireAll(rest);
  const outcome = await removeAll(rest);
  expect(outcome.violations).toEqual([]);
  expect(new Set(outcome.results.map((one) => one.outcome))).toEqual(new Set(['DELETED']));
  expect(await database.rows(sql`select id from scope order by id`)).toEqual(before);
  for (const table of [
    'port',
    'cable_termination',
    'cabled_port',
    'rack_unit_claim',
    'meter_definition',
    'service_dependency',
  ]) {
    expect([table, ...(await database.rows(sql`select count(*)::int as count from ${sql.ident(table)}`))]).toEqual([
      table,
      { count: 0 },
    ]);
  }
});
