import { InvalidInputError } from '../../../platform/errors.ts';
import { isDerivedLabel } from '../../derived-labels.ts';
import type { Catalog } from '../../model.ts';
import { uidOf } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { getKindByName } from '../../schema/kinds-by-name.ts';
import { parseSelector } from '../../selector/parse.ts';
import type { FeedFilter } from '../feed-event.ts';

export const addFeedFilter = (builder: Builder) =>
  builder.inputType('ChangeFilter', {
    description: 'Which objects to report. An object that no longer meets the filter is reported as deleted.',
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
export function readFeedFilter(catalog: Catalog, given: unknown): FeedFilter {
  const filter = (given ?? {}) as Readonly<Record<string, unknown>>;
  const words = filter.kinds as readonly string[] | null | undefined;
  const wanted = new Set(words?.map((word) => getKindByName(catalog, word, 'filter.kinds')) ?? catalog.kinds);
  const names = (filter.names as readonly string[] | null | undefined) ?? undefined;
  const scopeId = typeof filter.scope === 'string' ? uidOf(filter.scope, 'filter.scope') : undefined;
  const selector = typeof filter.labelSelector === 'string' ? filter.labelSelector : '';
  const requirements = parseSelector(selector, 'filter.labelSelector');
  const derived = requirements.find(({ key }) => isDerivedLabel(key));
  if (derived !== undefined) {
    const message = `${derived.key} is derived from what an object refers to and is not part of its history; use scope`;
    throw new InvalidInputError(message, {
      violations: [{ rule: 'SELECTOR_DERIVED_LABEL', path: 'filter.labelSelector', message }],
    });
  }
  const kinds = catalog.kinds.filter((kind) => wanted.has(kind));
  const fingerprint = JSON.stringify([kinds.map(({ kind }) => kind), names ?? null, scopeId ?? null, selector]);
  return { kinds, names, scopeId, requirements, fingerprint };
}
