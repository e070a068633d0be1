import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Pause } from '../../../platform/pauses.ts';
import type { Access } from '../../access/access.ts';
import type { KindModel } from '../../model.ts';
import { withArticle } from '../../values/names.ts';
import { meant, nearest } from '../../values/nearest.ts';
import { refuseDraft } from '../draft.ts';
import { type Known, type Pointer, pointerText } from '../pointers.ts';

/** Limits of looking for similar names, which must not dominate the work on a batch. */
const HINTS = 50;
const CANDIDATES = 1_000;
/** So many first letters are taken to be right; an index finds the names that begin with them. */
const PREFIX = 2;

type Candidate = Pick<Known, 'name' | 'namespace'>;

/** Refuses references of one kind that lead nowhere, with what was probably meant: of the batch or of the store. */
export async function refuseMissing(
  connection: Queryable,
  kind: KindModel,
  missing: readonly Pointer[],
  {
    known,
    access,
    pause,
  }: { readonly known: readonly Known[]; readonly access: Access | undefined; readonly pause: Pause },
): Promise<void> {
  const hinted = missing.slice(0, HINTS);
  const seen = known.slice(0, CANDIDATES).filter(({ isHidden }) => isHidden !== true);
  const similar = hinted.length === 0 ? [] : await similarNames(connection, kind, hinted, access);
  for (const [index, pointer] of missing.entries()) {
    await pause();
    const isHinted = index < HINTS;
    const others = isHinted ? seen.filter(({ id }) => id !== pointer.draft.id) : [];
    const guess = isHinted ? probable(pointer, [...others, ...similar]) : undefined;
    refuseDraft(
      pointer.draft,
      {
        rule: 'REFERENCE_NOT_FOUND',
        message: `there is no ${kind.kind} ${pointerText(pointer)}${meant(guess)}`,
        value: pointer.name,
        accepted: `the name of ${withArticle(kind.kind)}`,
      },
      pointer.steps,
    );
  }
}

/** With the namespace where one was asked for: the name may be right, and only the namespace wrong. */
function probable({ name, namespace }: Pointer, candidates: readonly Candidate[]): string | undefined {
  const guess = nearest(
    name,
    candidates.map((one) => one.name),
  );
  const found = namespace === undefined ? undefined : candidates.find((one) => one.name === guess);
  return found?.namespace ? `${found.namespace}/${found.name}` : guess;
}

/** Names in the store that begin as the missing ones do, of objects that the author may see. */
async function similarNames(
  connection: Queryable,
  kind: KindModel,
  missing: readonly Pointer[],
  access: Access | undefined,
): Promise<Candidate[]> {
  const prefixes = [...new Set(missing.map(({ name }) => [...name].slice(0, PREFIX).join('')))].sort();
  const most = Math.ceil(CANDIDATES / prefixes.length);
  const rows = await connection.cells(sql`
    select f.name, f.namespace from unnest(${prefixes}::text[]) x (prefix) cross join lateral (
      select r.name, ${kind.namespaced ? sql`r.namespace` : sql`null::text`} as namespace from ${sql.ident(kind.table)} r
      where r.name >= x.prefix and r.name < x.prefix || chr(1114111) and ${access?.condition(kind, sql`r`, 'get') ?? sql`true`}
      order by r.name limit ${most}::int
    ) f`);
  return rows.map(([name, namespace]) => ({
    name: String(name),
    namespace: namespace === null ? null : String(namespace),
  }));
}
