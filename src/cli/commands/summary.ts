import { stringifyJson } from '../../catalog/manifests/json.ts';
import { usageError } from '../cli-error.ts';
import type { Client } from '../client.ts';
import { getKindInfo, type KindInfo, placeIn } from '../kind-info.ts';
import type { Session } from '../session.ts';
import { createTable } from '../table.ts';

export interface SummaryOptions {
  readonly selector?: string;
  readonly namespace?: string;
  readonly project?: string;
  /** A kind of scope: what is counted is counted in each of them. */
  readonly by?: string;
  readonly output: 'table' | 'json';
}

interface Counted {
  readonly totalCount: number;
  readonly totalCountCapped: boolean | null;
}

const PROJECT_LABEL = 'resourcemanager.miloapis.com/project-name';
/** Labels that the catalog derives from where an object is. */
const scopeLabels: Readonly<Record<string, string>> = {
  organization: 'resourcemanager.miloapis.com/organization-name',
  project: PROJECT_LABEL,
  region: 'topology.inventory.miloapis.com/region',
  site: 'topology.inventory.miloapis.com/site',
  rack: 'topology.inventory.miloapis.com/rack',
};

/** Fields of one request: each is a count. */
const AT_ONCE = 60;
/** Columns of one table. */
const MOST_SCOPES = 30;

interface Wanted {
  readonly kind: KindInfo;
  /** As the graph spells it; undefined: all objects. */
  readonly state?: string;
  /** Name of the scope that they are in; undefined: anywhere. */
  readonly scope?: string;
  readonly selector: string | undefined;
}

/** `catalog summary`: how many objects there are of each kind, in all and in each state or scope, as far as the caller sees them. */
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
  const selector = selectorOf(options.selector, options.project && `${PROJECT_LABEL}=${options.project}`);
  const { by } = options;
  const scopes = by === undefined ? [] : await scopeNames(client, getKindInfo(known, by));
  const wanted = shown.flatMap((kind): Wanted[] => [
    { kind, selector },
    ...(by === undefined ? kind.states.map((state) => ({ kind, state, selector })) : []),
    ...scopes.map((scope) => ({ kind, scope, selector: selectorOf(selector, `${scopeLabels[by ?? '']}=${scope}`) })),
  ]);
  const counts = await countAll(client, wanted, options);
  const rows = shown.flatMap((kind) => {
    const own = wanted.flatMap((one) => {
      const counted = one.kind === kind ? counts.get(one) : undefined;
      return counted === undefined
        ? []
        : [{ ...one, count: counted.totalCount, isCapped: counted.totalCountCapped === true }];
    });
    const total = own.find(({ state, scope }) => state === undefined && scope === undefined);
    if (total === undefined || (total.count === 0 && words.length === 0)) return [];
    const states = own.flatMap(({ state, count }) => (state === undefined || count === 0 ? [] : [{ state, count }]));
    const inScopes = own.flatMap(({ scope, count }) => (scope === undefined ? [] : [{ scope, count }]));
    // What no label places in a scope of this kind is not counted there.
    if (by !== undefined && words.length === 0 && inScopes.every(({ count }) => count === 0)) return [];
    return [{ kind, count: total.count, isCapped: total.isCapped, states, scopes: inScopes }];
  });
  if (options.output === 'json') {
    const told = rows.map(({ kind, count, isCapped, states, scopes: inScopes }) => ({
      kind: kind.kind,
      count,
      isCapped,
      ...(by === undefined ? { states } : { scopes: inScopes }),
    }));
    await terminal.print(`${stringifyJson(told, 2)}\n`);
    return 0;
  }
  const lines = rows.map(({ kind, count, isCapped, states, scopes: inScopes }) => [
    kind.plural,
    `${count}${isCapped ? '+' : ''}`,
    ...(by === undefined
      ? [states.map(({ state, count: own }) => `${own} ${state.toLowerCase().replaceAll('_', ' ')}`).join(', ')]
      : inScopes.map(({ count: own }) => String(own))),
  ]);
  await terminal.print(createTable(['KIND', 'COUNT', ...(by === undefined ? ['STATES'] : scopes)]).rows(lines));
  return 0;
}

const selectorOf = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined && part !== '').join(',') || undefined;

async function scopeNames(client: Client, { listField, plural }: KindInfo): Promise<string[]> {
  const document = `query CatalogScopes { scopes: ${listField}(first: ${MOST_SCOPES + 1}, orderBy: [NAME_ASC]) { nodes { name } } }`;
  const { scopes } = await client.execute<{ scopes: { nodes: readonly { name: string }[] } }>(document);
  if (scopes.nodes.length > MOST_SCOPES)
    throw usageError(`there are more than ${MOST_SCOPES} ${plural}: a table cannot have a column for each`);
  return scopes.nodes.map(({ name }) => name);
}

async function countAll(
  client: Client,
  wanted: readonly Wanted[],
  options: SummaryOptions,
): Promise<ReadonlyMap<Wanted, Counted>> {
  const counts = new Map<Wanted, Counted>();
  // One request has one selector.
  for (const [labelSelector, alike] of Map.groupBy(wanted, ({ selector }) => selector)) {
    for (let start = 0; start < alike.length; start += AT_ONCE) {
      const part = alike.slice(start, start + AT_ONCE);
      const data = await client.execute<Readonly<Record<string, Counted>>>(documentFor(part, options), {
        labelSelector,
      });
      for (const [index, one] of part.entries()) {
        const counted = data[`c${index}`];
        if (counted !== undefined) counts.set(one, counted);
      }
    }
  }
  return counts;
}

function documentFor(wanted: readonly Wanted[], place: SummaryOptions): string {
  const fields = wanted.map(({ kind, state }, index) => {
    const { namespace } = placeIn(kind, place);
    const conditions = [
      state === undefined ? [] : [`${kind.stateField}: { eq: ${state} }`],
      namespace === undefined ? [] : [`namespace: { eq: ${JSON.stringify(namespace)} }`],
    ].flat();
    const where = conditions.length === 0 ? '' : `, where: { ${conditions.join(', ')} }`;
    return `c${index}: ${kind.listField}(first: 0, labelSelector: $labelSelector${where}) { totalCount totalCountCapped }`;
  });
  return `query CatalogSummary($labelSelector: String) { ${fields.join('\n')} }`;
}
