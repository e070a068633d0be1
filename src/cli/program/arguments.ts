import { InvalidArgumentError, Option } from 'commander';

export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** `30s`, `5m`, `500ms`, `0` → milliseconds. */
export function duration(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Accepted: 30s, 5m, 500ms, 1h, or 0 for no limit.');
  return Number(number) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit] ?? 1_000);
}

export function lifetime(text: string): number {
  const milliseconds = duration(text);
  if (milliseconds < 1_000) throw new InvalidArgumentError('Accepted: 1s or more, for example 30m or 12h.');
  return milliseconds;
}

export function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Accepted: a whole number, 1 or more.');
  return Number(text);
}

export function twoNumbers(text: string): readonly [number, number] {
  const [first, second, another] = text.split(',');
  if (first === undefined || second === undefined || another !== undefined) {
    throw new InvalidArgumentError('Accepted: two numbers, for example 2,3.');
  }
  return [positive(first), positive(second)];
}

export const fileOption = (): Option =>
  new Option('-f, --filename <path...>', 'manifest files or folders, - for stdin; can be repeated');
