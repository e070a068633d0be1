import type { Queryable } from '../../platform/db/database.ts';
import { mapWithPauses, type Pause } from '../../platform/pauses.ts';
import type { Author } from '../author.ts';
import { differences } from '../differences.ts';
import { stringifyJson } from '../manifests/json.ts';
import type { KindModel } from '../model.ts';
import {
  type ComparedDraft,
  type FoundDraft,
  isChanged,
  isSound,
  type Owners,
  type ReadDraft,
  refuseDraft,
  valueAt,
} from './draft.ts';
import { loadOwners, type OwnersChange, SPEC, TEXTS } from './field-owners.ts';

/** Refuses what other managers own, and says who owns what once the drafts are stored. */
export async function checkOwners(
  connection: Queryable,
  drafts: readonly ComparedDraft[],
  { caller }: Author,
  pause: Pause,
): Promise<OwnersChange[]> {
  const plain = drafts.filter((one) => one.mode !== 'managed' && one.stored !== undefined && isChanged(one));
  const known = await loadOwners(connection, plain.filter(isSound));
  const changes = await mapWithPauses(drafts.filter(isSound), pause, (draft): OwnersChange[] => {
    const before: Owners = draft.managed?.owners ?? known.get(draft.id) ?? new Map();
    if (draft.manager === undefined && before.size === 0) return [];
    return [{ draft, before, after: ownersAfter(draft, before, `api:${caller.name}`) }];
  });
  return changes.flat();
}

function ownersAfter(draft: ComparedDraft, before: Owners, unnamed: string): Owners {
  const { manager, managed } = draft;
  const paths: ReadonlySet<string> = managed?.paths ?? new Set();
  // Nobody to take a field from: what has changed is not worked out, which imports would do for every new object.
  if (manager !== undefined && before.size === 0) return new Map([[manager.name, new Set(paths)]]);
  const changed = changedFields(draft);
  if (manager !== undefined && !manager.force) refuseConflicts(draft, before, paths, changed, manager.name);
  const isTaken = (path: string): boolean => changed.has(path) && (manager === undefined || paths.has(path));
  const after = new Map(
    [...before].map(([name, own]): [string, Set<string>] => [
      name,
      new Set([...own].filter((path) => name !== manager?.name && !isTaken(path))),
    ]),
  );
  if (manager !== undefined) return after.set(manager.name, new Set(paths));
  warnOfTaken(draft, before, changed);
  const set = [...changed].filter(([, value]) => value !== undefined).map(([path]) => path);
  return after.set(unnamed, new Set([...(after.get(unnamed) ?? []), ...set]));
}

const ownersOf = (owners: Owners, path: string, except: string): string[] =>
  [...owners].filter(([name, paths]) => name !== except && paths.has(path)).map(([name]) => name);

function refuseConflicts(
  draft: ComparedDraft,
  owners: Owners,
  paths: ReadonlySet<string>,
  changed: ReadonlyMap<string, unknown>,
  manager: string,
): void {
  const { stored, kind } = draft;
  for (const [path, value] of changed) {
    const others = ownersOf(owners, path, manager);
    if (!paths.has(path) || others.length === 0) continue;
    const present = stored === undefined ? undefined : fieldsOf(kind)(stored.spec, stored).get(path);
    const shown = present === undefined ? 'absent' : stringifyJson(present);
    const message = `${path} is managed by ${others.join(' and ')}, for whom it is ${shown}`;
    const accepted = `${shown}, nothing, or to take it over by force`;
    refuseDraft(draft, { rule: 'FIELD_CONFLICT', message, path, value, accepted });
  }
}

function warnOfTaken({ warnings }: ReadDraft, owners: Owners, changed: ReadonlyMap<string, unknown>): void {
  for (const path of changed.keys()) {
    const managers = ownersOf(owners, path, '').filter((name) => !name.startsWith('api:'));
    if (managers.length === 0) continue;
    const message = `${path} was managed by ${managers.join(' and ')}, whose next apply will be in conflict with it`;
    warnings.push({ code: 'FIELD_TAKEN', message, path });
  }
}

/** Fields in which a draft differs from what is stored, with the value they get. */
function changedFields({ kind, stored, spec, manifest }: FoundDraft): Map<string, unknown> {
  const fields = fieldsOf(kind);
  const before = stored === undefined ? undefined : fields(stored.spec, stored);
  const after = fields(spec, manifest);
  const paths = new Set([...(before?.keys() ?? []), ...after.keys()]);
  return new Map(
    [...paths].flatMap((path): [string, unknown][] =>
      differences(before?.get(path), after.get(path), path).length === 0 ? [] : [[path, after.get(path)]],
    ),
  );
}

type Labelled = Readonly<Record<keyof typeof TEXTS, Readonly<Record<string, string>>>>;

/** The values of all fields that an object has. */
const fieldsOf =
  (kind: KindModel) =>
  (spec: unknown, { labels, annotations }: Labelled): Map<string, unknown> =>
    new Map([
      ...kind.leaves.flatMap(({ path }): [string, unknown][] => {
        const value = valueAt(spec, path);
        return value === undefined ? [] : [[SPEC + path, value]];
      }),
      ...Object.entries(labels).map(([key, value]): [string, unknown] => [TEXTS.labels + key, value]),
      ...Object.entries(annotations).map(([key, value]): [string, unknown] => [TEXTS.annotations + key, value]),
    ]);
