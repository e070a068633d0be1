/** One number of a metric: a counter, or a histogram; made for being raised very often. */
export interface Slot {
  /** A counter: `by` is added. A histogram: `by` falls into a bucket. */
  add(by: number): void;
}

/** Numbers of one metric, one for each set of label values. */
export interface Series {
  /** That of these labels; shown once something was added, or when there are no labels. */
  slot(labels: Readonly<Record<string, string>>): Slot;
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

interface ShownSlot extends Slot {
  readonly isUsed: boolean;
  lines(): string[];
}

class Counter implements ShownSlot {
  readonly #name: string;
  readonly #labels: string;
  #value = 0;
  isUsed = false;

  constructor(name: string, labels: string) {
    this.#name = name;
    this.#labels = labels;
  }

  add(by: number): void {
    this.#value += by;
    this.isUsed = true;
  }

  lines(): string[] {
    return [sample(this.#name, this.#labels, this.#value)];
  }
}

class Histogram implements ShownSlot {
  readonly #name: string;
  readonly #labels: string;
  readonly #ends: readonly number[];
  /** How many fell into each bucket, the last one without an upper end. */
  readonly #counts: number[];
  #sum = 0;
  isUsed = false;

  constructor(name: string, labels: string, ends: readonly number[]) {
    this.#name = name;
    this.#labels = labels;
    this.#ends = ends;
    this.#counts = new Array<number>(ends.length + 1).fill(0);
  }

  add(value: number): void {
    const ends = this.#ends;
    let bucket = 0;
    while (bucket < ends.length && value > (ends[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.isUsed = true;
  }

  /** In Prometheus' format each bucket holds those below it as well. */
  lines(): string[] {
    const name = this.#name;
    const labels = this.#labels;
    const before = labels === '' ? '' : `${labels},`;
    let count = 0;
    const buckets = this.#counts.map((own, bucket) => {
      count += own;
      return `${name}_bucket{${before}le="${this.#ends[bucket] ?? '+Inf'}"} ${count}`;
    });
    return [...buckets, sample(`${name}_sum`, labels, this.#sum), sample(`${name}_count`, labels, count)];
  }
}

function createSeries(labelNames: readonly string[], make: (labels: string) => ShownSlot): Series {
  const slots = new Map<string, ShownSlot>();
  const slot: Series['slot'] = (labels) => {
    const key = keyOf(labelNames, labels);
    const known = slots.get(key);
    if (known !== undefined) return known;
    const made = make(labelText(labelNames, labels));
    slots.set(key, made);
    return made;
  };
  if (labelNames.length === 0) slot({});
  return {
    slot,
    lines: () => [...slots.values()].flatMap((one) => (one.isUsed || labelNames.length === 0 ? one.lines() : [])),
  };
}

export const createCounter = (name: string, labelNames: readonly string[]): Series =>
  createSeries(labelNames, (labels) => new Counter(name, labels));

export const createHistogram = (name: string, labelNames: readonly string[], ends: readonly number[]): Series =>
  createSeries(labelNames, (labels) => new Histogram(name, labels, ends));
