import { stringifyJson } from '../../catalog/manifests/json.ts';
import { getKindInfo, type KindInfo, placeIn } from '../kind-info.ts';
import type { Session } from '../session.ts';
import { createTable } from '../table.ts';

export interface SummaryOptions {
  readonly selector?: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly output: 'table' | 'json';
}

interface Counted {
  readonly totalCount: number;
  readonly totalCountCapped: boolean | null;
}

const PROJECT_LABEL = 'resourcemanager.miloapis.com/project-name';

/** Fields of one request: each is a count. */
const AT_ONCE = 60;

interface Wanted {
  readonly kind: KindInfo;
  /** A phase, as the graph spells it; undefined: all objects. */
  readonly phase: string | undefined;
}

/** `catalog summary`: how many objects there are of each kind, in all and in each state, as far as the caller sees them. */
export async function summary(session: Session, words: readonly string[], options: SummaryOptions): Promise<number> {
  const { terminal } = session;
  const client = await session.client();
  const known = await session.kinds();
  const kinds =
    words.length === 0 ? known : words.flatMap((word) => word.split(',')).map((word) => getKindInfo(known, word));
  const shown = kinds.filter(
    ({ namespaced, inProject }) =>
      (options.namespace === undefined || namespaced) && (options.project === undefined || inProject),
  );
  const wanted = shown.flatMap((kind): Wanted[] => [
    { kind, phase: undefined },
    ...kind.phases.map((phase) => ({ kind, phase })),
  ]);
  const inProject = options.project === undefined ? [] : [`${PROJECT_LABEL}=${options.project}`];
  const selector = [options.selector ?? [], inProject].flat().join(',') || undefined;
  const counts = new Map<Wanted, Counted>();
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const part = wanted.slice(start, start + AT_ONCE);
    const data = await client.execute<Readonly<Record<string, Counted>>>(documentFor(part, options), {
      labelSelector: selector,
    });
    for (const [index, one] of part.entries()) {
      const counted = data[`c${index}`];
      if (counted !== undefined) counts.set(one, counted);
    }
  }
  const rows = shown.flatMap((kind) => {
    const own = wanted.filter((one) => one.kind === kind);
    const all = own.find(({ phase }) => phase === undefined);
    const total = all && counts.get(all);
    if (total === undefined || (total.totalCount === 0 && words.length === 0)) return [];
    const states = own.flatMap((one) => {
      const counted = counts.get(one);
      return one.phase === undefined || counted === undefined || counted.totalCount === 0
        ? []
        : [{ state: one.phase, count: counted.totalCount }];
    });
    return [{ kind, count: total.totalCount, isCapped: total.totalCountCapped === true, states }];
  });
  if (options.output === 'json') {
    const told = rows.map(({ kind, count, isCapped, states }) => ({ kind: kind.kind, count, isCapped, states }));
    await terminal.print(`${stringifyJson(told, 2)}\n`);
    return 0;
  }
  const lines = rows.map(({ kind, count, isCapped, states }) => [
    kind.plural,
    `${count}${isCapped ? '+' : ''}`,
    states.map(({ state, count: own }) => `${own} ${state.toLowerCase().replaceAll('_', ' ')}`).join(', '),
  ]);
  await terminal.print(createTable(['KIND', 'COUNT', 'STATES']).rows(lines));
  return 0;
}

function documentFor(wanted: readonly Wanted[], place: SummaryOptions): string {
  const fields = wanted.map(({ kind, phase }, index) => {
    const { namespace } = placeIn(kind, place);
    const conditions = [
      phase === undefined ? [] : [`phase: { eq: ${phase} }`],
      namespace === undefined ? [] : [`namespace: { eq: ${JSON.stringify(namespace)} }`],
    ].flat();
    const where = conditions.length === 0 ? '' : `, where: { ${conditions.join(', ')} }`;
    return `c${index}: ${kind.listField}(first: 0, labelSelector: $labelSelector${where}) { totalCount totalCountCapped }`;
  });
  return `query CatalogSummary($labelSelector: String) { ${fields.join('\n')} }`;
}
