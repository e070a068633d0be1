import { partsOf, partsWithout, type SchemaPart, withClient } from './schema-state.ts';

/** What depends on other parts goes first and comes last. */
const creationOrder: readonly SchemaPart['type'][] = [
  'extension',
  'sequence',
  'function',
  'constraint',
  'index',
  'trigger',
];

export interface Difference {
  /** SQL that leads from the migrated database to the declared one. */
  readonly script: string;
  /** What no statement can be written for: tables and privileges that stand in prisma/constraints. */
  readonly byHand: readonly string[];
}

/**
 * Completes the engine's script by what Prisma's language lacks: runs it on the migrated database, and writes the
 * statements for what is still different from the declared one.
 */
export async function writeDifference(
  engineScript: string,
  migratedUrl: string,
  declaredUrl: string,
): Promise<Difference> {
  const wanted = await partsOf(declaredUrl);
  const ours = withoutUnknownDrops(engineScript, wanted);
  await withClient(migratedUrl, (client) => client.query(ours));
  const present = await partsOf(migratedUrl);
  const [gone, added] = [partsWithout(present, wanted), partsWithout(wanted, present)];
  const drops = inOrder(gone)
    .reverse()
    .filter(({ type, name }) => type !== 'function' || !added.some((part) => part.name === name))
    .map(({ drop }) => drop);
  const statements = [...drops, ...inOrder(added).map(({ create }) => create)].filter((text) => text !== null);
  const byHand = [...gone, ...added]
    .filter(({ create, type }) => create === null && type !== 'index')
    .map(({ name }) => name);
  const script = [ours, ...statements.map((text) => `${text};`)].filter((text) => text !== '').join('\n\n');
  return { script: script === '' ? '' : `${script}\n`, byHand: [...new Set(byHand)] };
}

const inOrder = (parts: readonly SchemaPart[]): SchemaPart[] =>
  creationOrder.flatMap((type) => parts.filter((part) => part.type === type));

/**
 * The engine wants to drop whatever Prisma's language has no words for: partial indexes, tables of triggers. What the
 * declared database has is kept, unless the script makes it anew under the same name.
 */
export function withoutUnknownDrops(script: string, wanted: readonly SchemaPart[]): string {
  const known = new Set(wanted.map(({ name }) => name));
  const steps = script.split(/\n\n(?=-- )/).map((step) => step.trim());
  const isKept = (step: string): boolean => {
    const [, table] = /^DROP TABLE "(\w+)";$/m.exec(step) ?? [];
    if (table !== undefined) return !known.has(`table ${table}`) || script.includes(`CREATE TABLE "${table}"`);
    const [, index] = /^DROP INDEX "(\w+)";$/m.exec(step) ?? [];
    if (index !== undefined) return !known.has(`index ${index}`) || script.includes(`INDEX "${index}" ON`);
    const [, owner, constraint] = /^ALTER TABLE "(\w+)" DROP CONSTRAINT "(\w+)";$/m.exec(step) ?? [];
    return !known.has(`constraint ${owner}.${constraint}`) || script.includes(`ADD CONSTRAINT "${constraint}"`);
  };
  return steps.filter((step) => step !== '' && isKept(step)).join('\n\n');
}
