import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { KindModel } from '../model.ts';
import type { Found } from '../read/rows-plan.ts';
import { planContext, type RequestContext, readWithAccess, selectionSets, type WantedObject } from './context.ts';

/** Objects by mixed ids: one statement per kind and selection, whatever their number. */
export function createObjectLoader(
  context: Pick<
    RequestContext,
    'rights' | 'catalog' | 'author' | 'cursors' | 'limits' | 'slices' | 'budget' | 'reader'
  >,
): DataLoader<WantedObject, Found | null> {
  return new DataLoader<WantedObject, Found | null>(
    async (wanted) => {
      const groups = new Map<GraphQLResolveInfo['fieldNodes'], Map<KindModel, WantedObject[]>>();
      for (const key of wanted) {
        const byKind = groups.get(key.info.fieldNodes) ?? new Map<KindModel, WantedObject[]>();
        groups.set(key.info.fieldNodes, byKind);
        const alike = byKind.get(key.kind);
        if (alike === undefined) byKind.set(key.kind, [key]);
        else alike.push(key);
      }
      const found = new Map<WantedObject, Found>();
      const load = async (kind: KindModel, keys: readonly WantedObject[]): Promise<void> => {
        const [first] = keys;
        if (first === undefined) return;
        const loaded = { kind, ids: [...new Set(keys.map(({ uid }) => uid))] };
        const answers = await readWithAccess(context, (access) =>
          context.reader.objects(planContext(context, first.info, access), loaded, selectionSets(first.info)),
        );
        for (const key of keys) {
          const answer = answers.get(key.uid);
          if (answer !== undefined) found.set(key, answer);
        }
      };
      await Promise.all([...groups.values()].flatMap((byKind) => [...byKind].map(([kind, keys]) => load(kind, keys))));
      return wanted.map((key) => found.get(key) ?? null);
    },
    { cache: false },
  );
}
