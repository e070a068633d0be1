import type { Queryable } from '../../../platform/db/database.ts';
import { sql } from '../../../platform/db/sql.ts';
import type { Pause } from '../../../platform/pauses.ts';
import type { Mention } from '../../../platform/violation.ts';
import type { Access } from '../../access/access.ts';
import { organizationId, organizationKind } from '../../manifests/references-sql.ts';
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

type Candidate = Pick<Known, 'id' | 'name' | 'namespace'>;

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
  const guesses: (Candidate | undefined)[] = [];
  for (const pointer of hinted) {
    await pause();
    guesses.push(probable(pointer, [...seen.filter(({ id }) => id !== pointer.draft.id), ...similar]));
  }
  const organizations = await organizationsOf(connection, kind, guesses);
  for (const [index, pointer] of missing.entries()) {
    await pause();
    const guess = guesses[index];
    refuseDraft(
      pointer.draft,
      {
        rule: 'REFERENCE_NOT_FOUND',
        message: `there is no ${kind.kind} ${pointerText(pointer)}${meant(guess && fullName(guess))}`,
        value: pointer.name,
        accepted: `the name of ${withArticle(kind.kind)}`,
        ...(guess !== undefined && { mentions: mentionsOf(kind, guess, organizations) }),
      },
      pointer.steps,
    );
  }
}

/** What was probably meant; its namespace is told where one was asked for: the name may be right, and only that wrong. */
function probable({ name, namespace }: Pointer, candidates: readonly Candidate[]): Candidate | undefined {
  const guess = nearest(
    name,
    candidates.map((one) => one.name),
  );
  const found = candidates.find((one) => one.name === guess);
  return found && (namespace === undefined ? { ...found, namespace: null } : found);
}

const fullName = ({ name, namespace }: Candidate): string => (namespace ? `${namespace}/${name}` : name);

/** The organizations that the namespaces of what was probably meant are called after, by the namespace. */
async function organizationsOf(
  connection: Queryable,
  kind: KindModel,
  guesses: readonly (Candidate | undefined)[],
): Promise<ReadonlyMap<string, Mention>> {
  const namespaces = [...new Set(guesses.flatMap((guess) => guess?.namespace ?? []))];
  const organization = organizationKind(kind);
  if (namespaces.length === 0 || organization === undefined) return new Map();
  const rows = await connection.rows<{ namespace: string; id: string | null }>(sql`
    select n.namespace, ${organizationId(organization, sql`n.namespace`)} as id from unnest(${namespaces}::text[]) n (namespace)`);
  return new Map(
    rows.flatMap(({ namespace, id }): [string, Mention][] =>
      id === null ? [] : [[namespace, { kind: organization.kind, id, name: namespace }]],
    ),
  );
}

const mentionsOf = (
  { kind }: KindModel,
  { id, name, namespace }: Candidate,
  organizations: ReadonlyMap<string, Mention>,
): Mention[] => [{ kind, id, name }, organizations.get(namespace ?? '') ?? []].flat();

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
    select f.id, f.name, f.namespace from unnest(${prefixes}::text[]) x (prefix) cross join lateral (
      select r.id, r.name, ${kind.namespaced ? sql`r.namespace` : sql`null::text`} as namespace from ${sql.ident(kind.table)} r
      where r.name >= x.prefix and r.name < x.prefix || chr(1114111) and ${access?.condition(kind, sql`r`, 'get') ?? sql`true`}
      order by r.name limit ${most}::int
    ) f`);
  return rows.map(([id, name, namespace]) => ({
    id: String(id),
    name: String(name),
    namespace: namespace === null ? null : String(namespace),
  }));
}
