import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const TICK_MS = 10;

/** CPU time of a process so far, in milliseconds. */
export const cpuOf = (pid: number): number => (readStat(pid)?.own ?? 0) * TICK_MS;

/** The same of all child processes of this one that have ended. */
export const cpuOfEnded = (): number => (readStat(process.pid)?.endedChildren ?? 0) * TICK_MS;

/** The same of PostgreSQL: its main process, its present sessions and workers, and those that have ended. */
export function cpuOfPostgres(mainPid: number): number {
  const main = readStat(mainPid);
  if (main === undefined) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === mainPid)
    .reduce((sum, stat) => sum + (stat?.own ?? 0), 0);
  return (main.own + main.endedChildren + children) * TICK_MS;
}

/** CPU time of a process and its present children so far, in milliseconds: to less than a tick, for what takes only a few. */
export const preciseCpuOf = (pid: number): number =>
  [pid, ...childrenOf(pid)].reduce(
    (sum, one) => sum + threadsOf(one).reduce((all, file) => all + runtimeOf(file), 0),
    0,
  );

/** Resident memory of a process in MiB: now, and the most it ever was. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1_024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** From now on the peak is that from now on. */
export const forgetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5');

const NS_PER_MS = 1e6;

const childrenOf = (pid: number): number[] =>
  (readOrNone(`/proc/${pid}/task/${pid}/children`).match(/\d+/g) ?? []).map(Number);

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
  } catch {
    return []; // It has ended meanwhile.
  }
}

const runtimeOf = (file: string): number => Number(readOrNone(file).split(' ')[0]) / NS_PER_MS;

function readOrNone(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

interface Stat {
  readonly parent: number;
  /** In clock ticks, like the next. */
  readonly own: number;
  readonly endedChildren: number;
}

function readStat(pid: number): Stat | undefined {
  try {
    // The name, in parentheses, may hold anything; the numbers after it are those from the third field on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? [];
    const at = (field: number): number => fields[field - 3] ?? 0;
    return { parent: at(4), own: at(14) + at(15), endedChildren: at(16) + at(17) };
  } catch {
    return undefined; // It has ended meanwhile.
  }
}
