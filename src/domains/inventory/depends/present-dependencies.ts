import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { loadNames } from '../impact/names.ts';
import { presentNamed } from '../impact/present-list.ts';
import { keyText } from '../impact/what-can-be-lost.ts';
import type { Dependencies } from './depends-on.ts';
import { dependencyLists, listTypeOf, SINGLE_POINTS } from './depends-types.ts';

/** What things stand on, as the caller may see it: what is hidden is counted. */
export async function presentDependencies(
  ask: AskValue,
  see: See,
  found: readonly Dependencies[],
  first: number,
): Promise<WalkValue[]> {
  const names = await loadNames(
    ask,
    see,
    found.flatMap(({ objects }) => objects),
  );
  const nameOf = (key: ObjectKey): string | undefined => names.get(keyText(key));
  return found.map(({ objects, singlePoints, isCapped }) => ({
    __typename: 'Dependencies',
    isCapped,
    singlePoints: presentNamed(SINGLE_POINTS, singlePoints, first, (key) =>
      names.has(keyText(key)) ? `${key.kind} ${nameOf(key)}` : undefined,
    ),
    ...Object.fromEntries(
      Object.entries(dependencyLists).map(([member, [, , kinds]]) => [
        member,
        presentNamed(
          listTypeOf(member),
          objects.filter(({ kind }) => kinds.some((one) => one === kind)),
          first,
          nameOf,
        ),
      ]),
    ),
  }));
}
