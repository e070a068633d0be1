import { invalidInput } from '../../../platform/errors.ts';
import { isDerivedLabel } from '../../derived-labels.ts';
import type { Catalog } from '../../model.ts';
import { readConditions } from '../../read/conditions.ts';
import { uidOf } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { getKindsByName } from '../../schema/kinds-by-name.ts';
import { parseSelector, type Requirement } from '../../selector/parse.ts';
import type { FeedFilter } from '../feed-event.ts';

export const addFeedWhere = (builder: Builder) =>
  builder.inputType('ChangeWhere', {
    description: 'Which objects to report. An object that no longer fits is reported as deleted.',
    fields: (t) => ({
      kinds: t.stringList({
        description: 'Only objects of these kinds: their names, plurals or short names. Default: all kinds.',
      }),
      names: t.stringList({ description: 'Only objects with one of these names.' }),
      scope: t.id({
        description:
          'Opaque id or UUID of an organization, folder, project, service, region, site, rack or provider: only objects in it or below it.',
      }),
      labelSelector: t.string({
        description:
          'Label selector in Kubernetes’ notation, for example `tier=gold`. It selects by the objects’ own labels; to select by location use `scope`.',
      }),
    }),
  });

/** The filter as the feed takes it. Throws InvalidInputError for unknown kinds and for labels that history does not have. */
export function readFeedWhere(catalog: Catalog, given: unknown): FeedFilter {
  const where = readConditions(given);
  const words = where.kinds as readonly string[] | undefined;
  const wanted = new Set(getKindsByName(catalog, words, 'where.kinds'));
  const names = where.names as readonly string[] | undefined;
  const scopeId = typeof where.scope === 'string' ? uidOf(where.scope, 'where.scope') : undefined;
  const selector = typeof where.labelSelector === 'string' ? where.labelSelector : '';
  const requirements = readPastSelector(selector, 'where.labelSelector', '; use scope');
  const kinds = catalog.kinds.filter((kind) => wanted.has(kind));
  const fingerprint = JSON.stringify([kinds.map(({ kind }) => kind), names ?? null, scopeId ?? null, selector]);
  return { kinds, names, scopeId, requirements, fingerprint };
}

/** The labels that an object of the past is selected by. Throws InvalidInputError for labels that history does not have. */
export function readPastSelector(selector: string, path: string, advice = ''): readonly Requirement[] {
  const requirements = parseSelector(selector, path);
  const derived = requirements.find(({ key }) => isDerivedLabel(key));
  if (derived === undefined) return requirements;
  const message = `${derived.key} is derived from what an object refers to and is not part of its history${advice}`;
  throw invalidInput({ rule: 'SELECTOR_DERIVED_LABEL', path, message });
}
