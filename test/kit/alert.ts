import { readFile } from 'node:fs/promises';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

/** Evaluates alert rules over two scrapes of /metrics, with as much of PromQL as our rules for states need. */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
type Scrape = ReadonlyMap<string, readonly Sample[]>;
type Node = ReturnType<typeof parser.parse>['topNode'];

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

/** What one page of /metrics says. */
export function readScrape(text: string): Scrape {
  const scrape = new Map<string, Sample[]>();
  for (const [, name = '', labels = '', value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm))
    scrape.set(name, [...(scrape.get(name) ?? []), { labels: labelsOf(labels), value: Number(value) }]);
  return scrape;
}

const keyOf = (labels: Sample['labels']): string => JSON.stringify(Object.entries(labels).sort());
const childrenOf = (node: Node): Node[] => {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
};

interface Asked {
  readonly text: string;
  readonly before: Scrape;
  readonly after: Scrape;
  /** Between the two scrapes. */
  readonly seconds: number;
}

/** The samples that an expression gives; none when its alert does not fire. */
function evaluate(node: Node, asked: Asked): readonly Sample[] | number {
  const textOf = ({ from, to }: Node): string => asked.text.slice(from, to);
  const samplesOf = (one: Node | null | undefined, at = asked): readonly Sample[] => {
    const came = one ? evaluate(one, at) : 0;
    return typeof came === 'number' ? [{ labels: {}, value: came }] : came;
  };
  const children = childrenOf(node);
  const [first, second, third] = children;
  switch (node.name) {
    case 'PromQL':
    case 'FunctionCallBody':
    case 'ParenExpr':
      return samplesOf(first);
    case 'NumberDurationLiteral':
      return Number(textOf(node));
    case 'MatrixSelector':
      return samplesOf(first);
    case 'VectorSelector': {
      const wanted = Object.entries(second === undefined ? {} : labelsOf(textOf(second)));
      const all = asked.after.get(first === undefined ? '' : textOf(first)) ?? [];
      return all.filter(({ labels }) => wanted.every(([name, value]) => labels[name] === value));
    }
    case 'FunctionCall': {
      const name = first === undefined ? '' : textOf(first);
      const earlier = samplesOf(second, { ...asked, after: asked.before });
      const was = new Map(earlier.map(({ labels, value }) => [keyOf(labels), value]));
      return samplesOf(second).flatMap(({ labels, value }) => {
        const old = was.get(keyOf(labels));
        // As Prometheus has it: what has been seen once does not increase.
        if (old === undefined) return [];
        if (name === 'avg_over_time') return { labels, value: (old + value) / 2 };
        if (name === 'increase') return { labels, value: value - old };
        if (name === 'rate') return { labels, value: (value - old) / asked.seconds };
        throw new Error(`no such function here: ${name}`);
      });
    }
    case 'AggregateExpr': {
      const by = second === undefined ? [] : (textOf(second).match(/\w+/g)?.slice(1) ?? []);
      const isMax = first !== undefined && textOf(first) === 'max';
      const groups = new Map<string, Sample>();
      for (const { labels, value } of samplesOf(third)) {
        const own = Object.fromEntries(by.map((name) => [name, labels[name] ?? '']));
        const sofar = groups.get(keyOf(own))?.value;
        const added = isMax ? Math.max(sofar ?? value, value) : (sofar ?? 0) + value;
        groups.set(keyOf(own), { labels: own, value: added });
      }
      return [...groups.values()];
    }
    case 'BinaryExpr': {
      const left = samplesOf(first);
      const right = third === undefined ? 0 : evaluate(third, asked);
      const operator = second?.name;
      if (operator === 'Gtr' && typeof right === 'number') return left.filter(({ value }) => value > right);
      if (operator === 'Or') {
        const has = new Set(left.map(({ labels }) => keyOf(labels)));
        return [...left, ...samplesOf(third).filter(({ labels }) => !has.has(keyOf(labels)))];
      }
      throw new Error(`no such operator here: ${operator}`);
    }
    default:
      throw new Error(`not understood here: ${node.name}`);
  }
}

/** The samples for which an alert of docs/operations fires, with two pages of /metrics taken `seconds` apart. */
export async function firing(alert: string, before: string, after: string, seconds = 60): Promise<readonly Sample[]> {
  const page = await readFile(new URL('../../docs/operations/alerts.yaml', import.meta.url), 'utf8');
  const { groups } = parse(page) as { groups: { rules: { alert: string; expr: string }[] }[] };
  const rule = groups.flatMap(({ rules }) => rules).find((one) => one.alert === alert);
  if (rule === undefined) throw new Error(`no such alert: ${alert}`);
  const asked = { text: rule.expr, before: readScrape(before), after: readScrape(after), seconds };
  const came = evaluate(parser.parse(rule.expr).topNode, asked);
  return typeof came === 'number' ? [] : came;
}
