import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, Walk } from '../../../catalog/walk.ts';
import { sql } from '../../../platform/db/sql.ts';
import { impactsOf } from './impact-of.ts';
import { presentImpacts } from './present-impact.ts';
import { keyText, lostKinds, lostTables, type Named, namedBy } from './what-can-be-lost.ts';

async function impacts(ask: AskValue, see: See, losses: readonly (readonly ObjectKey[])[], first: number) {
  const found = await impactsOf(ask, see, losses, first);
  return presentImpacts(ask, see, found.facts, found.impacts, first);
}

/** Of objects of a kind: what breaks when each of them is lost. */
export const impactOfEach = (kind: string): Walk => ({
  walk: async (ids, { most }, see, ask) => {
    const values = await impacts(
      ask,
      see,
      ids.map((id) => [{ kind, id }]),
      Number(most),
    );
    return new Map(ids.map((id, index) => [id, values[index]]));
  },
});

/** Of all that the arguments name, lost together. */
export const impactOfAll: Walk = {
  walk: async (keys, { of, most }, see, ask) => {
    const named = (of as readonly string[]).map(namedBy);
    const found = await loadNamed(ask, see, named);
    const lost = [...new Map(found.flatMap(({ key }) => (key === null ? [] : [[keyText(key), key]]))).values()];
    const [value] = await impacts(ask, see, [lost], Number(most));
    const unknown = found.flatMap(({ key, text }) => (key === null ? [text] : []));
    return new Map(keys.map((key) => [key, { ...value, unknown }]));
  },
};

/** Which of these are there, as far as the caller may see them. */
async function loadNamed(ask: AskValue, see: See, named: readonly Named[]) {
  const parts = lostKinds.map((kind) => {
    const own = named.filter((one) => one.kind === kind);
    return sql`(
      select ${kind}::text as kind, x.id, x.name from ${sql.ident(lostTables[kind])} x
      where (x.name = any(${own.flatMap(({ name }) => name ?? [])}::text[]) or x.id = any(${own.flatMap(({ id }) => id ?? [])}::uuid[]))
        and ${see(kind, sql`x`)})`;
  });
  const rows = (await ask(sql`(
    select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'id', n.id, 'name', n.name)), '[]') from (${sql.join(parts, ' union all ')}) n)`)) as readonly (ObjectKey & {
    readonly name: string;
  })[];
  return named.map(({ text, kind, id, name }): { readonly text: string; readonly key: ObjectKey | null } => {
    const row = rows.find((one) => one.kind === kind && (one.id === id || one.name === name));
    return { text, key: row === undefined ? null : { kind: row.kind, id: row.id } };
  });
}
