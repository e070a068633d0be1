import type { See } from '../../../catalog/link.ts';
import type { AskValue, ObjectKey, WalkValue } from '../../../catalog/walk.ts';
import { inOrder, loadNames } from '../impact/names.ts';
import { keyText, lostTables } from '../impact/what-can-be-lost.ts';
import type { Dependencies } from './depends-on.ts';
import { dependencyLists, listTypeOf, SINGLE_POINTS } from './depends-types.ts';
import { standingTables } from './what-stands.ts';

const tables = { ...standingTables, ...lostTables };

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
    tables,
    found.flatMap(({ objects }) => objects),
  );
  const list = (type: string, all: readonly ObjectKey[], isMixed = false): WalkValue => {
    const seen = inOrder(all, (key) => {
      const name = names.get(keyText(key));
      return name === undefined || !isMixed ? name : `${key.kind} ${name}`;
    });
    return {
      __typename: type,
      totalCount: all.length,
      hiddenCount: all.length - seen.length,
      items: seen.slice(0, first),
    };
  };
  return found.map(({ objects, singlePoints, isCapped }) => ({
    __typename: 'Dependencies',
    isCapped,
    singlePoints: list(SINGLE_POINTS, singlePoints, true),
    ...Object.fromEntries(
      Object.entries(dependencyLists).map(([member, [, , kinds]]) => [
        member,
        list(
          listTypeOf(member),
          objects.filter(({ kind }) => kinds.some((one) => one === kind)),
        ),
      ]),
    ),
  }));
}
