import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { provenElsewhere } from './proven-elsewhere.ts';
import { statementsOfRules } from './run-rules.ts';
import { numbered } from './sql-reader.ts';
import { readTemplates, type Template } from './templates.ts';

let home: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  home = await createTestDatabase();
  client = new pg.Client({ connectionString: home.url });
  await client.connect();
  await client.query('select change_note_table()'); // Of a session that writes.
});
afterAll(async () => {
  await client.end();
  await home.drop();
});

const isStatement = (text: string): boolean => /^\s*(with|select|insert|update|delete|truncate)\b/i.test(text);

/** Where rules stand that are made by a function for several tables. */
const isRule = (file: string): boolean => file === 'src/catalog/rules.ts' || file.startsWith('src/domains/');

/** What the database says against a statement; undefined when it would run it. */
async function objection(text: string): Promise<string | undefined> {
  try {
    await client.query(`prepare candidate as ${text}`);
    await client.query('deallocate candidate');
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/**
 * Prepares whatever reads as a statement. A template counts as taken when it is a statement that the database takes, or
 * a part of one; a statement that reads in several ways has to be taken in each of them.
 */
async function refusedTemplates(templates: readonly Template[]): Promise<Map<Template, string | undefined>> {
  const byNode = new Map(templates.map((template) => [template.node, template]));
  const taken = new Set<Template>();
  const refused = new Map<Template, string>();
  for (const template of templates) {
    const statements = (template.readings ?? []).filter(({ text }) => isStatement(text));
    let takenReadings = 0;
    for (const { text, templates: parts } of statements) {
      const reason = await objection(numbered(text));
      if (reason !== undefined) refused.set(template, reason);
      else {
        takenReadings += 1;
        for (const part of parts) {
          const known = byNode.get(part);
          if (known !== undefined) taken.add(known);
        }
      }
    }
    if (takenReadings > 0 && takenReadings < statements.length) taken.delete(template);
  }
  for (const text of await statementsOfRules()) {
    const reason = await objection(text);
    for (const template of templates.filter(({ file, isIn }) => isRule(file) && isIn(text))) {
      if (reason === undefined) taken.add(template);
      else refused.set(template, reason);
    }
  }
  return new Map(
    templates.filter((template) => !taken.has(template)).map((template) => [template, refused.get(template)]),
  );
}

test('the database takes every statement of the service, but for those that are planned and proven elsewhere', async () => {
  const refused = await refusedTemplates(readTemplates());
  const places = Object.keys(provenElsewhere);
  const told = [...refused].filter(
    ([{ file }, reason]) => reason !== undefined || !places.some((place) => file.startsWith(place)),
  );
  const unread = 'is part of no statement that can be put together from the source';
  expect(told.map(([{ file, line }, reason = unread]) => `${file}:${line} ${reason}`)).toEqual([]);
  // A place whose statements can all be prepared needs no reason.
  const files = [...refused.keys()].map(({ file }) => file);
  expect(places.filter((place) => !files.some((file) => file.startsWith(place)))).toEqual([]);
});

test('what the rules of all kinds ask is taken by the database, whatever it is written with', async () => {
  const refused: string[] = [];
  for (const text of await statementsOfRules()) {
    const reason = await objection(text);
    if (reason !== undefined) refused.push(`${reason}: ${text}`);
  }
  expect(refused).toEqual([]);
});
