const repeated = (unit: string, ...words: readonly string[]): [string, string][] => words.map((word) => [word, unit]);

/** Spellings outside UCUM whose meaning is plain, and what they are in UCUM. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].flatMap((prefix) =>
    repeated(`${prefix}By`, `${prefix}B`, `${prefix.toLowerCase()}b`),
  ),
  ...repeated('bit', 'bits'),
  ...repeated('By', 'byte', 'bytes'),
  ...repeated('s', 'second', 'seconds', 'sec'),
  ...repeated('min', 'minute', 'minutes'),
  ...repeated('h', 'hour', 'hours'),
  ...repeated('d', 'day', 'days'),
  ...repeated('wk', 'week', 'weeks'),
  ...repeated('mo', 'month', 'months'),
  ...repeated('a', 'year', 'years'),
]);

/** `vcpu-second` is `{vcpu}.s`, `gib-hour` is `GiBy.h`: words that end in a unit of time, as price lists have them. */
export function hyphenated(text: string): string | undefined {
  if (!/^[A-Za-z]\w*(?:-[A-Za-z]\w*)+$/.test(text)) return undefined;
  const words = text.split('-');
  const last = aliases.get(words.at(-1) ?? '');
  if (last === undefined) return undefined;
  const counted = words.slice(0, -1);
  const whole = aliases.get(counted.join('-'));
  return `${whole ?? `{${counted.join('-')}}`}.${last}`;
}

/** Letters that UCUM gives a meaning which who writes them hardly wants: `kB` is the kilobel. */
export function mistakable(text: string): string | undefined {
  const corrected = text.replace(/(?<![A-Za-z[\]{])([kMGTPE]?)B(?![A-Za-z[\]}])/g, '$1By');
  return corrected === text ? undefined : corrected;
}
