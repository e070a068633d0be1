/** A CPU profile as the inspector gives it, as far as it is looked at. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

const SAMPLED_EVERY_US = 200;

/** Profiles a process through its inspector while `work` goes on. */
export async function profileOf(inspectorUrl: string, work: () => Promise<unknown>): Promise<Profile> {
  const targets = (await (await fetch(`${inspectorUrl}/json/list`)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  await new Promise((opened) => socket.addEventListener('open', opened, { once: true }));
  let sent = 0;
  const call = (method: string, params = {}): Promise<unknown> => {
    const id = ++sent;
    const answered = new Promise((answer) => {
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (message.id === id) answer(message.result);
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  await call('Profiler.enable');
  await call('Profiler.setSamplingInterval', { interval: SAMPLED_EVERY_US });
  await call('Profiler.start');
  await work();
  const { profile } = (await call('Profiler.stop')) as { profile: Profile };
  socket.close();
  return profile;
}

/**
 * Parts of the time in which the process was busy: a sample belongs to the file of `src` in which it is, or on whose behalf
 * a library or Node itself is.
 */
export function sharesOf({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> {
  const files = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: ProfileNode, above: string): void => {
    const { functionName, url } = node.callFrame;
    const own = url.includes('/node_modules/') ? undefined : /\/(src\/.*)$/.exec(url)?.[1];
    const file = functionName === '(idle)' ? functionName : (own ?? above);
    files.set(node.id, file);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, file);
    }
  };
  if (nodes[0] !== undefined) visit(nodes[0], '');
  const us = new Map<string, number>();
  samples.forEach((id, index) => {
    const file = files.get(id) ?? '';
    us.set(file, (us.get(file) ?? 0) + (timeDeltas[index] ?? 0));
  });
  us.delete('(idle)');
  const busy = [...us.values()].reduce((sum, one) => sum + one, 0);
  return new Map([...us].map(([file, part]) => [file, part / busy]));
}
