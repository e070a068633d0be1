const units = [
  ['y', 365 * 86_400],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** From how many seconds on the next smaller unit is left out: `9m5s` but `12m`, `7h10m` but `9h`, `7d3h` but `9d`. */
const fineBelow: Readonly<Record<string, number>> = { y: 8 * 365 * 86_400, d: 8 * 86_400, h: 8 * 3_600, m: 600 };
/** The next smaller unit alone below these: `119s`, `179m`, `47h`, `729d`. */
const stretched: Readonly<Record<string, number>> = { y: 2 * 365 * 86_400, d: 2 * 86_400, h: 3 * 3_600, m: 120 };

/** How long ago, in kubectl's format: `5s`, `9m5s`, `12m`, `3h`, `4d2h`, `30d`, `2y10d`. */
export function age(since: string, now: number): string {
  const time = Date.parse(since);
  if (Number.isNaN(time)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now - time) / 1000));
  for (const [index, [unit, size]] of units.entries()) {
    if (unit !== 's' && seconds < (stretched[unit] ?? 0)) continue;
    const count = Math.floor(seconds / size);
    const finer = units[index + 1];
    if (finer === undefined || seconds >= (fineBelow[unit] ?? 0)) return `${count}${unit}`;
    const rest = Math.floor((seconds - count * size) / finer[1]);
    return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${finer[0]}`;
  }
  return '0s';
}
