import { CliError } from '../cli-error.ts';
import { loadServiceGraph, type ServiceGraph } from '../registry/graph.ts';
import { asMermaid, asText } from '../registry/graph-text.ts';
import type { Session } from '../session.ts';

export interface GraphOptions {
  readonly output: 'text' | 'mermaid' | 'svg';
  readonly uses: boolean;
}

/** Without the services that stand alone. */
function connected({ services, edges }: ServiceGraph): ServiceGraph {
  const isDrawn = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return { services: services.filter(({ name }) => isDrawn.has(name)), edges };
}

/** What is reached from some services, by either of their names, whichever way edges are followed. */
function around(graph: ServiceGraph, asked: readonly string[]): ServiceGraph {
  const names = asked.map((one) => {
    const found = graph.services.find(({ name, serviceName }) => name === one || serviceName === one);
    if (found === undefined) throw new CliError(`service '${one}' does not exist or is not visible to you`);
    return found.name;
  });
  const follow = (from: 'from' | 'to', to: 'from' | 'to'): Set<string> => {
    const found = new Set(names);
    for (const name of found) for (const edge of graph.edges) if (edge[from] === name) found.add(edge[to]);
    return found;
  };
  const kept = new Set([...follow('from', 'to'), ...follow('to', 'from')]);
  return {
    services: graph.services.filter(({ name }) => kept.has(name)),
    edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

/** `catalog graph services`: imports and uses, for people, for documents, as a picture. */
export async function graph(
  session: Session,
  names: readonly string[],
  { output, uses }: GraphOptions,
): Promise<number> {
  const whole = await loadServiceGraph(await session.client(), { withUses: uses });
  const shown = names.length === 0 ? connected(whole) : around(whole, names);
  await session.terminal.print(await drawn(shown, output));
  return 0;
}

async function drawn(shown: ServiceGraph, output: GraphOptions['output']): Promise<string> {
  if (output === 'mermaid') return asMermaid(shown);
  if (output === 'text') return asText(shown);
  // The layout is loaded by those who need it.
  const { asSvg } = await import('../registry/graph-svg.ts');
  return asSvg(shown);
}
