import { Session } from 'node:inspector/promises';

/*
 * Loaded into a service by `node --import`. Between two turns of the event loop it takes the CPU time of the loop's own
 * thread: what others have to wait for, whatever else the machine is doing. `begin` and `end` come from the parent process.
 */

/** How long one turn of the loop took. */
export interface Turn {
  /** CPU time of the thread, in milliseconds. */
  readonly cpuMs: number;
  /** By the monotonic clock, in microseconds. */
  readonly from: number;
  readonly to: number;
}

export interface Held {
  readonly turns: number;
  readonly longest: readonly number[];
  /** What ran in the longest turn: functions with the share of the turn in which they were on the stack. */
  readonly inside: readonly string[];
}

const SHORTEST_MS = 10;
const session = new Session();
session.connect();
const ready = session
  .post('Profiler.enable')
  .then(() => session.post('Profiler.setSamplingInterval', { interval: 500 }));

let isOn = false;
let profiles = false;
let count = 0;
let long: Turn[] = [];
const clock = (): number => Number(process.hrtime.bigint() / 1_000n);
const spent = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

function watch(): void {
  let last = spent();
  let from = clock();
  const turn = (): void => {
    const now = spent();
    const to = clock();
    const cpuMs = (now - last) / 1_000;
    count++;
    if (cpuMs >= SHORTEST_MS) long.push({ cpuMs, from, to });
    last = spent();
    from = clock();
    if (isOn) setImmediate(turn);
  };
  setImmediate(turn);
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
  readonly startTime: number;
}

function insideOf({ nodes, samples = [], timeDeltas = [], startTime }: Profile, turn: Turn | undefined): string[] {
  if (turn === undefined) return [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const inclusive = new Map<string, number>();
  const self = new Map<string, number>();
  let at = startTime;
  let total = 0;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (at < turn.from || at > turn.to) continue;
    total++;
    const seen = new Set<string>();
    for (let node: number | undefined = id; node !== undefined; node = parents.get(node)) {
      const frame = byId.get(node)?.callFrame;
      if (frame === undefined || frame.functionName === '(root)') continue;
      const file = frame.url.replace(/^.*\/(src|node_modules)\//, (_, folder: string) =>
        folder === 'src' ? 'src/' : '',
      );
      const name = `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`;
      if (node === id) self.set(name, (self.get(name) ?? 0) + 1);
      if (seen.has(name)) continue;
      seen.add(name);
      inclusive.set(name, (inclusive.get(name) ?? 0) + 1);
    }
  }
  const shares = (of: ReadonlyMap<string, number>, most: number): string[] =>
    [...of]
      .sort((a, b) => b[1] - a[1])
      .slice(0, most)
      .map(([name, samples]) => `${Math.round((100 * samples) / total)}% ${name}`);
  return [...shares(inclusive, 16), '— by itself', ...shares(self, 8)];
}

async function begin(isProfiled: boolean): Promise<void> {
  await ready;
  count = 0;
  long = [];
  profiles = isProfiled;
  if (profiles) await session.post('Profiler.start');
  isOn = true;
  watch();
}

async function end(): Promise<Held> {
  isOn = false;
  const profile = profiles ? (await session.post('Profiler.stop')).profile : undefined;
  long.sort((a, b) => b.cpuMs - a.cpuMs);
  return {
    turns: count,
    longest: long.slice(0, 5).map(({ cpuMs }) => Math.round(cpuMs)),
    inside: profile === undefined ? [] : insideOf(profile as Profile, long[0]),
  };
}

process.on('message', (message: unknown) => {
  if (message === 'begin' || message === 'begin profile')
    void begin(message === 'begin profile').then(() => process.send?.({ begun: true }));
  if (message === 'end') void end().then((held) => process.send?.({ held }));
});
process.channel?.unref();
