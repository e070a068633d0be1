const grammar = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE])([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;
const powers: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * The exact decimal value of a Kubernetes quantity (`100G`, `250m`, `1.5Gi`, `12e6`); undefined when it is none.
 * No floating point is involved.
 */
export function quantityValue(text: string): string | undefined {
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = '', , exponent, suffix] = match;
  const [integer = '', fraction = ''] = digits.split('.');
  const scale = binary.indexOf(suffix ?? '') + 1;
  let units = BigInt(integer + fraction || '0') * 1024n ** BigInt(scale);
  const power = (exponent === undefined ? (powers[suffix ?? ''] ?? 0) : Number(exponent)) - fraction.length;
  if (power > 60 || power < -60) return undefined;
  if (power > 0) units *= 10n ** BigInt(power);
  const decimals = Math.max(0, -power);
  const padded = units.toString().padStart(decimals + 1, '0');
  const shown =
    decimals === 0 ? padded : `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`.replace(/\.?0+$/, '');
  return sign === '-' && shown !== '0' ? `-${shown}` : shown;
}
