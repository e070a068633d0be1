import type { z } from 'zod';
import type { Queryable } from '../../platform/db/database.ts';
import type { Pause } from '../../platform/pauses.ts';
import { checkSpec } from '../manifests/check-spec.ts';
import type { StoredObject } from '../manifests/spec-sql.ts';
import { isObject } from '../values/is-object.ts';
import type { SchemaOf } from './batch.ts';
import { advance, type FoundDraft, type Owners, type ReadDraft, valueAt } from './draft.ts';
import { loadOwners, SPEC, TEXTS } from './field-owners.ts';
import { merge, mergeTexts, without } from './merge.ts';
import { readSpec } from './read-spec.ts';

/**
 * Completes manifests of field managers: the stored object, without the fields that they release, with their fields
 * on top.
 */
export async function completeManaged(
  connection: Queryable,
  drafts: readonly FoundDraft[],
  schemaOf: SchemaOf,
  pause: Pause,
): Promise<void> {
  const managed = drafts.filter(({ mode, isDuplicate }) => mode === 'managed' && !isDuplicate);
  const known = await loadOwners(connection, managed);
  for (const draft of managed) {
    await pause();
    const owners = known.get(draft.id) ?? new Map();
    const paths = draft.ahead?.paths ?? pathsSaidBy(draft);
    advance(draft, { managed: { owners, paths } });
    if (draft.stored !== undefined && isObject(draft.rawSpec))
      complete(draft, draft.stored, draft.rawSpec, owners, paths);
    readSpec(draft, schemaOf(draft.kind));
  }
}

/** What can be made out of a manifest that nothing may complete: most of the work on a new object, while others write. */
export function readAhead(draft: ReadDraft, schema: z.ZodType): void {
  const { kind, rawSpec } = draft;
  if (isObject(rawSpec))
    advance(draft, { ahead: { checked: checkSpec(kind, schema, rawSpec), paths: pathsSaidBy(draft) } });
}

function complete(
  draft: FoundDraft,
  stored: StoredObject,
  rawSpec: Record<string, unknown>,
  owners: Owners,
  paths: ReadonlySet<string>,
): void {
  const { manifest, kind, manager } = draft;
  const released = [...(owners.get(manager?.name ?? '') ?? [])].filter(
    (path) => !paths.has(path) && ![...owners].some(([name, own]) => name !== manager?.name && own.has(path)),
  );
  const inSpec = released.flatMap((path) => (path.startsWith(SPEC) ? path.slice(SPEC.length) : []));
  advance(draft, {
    ahead: undefined,
    rawSpec: merge(kind.spec, without(stored.spec, inSpec), withoutNulls(rawSpec)).spec,
    manifest: {
      ...manifest,
      labels: mergeTexts(less(stored.labels, released, TEXTS.labels), manifest.labels),
      annotations: mergeTexts(less(stored.annotations, released, TEXTS.annotations), manifest.annotations),
    },
  });
}

const withoutNulls = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]): [string, unknown][] => {
      if (value === null) return [];
      return [[name, isObject(value) ? withoutNulls(value) : value]];
    }),
  );

const less = (
  map: Readonly<Record<string, string>>,
  released: readonly string[],
  prefix: string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(map).filter(([key]) => !released.includes(`${prefix}${key}`)));

/** Paths of the fields that a manifest says. */
function pathsSaidBy({ kind, rawSpec, manifest }: ReadDraft): ReadonlySet<string> {
  const inSpec = kind.leaves.filter(({ path }) => ![undefined, null].includes(valueAt(rawSpec, path) as null));
  return new Set([
    ...inSpec.map(({ path }) => SPEC + path),
    ...Object.keys(manifest.labels).map((key) => TEXTS.labels + key),
    ...Object.keys(manifest.annotations).map((key) => TEXTS.annotations + key),
  ]);
}
