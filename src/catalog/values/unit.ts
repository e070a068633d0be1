/** A unit as powers of base units and an exact factor. */
interface Parsed {
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** Base unit → power. */
  readonly powers: ReadonlyMap<string, number>;
}

/** Base unit and how many of it (numerator, denominator). */
const atoms: Readonly<Record<string, readonly [base: string, numerator: bigint, denominator: bigint]>> = {
  '1': ['', 1n, 1n],
  bit: ['bit', 1n, 1n],
  By: ['bit', 8n, 1n],
  s: ['s', 1n, 1n],
  min: ['s', 60n, 1n],
  h: ['s', 3_600n, 1n],
  d: ['s', 86_400n, 1n],
  wk: ['s', 604_800n, 1n],
  mo: ['s', 2_629_800n, 1n], // UCUM's mean Julian month, 30.4375 days.
  a: ['s', 31_557_600n, 1n],
  '%': ['', 1n, 100n],
};
const decimal: Readonly<Record<string, number>> = {
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
  Z: 21,
  Y: 24,
  m: -3,
  u: -6,
  n: -9,
  p: -12,
  f: -15,
};
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const one: Parsed = { numerator: 1n, denominator: 1n, powers: new Map() };
const atom = (name: string): Parsed | undefined => {
  const found = atoms[name];
  if (found === undefined) return undefined;
  const [base, numerator, denominator] = found;
  return { numerator, denominator, powers: base === '' ? new Map() : new Map([[base, 1]]) };
};

function symbol(text: string): Parsed | undefined {
  const exact = text === '' ? one : atom(text);
  if (exact !== undefined) return exact;
  for (const [index, prefix] of binary.entries()) {
    const rest = text.startsWith(prefix) ? atom(text.slice(prefix.length)) : undefined;
    if (rest !== undefined) return { ...rest, numerator: rest.numerator * 1024n ** BigInt(index + 1) };
  }
  const power = decimal[text.charAt(0)];
  // A prefix before a bare annotation, `k{token}`, counts thousands (outside strict UCUM, but in use).
  const rest = power === undefined ? undefined : text.length === 1 ? one : atom(text.slice(1));
  if (rest === undefined || power === undefined) return undefined;
  return power > 0
    ? { ...rest, numerator: rest.numerator * 10n ** BigInt(power) }
    : { ...rest, denominator: rest.denominator * 10n ** BigInt(-power) };
}

const grammar = /^\/?(?:\{[^{}]*\}|[^./{}])+(?:[./](?:\{[^{}]*\}|[^./{}])+)*$/;
/** An operator and what it applies to: `.` multiplies, `/` divides what follows it. */
const terms = /(^|[./])((?:\{[^{}]*\}|[^./{}])+)/g;

function parse(unit: string): Parsed | undefined {
  if (!/^[\x21-\x7e]+$/.test(unit) || !grammar.test(unit)) return undefined;
  let result = one;
  for (const [, operator, term = ''] of unit.matchAll(terms)) {
    const match = /^([A-Za-z%]*|1)(-?\d{1,2})?$/.exec(term.replace(/\{[^{}]*\}/g, ''));
    if (match === null) return undefined;
    const [, name = '', exponent = '1'] = match;
    const parsed = symbol(name);
    if (parsed === undefined) return undefined;
    const power = Number(exponent) * (operator === '/' ? -1 : 1);
    const size = BigInt(Math.abs(power));
    const [up, down] = power < 0 ? [parsed.denominator, parsed.numerator] : [parsed.numerator, parsed.denominator];
    const powers = new Map(result.powers);
    for (const [base, own] of parsed.powers) {
      const sum = (powers.get(base) ?? 0) + own * power;
      if (sum === 0) powers.delete(base);
      else powers.set(base, sum);
    }
    result = { numerator: result.numerator * up ** size, denominator: result.denominator * down ** size, powers };
  }
  return result;
}

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/**
 * How many of `from` make one of `to`, exactly: a whole number or a fraction `n/d` in lowest terms (`s` to `h`: 3600).
 * Undefined when a unit cannot be read or the two measure different things.
 */
export function conversionFactor(from: string, to: string): string | undefined {
  if (from === to) return '1';
  const [a, b] = [parse(from), parse(to)];
  if (a === undefined || b === undefined || a.powers.size !== b.powers.size) return undefined;
  for (const [base, power] of a.powers) if (b.powers.get(base) !== power) return undefined;
  const [up, down] = [b.numerator * a.denominator, b.denominator * a.numerator];
  const shared = gcd(up, down);
  return down === shared ? String(up / shared) : `${up / shared}/${down / shared}`;
}
