import { levelsOf, type ServiceEdge, type ServiceGraph } from './graph.ts';

const versions = ({ versions: given }: ServiceEdge): string => (given.length === 0 ? '' : ` (${given.join(', ')})`);

/** Services by level: what is imported stands above what imports it. */
export function asText(graph: ServiceGraph): string {
  const levels = levelsOf(graph);
  const deepest = Math.max(-1, ...levels.values());
  const lines: string[] = [];
  for (let level = 0; level <= deepest; level += 1) {
    lines.push(`level ${level}`);
    for (const { name, isCore } of graph.services) {
      if (levels.get(name) !== level) continue;
      lines.push(`  ${name}${isCore ? ' (core)' : ''}`);
      for (const edge of graph.edges) {
        if (edge.from === name) lines.push(`    ${edge.by} ${edge.to}${versions(edge)}`);
      }
    }
  }
  return lines.length === 0 ? 'No service imports or uses another.\n' : `${lines.join('\n')}\n`;
}

/** A flowchart that pages and documents can show. */
export function asMermaid({ services, edges }: ServiceGraph): string {
  const ids = new Map(services.map(({ name }, index) => [name, `s${index}`]));
  const lines = [
    'flowchart BT',
    ...services.map(({ name, isCore }) => `  ${ids.get(name)}${isCore ? `[["${name}"]]` : `["${name}"]`}`),
    ...edges.map(({ from, to, by, versions: given }) => {
      const label = given.length === 0 ? '' : `|"${given.join(', ')}"|`;
      return `  ${ids.get(from)} ${by === 'imports' ? '-->' : '-.->'}${label} ${ids.get(to)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
