import { createRequire } from 'node:module';

/** A number as a fraction, exactly. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A unit of the table: how many of another unit it is, or nothing, if it is not made of others. */
export interface Atom {
  readonly code: string;
  readonly name: string;
  readonly isMetric: boolean;
  /** Binary prefixes stand before bits and bytes only. */
  readonly isInformation: boolean;
  readonly definition: { readonly factor: Fraction; readonly unit: string } | undefined;
  /** The factor of the definition was measured or rounded, so that no exact number follows from it. */
  readonly isRounded: boolean;
}

interface Table {
  readonly atoms: ReadonlyMap<string, Atom>;
  readonly prefixes: ReadonlyMap<string, Fraction>;
}

/** An entry of the library's data, as far as it is used. */
interface Definition {
  readonly csCode_: string;
  readonly name_: string;
  readonly source_: string;
  readonly class_: string | null;
  readonly isBase_: boolean;
  readonly isMetric_: boolean;
  readonly isSpecial_: boolean;
  readonly isArbitrary_: boolean;
  readonly csUnitString_: string | null;
  readonly baseFactorStr_: string | null;
}
interface Prefix {
  readonly code_: string;
  readonly value_: number;
  readonly exp_: number | string | null;
}

const rounded = [
  '[pi]',
  'mol',
  'u',
  'AU',
  'pc',
  '[h]',
  '[k]',
  '[eps_0]',
  '[mu_0]',
  '[e]',
  '[m_e]',
  '[m_p]',
  '[G]',
  'Torr',
];

const fraction = (numerator: bigint, denominator = 1n): Fraction => ({ numerator, denominator });
const powerOfTen = (power: number): Fraction =>
  power < 0 ? fraction(1n, 10n ** BigInt(-power)) : fraction(10n ** BigInt(power));

/** `980665e-5` and `6.02` as fractions. */
function decimal(text: string): Fraction | undefined {
  const [, whole, digits = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const { numerator, denominator } = powerOfTen(Number(exponent) - digits.length);
  return fraction(BigInt(whole + digits) * numerator, denominator);
}

function atomOf(entry: Definition): Atom {
  const { csCode_: code, name_: name, isMetric_: isMetric, csUnitString_: unit, baseFactorStr_: text } = entry;
  const factor = decimal(text ?? '');
  // UCUM has the bit equal to 1, by which 8 requests would make a byte. Here information is a quantity of its own.
  const isOwn = entry.isBase_ || entry.isSpecial_ || entry.isArbitrary_ || code === 'bit';
  return {
    code,
    name,
    isMetric: isMetric || entry.isBase_,
    isInformation: code === 'bit' || code === 'By',
    definition: isOwn || unit === null || factor === undefined ? undefined : { factor, unit },
    isRounded: rounded.includes(code),
  };
}

function load(): Table {
  // The library's own entrance also loads its readers of XML and CSV, which takes 85 ms; its data alone takes 12.
  const require = createRequire(import.meta.url);
  const packed = require('@lhncbc/ucum-lhc/data/ucumDefs.min.json') as Readonly<Record<'units' | 'prefixes', unknown>>;
  const { unpackArray } = require('@lhncbc/ucum-lhc/source-cjs/jsonArrayPack.js') as {
    unpackArray: (packed: unknown) => unknown;
  };
  const units = unpackArray(packed.units) as readonly Definition[];
  const prefixes = unpackArray(packed.prefixes) as readonly Prefix[];
  const powers = prefixes.map(({ code_, value_, exp_ }): [string, Fraction] => [
    code_,
    exp_ === null ? fraction(BigInt(value_)) : powerOfTen(Number(exp_)),
  ]);
  return {
    // The data also has compounds that laboratories use; they are read by the grammar.
    atoms: new Map(units.filter(({ source_ }) => source_ === 'UCUM').map((entry) => [entry.csCode_, atomOf(entry)])),
    prefixes: new Map([...powers, ['Pi', fraction(1024n ** 5n)], ['Ei', fraction(1024n ** 6n)]]),
  };
}

let table: Table | undefined;

/** The units and prefixes of UCUM, loaded when they are first needed. */
export function ucumTable(): Table {
  table ??= load();
  return table;
}
