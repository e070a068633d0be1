import { sql } from '../../../platform/db/sql.ts';
import { mapWithPauses } from '../../../platform/pauses.ts';
import { PLATFORM } from '../../well-known.ts';
import { inLoadOrder, type Transaction } from '../batch.ts';
import { advance, type ComparedDraft, keepsSpec, type PlacedDraft, type Referent } from '../draft.ts';
import { organizationOf, organizationScopes } from '../organizations.ts';
import { parentPaths, referenceAt } from '../scopes.ts';
import { unsoundOf } from '../unsound.ts';

/**
 * Finds the scope of each draft in the permission hierarchy, in load order. A draft that is refused, or that refers to
 * a refused one, has none.
 */
export async function place(
  drafts: readonly ComparedDraft[],
  { catalog, connection, pause }: Transaction,
): Promise<PlacedDraft[]> {
  const unplaced = drafts.filter((draft) => !staysPut(draft));
  const organizations = await organizationScopes(catalog, connection, unplaced);
  const parents = await parentsOfKept(drafts, connection);
  const unsound = unsoundOf(drafts);
  const placed = new Map<string, string>();
  const scopeOf = ({ id, scopeId }: Referent): string => placed.get(id) ?? scopeId ?? PLATFORM;
  const sound = drafts.filter((draft) => !unsound.has(draft));
  await pause();
  const inOrder = inLoadOrder(catalog, sound).flatMap(([, own]) => own);
  return mapWithPauses(inOrder, pause, (draft): PlacedDraft => {
    const inNamespace = organizations.get(organizationOf(draft) ?? '') ?? PLATFORM;
    const one = advance(draft, keptPlace(draft, parents) ?? findPlace(draft, inNamespace, scopeOf));
    placed.set(one.id, one.scopeId);
    return one;
  });
}

/**
 * The drafts that can be stored. Objects in the namespace of a refused organization are in the scope of the platform.
 */
export function storable(placed: readonly PlacedDraft[], unsound: ReadonlySet<ComparedDraft>): PlacedDraft[] {
  const refused = new Set([...unsound].filter(({ stored }) => stored === undefined).map(({ id }) => id));
  const sound = placed.filter((draft) => !unsound.has(draft));
  return sound.map((draft) =>
    refused.has(draft.standsInId) ? advance(draft, { scopeId: PLATFORM, standsInId: PLATFORM }) : draft,
  );
}

type Place = Pick<PlacedDraft, 'scopeId' | 'otherScopeIds' | 'standsInId'>;

/** Whether an object stays where the catalog has put it: its own references say what they said. */
const staysPut = (draft: ComparedDraft): boolean => {
  if (keepsSpec(draft)) return true;
  const { kind, stored, changes } = draft;
  const { scope } = kind;
  if (stored === undefined || 'own' in scope || scope.kept === undefined || typeof scope.home === 'string')
    return false;
  return !scope.home.some((path) => changes.some((change) => `${change.path}.`.startsWith(`spec.${path}.`)));
};

/** Scopes that contain what a binding has made a scope of its own and what stays put. */
async function parentsOfKept(
  drafts: readonly ComparedDraft[],
  connection: Transaction['connection'],
): Promise<ReadonlyMap<string, string>> {
  const ids = drafts.filter((draft) => staysPut(draft) && draft.stored?.scopeId === draft.id).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await connection.rows<{ id: string; parent_id: string }>(
    sql`select id, parent_id from scope where id = any(${ids}::uuid[])`,
  );
  return new Map(rows.map((row) => [row.id, row.parent_id]));
}

function keptPlace(draft: ComparedDraft, parents: ReadonlyMap<string, string>): Place | undefined {
  const { stored, id } = draft;
  if (stored === undefined || !staysPut(draft)) return undefined;
  return { scopeId: stored.scopeId, otherScopeIds: [], standsInId: parents.get(id) ?? stored.scopeId };
}

function findPlace(draft: ComparedDraft, inNamespace: string, scopeOf: (referent: Referent) => string): Place {
  const { kind, links, stored, project, id } = draft;
  const { scope } = kind;
  const linked = (path: string): Referent[] => links.get(referenceAt(kind, path)) ?? [];
  const firstOf = (paths: readonly string[]): string => {
    const [first] = paths.flatMap((path) => linked(path).slice(0, 1));
    return first === undefined ? PLATFORM : scopeOf(first);
  };
  if ('own' in scope) return { scopeId: id, otherScopeIds: [], standsInId: firstOf(parentPaths(kind)) };
  const homes = typeof scope.home === 'string' ? [] : scope.home;
  const home = {
    namespace: () => inNamespace,
    platform: () => PLATFORM,
    project: () => (project === undefined ? (stored?.scopeId ?? PLATFORM) : scopeOf(project)),
    references: () => firstOf(homes),
  };
  const standsInId = home[typeof scope.home === 'string' ? scope.home : 'references']();
  // A binding may have made it a scope of its own.
  const scopeId = stored?.scopeId === id ? id : standsInId;
  const also = (scope.also ?? []).flatMap((path) => linked(path).slice(homes.includes(path) ? 1 : 0));
  const others = new Set(also.map(scopeOf));
  others.delete(scopeId);
  return { scopeId, otherScopeIds: [...others].sort(), standsInId };
}
