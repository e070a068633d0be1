import { nearest } from './nearest.ts';
import { type Atom, type Fraction, ucumTable } from './ucum-table.ts';
import { aliases, hyphenated } from './unit-aliases.ts';

/** Base unit → power. */
type Powers = ReadonlyMap<string, number>;

/** What a unit measures, and how many base units it is. */
interface Measure extends Fraction {
  readonly powers: Powers;
  /** Factors that were measured or rounded, and so cannot be in an exact number. */
  readonly rounded: Powers;
}

/** A unit as it was understood. */
export interface ReadUnit {
  /** How UCUM spells it; the text itself, if that is UCUM. */
  readonly spelling: string;
  /** Undefined if some word in it is no known unit. */
  readonly measure: Measure | undefined;
  /** What it counts: the texts in braces, in the order written. */
  readonly annotations: readonly string[];
}

const none: Powers = new Map();
const one: Measure = { numerator: 1n, denominator: 1n, powers: none, rounded: none };

const summed = (a: Powers, b: Powers, times: number): Powers => {
  const powers = new Map(a);
  for (const [base, power] of b) powers.set(base, (powers.get(base) ?? 0) + power * times);
  return new Map([...powers].filter(([, power]) => power !== 0));
};

/** `a · b^power` */
function multiplied(a: Measure, b: Measure, power = 1): Measure {
  const size = BigInt(Math.abs(power));
  const [up, down] = power < 0 ? [b.denominator, b.numerator] : [b.numerator, b.denominator];
  return {
    numerator: a.numerator * up ** size,
    denominator: a.denominator * down ** size,
    powers: summed(a.powers, b.powers, power),
    rounded: summed(a.rounded, b.rounded, power),
  };
}

const measures = new Map<Atom, Measure>();

function measureOf(atom: Atom): Measure {
  const known = measures.get(atom);
  if (known !== undefined) return known;
  const { definition, code } = atom;
  const own: Powers = new Map([[code, 1]]);
  const made = definition === undefined ? undefined : readUcum(definition.unit)?.measure;
  let measure: Measure;
  if (definition === undefined || made === undefined) measure = { ...one, powers: own };
  else if (atom.isRounded) measure = { ...one, powers: made.powers, rounded: own };
  else measure = multiplied(made, { ...one, ...definition.factor });
  measures.set(atom, measure);
  return measure;
}

/** An atom, or a prefix and an atom. */
function symbol(text: string): Measure | undefined {
  const { atoms, prefixes } = ucumTable();
  const whole = atoms.get(text);
  if (whole !== undefined) return measureOf(whole);
  for (const length of [1, 2]) {
    const prefix = prefixes.get(text.slice(0, length));
    const atom = atoms.get(text.slice(length));
    const isBinary = text.charAt(1) === 'i' && length === 2;
    if (prefix === undefined || atom === undefined || !(isBinary ? atom.isInformation : atom.isMetric)) continue;
    return multiplied(measureOf(atom), { ...one, ...prefix });
  }
  return undefined;
}

const pieces = {
  annotation: /\{([^{}]*)\}/y,
  number: /\d{1,9}(?![\d*^])/y,
  symbol: /10[*^]|(?:\[[^[\]]*\]|[^[\]\d+\-./(){}])+/y,
  exponent: /[+-]?\d{1,2}(?!\d)/y,
};

/** Reads a unit by UCUM's grammar, from left to right. Words that are no unit are kept as what is counted. */
class Reader {
  private at = 0;
  private spelling = '';
  private isKnown = true;
  private readonly annotations: string[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): ReadUnit | undefined {
    const isInverse = this.takes('/');
    const measure = this.term();
    if (measure === undefined || this.at < this.text.length) return undefined;
    // A leading slash is that of the first component alone: `/a.b` is b/a.
    const { spelling, annotations } = this;
    return { spelling, annotations, measure: this.isKnown ? measure(isInverse ? -1 : 1) : undefined };
  }

  private takes(character: string): boolean {
    if (this.text.charAt(this.at) !== character) return false;
    this.at += 1;
    this.spelling += character;
    return true;
  }

  private next(piece: keyof typeof pieces): RegExpExecArray | undefined {
    const pattern = pieces[piece];
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  private term(): ((first: 1 | -1) => Measure) | undefined {
    const first = this.component();
    if (first === undefined) return undefined;
    let rest = one;
    for (;;) {
      const power = this.takes('.') ? 1 : this.takes('/') ? -1 : undefined;
      if (power === undefined) return (sign) => multiplied(rest, first, sign);
      const component = this.component();
      if (component === undefined) return undefined;
      rest = multiplied(rest, component, power);
    }
  }

  private component(): Measure | undefined {
    if (this.takes('(')) {
      const inner = this.term();
      return inner !== undefined && this.takes(')') ? inner(1) : undefined;
    }
    if (this.annotation()) return one;
    const number = this.next('number');
    if (number !== undefined) {
      const value = BigInt(number[0]);
      if (value === 0n) return undefined;
      this.spelling += number[0];
      this.annotation();
      return { ...one, numerator: value };
    }
    return this.unit();
  }

  private annotation(): boolean {
    const found = this.next('annotation');
    if (found === undefined) return false;
    this.annotations.push(found[1] ?? '');
    this.spelling += found[0];
    return true;
  }

  private unit(): Measure | undefined {
    const [written] = this.next('symbol') ?? [];
    if (written === undefined) return undefined;
    const name = aliases.get(written) ?? written;
    const found = symbol(name);
    const prefix = found === undefined ? ucumTable().prefixes.get(name) : undefined;
    if (prefix !== undefined && this.text.charAt(this.at) === '{') {
      // `k{token}`: no prefix stands before an annotation in UCUM, but the meaning is plain.
      const power = String(prefix.numerator).length - String(prefix.denominator).length;
      this.spelling += name.endsWith('i') ? `${prefix.numerator}.` : `10*${power}.`;
      this.annotation();
      return { ...one, ...prefix };
    }
    if (found === undefined) return this.word(name);
    const [exponent = ''] = this.next('exponent') ?? [];
    this.spelling += name + exponent;
    this.annotation();
    return multiplied(one, found, exponent === '' ? 1 : Number(exponent));
  }

  private word(name: string): Measure | undefined {
    if (!/^[A-Za-z_]+$/.test(name)) return undefined;
    this.isKnown = false;
    this.annotations.push(name);
    this.spelling += `{${name}}`;
    this.annotation();
    return one;
  }
}

const readUcum = (text: string): ReadUnit | undefined => new Reader(text).read();

const LONGEST = 64;
/** No price is in such units, and their factors would fill pages. */
const LARGEST = 10n ** 100n;

/** What a unit means; undefined if it is formed like none. Bounded: units are short, and so are their exponents. */
export function readUnit(text: string): ReadUnit | undefined {
  if (text.length > LONGEST || !/^[\x21-\x7e]+$/.test(text)) return undefined;
  const listed = hyphenated(text);
  if (listed !== undefined) return readUcum(listed);
  const read = readUcum(text);
  if (read !== undefined || !/^[A-Za-z][\w-]*$/.test(text)) return read;
  return { spelling: `{${text}}`, measure: undefined, annotations: [text] };
}

/** What a unit means where a word that is no unit counts what it names: `request` is `{request}`. */
export function readCount(text: string): ReadUnit | undefined {
  const read = readUnit(text);
  return read === undefined || read.measure !== undefined ? read : readUnit(read.spelling);
}

const same = (a: Powers, b: Powers): boolean =>
  a.size === b.size && [...a].every(([base, power]) => b.get(base) === power);

/** Whether both units are known and measure the same. */
export const converts = (a: ReadUnit | undefined, b: ReadUnit | undefined): boolean =>
  a?.measure !== undefined && b?.measure !== undefined && same(a.measure.powers, b.measure.powers);

const gcd = (a: bigint, b: bigint): bigint => {
  let [large, small] = [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
};

/**
 * How many of `from` make one of `to`, exactly: a whole number or a fraction `n/d` in lowest terms (`s` to `h`: 3600).
 * Undefined when the two do not convert, when only a rounded number is known, or it has more than 100 digits.
 */
export function conversionFactor(from: string, to: string): string | undefined {
  if (from === to) return '1';
  const [a, b] = [readUnit(from), readUnit(to)];
  if (!converts(a, b) || a?.measure === undefined || b?.measure === undefined) return undefined;
  if (!same(a.measure.rounded, b.measure.rounded)) return undefined;
  const up = b.measure.numerator * a.measure.denominator;
  const down = b.measure.denominator * a.measure.numerator;
  const shared = gcd(up, down);
  if (up / shared > LARGEST || down / shared > LARGEST) return undefined;
  return down === shared ? String(up / shared) : `${up / shared}/${down / shared}`;
}

/** What is known of the conversion of one unit into another. */
export type Conversion = 'Exact' | 'Rounded' | 'NotConvertible' | 'Unreadable';

/** Whether there is a factor from one unit to the other, and if there is none that is exact, why not. */
export function conversionOf(from: string, to: string): Conversion {
  if (conversionFactor(from, to) !== undefined) return 'Exact';
  const [a, b] = [readUnit(from), readUnit(to)];
  if (a?.measure === undefined || b?.measure === undefined) return 'Unreadable';
  return converts(a, b) ? 'Rounded' : 'NotConvertible';
}

const usual = [
  ...['bit', 'By'].flatMap((unit) => ['', 'k', 'M', 'G', 'T', 'P', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'].map((p) => p + unit)),
  ...['ns', 'us', 'ms', 's', 'min', 'h', 'd', 'wk', 'mo', 'a'],
  ...['1', '%', '10*3', '10*6', 'By.s', 'GiBy.h', 'GiBy.mo', 'By/s', 'kBy/s', 'MBy/s', 'GiBy.d', 's-1', 'Hz'],
];

/** The known unit that was probably meant: by its name (`parsecs`), or by its letters. */
export function nearestUnit(text: string): string | undefined {
  const word = text.toLowerCase().replace(/s$/, '');
  const named = [...ucumTable().atoms.values()].find(({ name }) => name.toLowerCase() === word);
  return named?.code ?? aliases.get(text.toLowerCase()) ?? nearest(text, usual);
}

/** How many letters two texts begin with alike. */
function alike(left: string, right: string): number {
  const end = [...left].findIndex((letter, place) => letter !== right[place]);
  return end === -1 ? left.length : end;
}

/** Known units that `from` converts into, those written like `wanted` first: for `GiB-month` the one that begins with `GiB`. */
export function convertibleUnits(from: string, wanted: string): readonly string[] {
  const read = readUnit(from);
  const fitting = usual.filter((unit) => unit !== from && converts(read, readUnit(unit)));
  const near = nearest(wanted, fitting);
  const [first] = fitting.toSorted((a, b) => alike(b, wanted) - alike(a, wanted));
  const likely = near ?? (first !== undefined && alike(first, wanted) > 1 ? first : undefined);
  return [...new Set([...(likely === undefined ? [] : [likely]), from, ...fitting])];
}
