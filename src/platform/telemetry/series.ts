/** Numbers of one metric, one for each set of label values; made for being raised very often. */
export interface Series {
  /** A counter: `by` is added. A histogram: `by` falls into a bucket. */
  add(labels: Readonly<Record<string, string>>, by: number): void;
  /** Its lines in Prometheus' text format. */
  lines(): string[];
}

const SEPARATOR = '\u0001';

const keyOf = (names: readonly string[], labels: Readonly<Record<string, string>>): string => {
  let key = '';
  for (const name of names) key += `${labels[name]}${SEPARATOR}`;
  return key;
};

const escaped = (text: string): string => text.replace(/[\\"\n]/g, (one) => (one === '\n' ? '\\n' : `\\${one}`));

/** `a="x",b="y"`, in the order in which the metric declares its labels. */
export const labelText = (names: readonly string[], labels: Readonly<Record<string, string>>): string =>
  names.map((name) => `${name}="${escaped(labels[name] ?? '')}"`).join(',');

export const sample = (name: string, labels: string, value: number): string =>
  labels === '' ? `${name} ${value}` : `${name}{${labels}} ${value}`;

export function createCounter(name: string, labelNames: readonly string[]): Series {
  const counts = new Map<string, { readonly labels: string; value: number }>();
  const add: Series['add'] = (labels, by) => {
    const key = keyOf(labelNames, labels);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { labels: labelText(labelNames, labels), value: by });
    else known.value += by;
  };
  if (labelNames.length === 0) add({}, 0);
  return { add, lines: () => [...counts.values()].map(({ labels, value }) => sample(name, labels, value)) };
}

interface Distribution {
  readonly labels: string;
  /** How many fell into each bucket, the last one without an upper end. */
  readonly counts: number[];
  sum: number;
}

export function createHistogram(name: string, labelNames: readonly string[], ends: readonly number[]): Series {
  const all = new Map<string, Distribution>();
  const distributionOf = (labels: Readonly<Record<string, string>>): Distribution => {
    const key = keyOf(labelNames, labels);
    let known = all.get(key);
    if (known === undefined) {
      known = { labels: labelText(labelNames, labels), counts: new Array<number>(ends.length + 1).fill(0), sum: 0 };
      all.set(key, known);
    }
    return known;
  };
  if (labelNames.length === 0) distributionOf({});
  return {
    add: (labels, value) => {
      const into = distributionOf(labels);
      let bucket = 0;
      while (bucket < ends.length && value > (ends[bucket] ?? 0)) bucket++;
      into.counts[bucket] = (into.counts[bucket] ?? 0) + 1;
      into.sum += value;
    },
    lines: () => [...all.values()].flatMap((one) => linesOf(name, one, ends)),
  };
}

/** In Prometheus' format each bucket holds those below it as well. */
function linesOf(name: string, { labels, counts, sum }: Distribution, ends: readonly number[]): string[] {
  const before = labels === '' ? '' : `${labels},`;
  let count = 0;
  const buckets = counts.map((own, bucket) => {
    count += own;
    return `${name}_bucket{${before}le="${ends[bucket] ?? '+Inf'}"} ${count}`;
  });
  return [...buckets, sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count)];
}
