/** Figures of one load: requests per second, and the median in milliseconds. */
export interface Load {
  readonly perSecond: number;
  readonly median: number;
}

export interface Request {
  readonly url: string;
  /** A GraphQL document; a GET without one. */
  readonly document?: string;
  readonly token?: string;
}

export async function ask({ url, document, token }: Request): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const init = document === undefined ? {} : { method: 'POST', headers, body: JSON.stringify({ query: document }) };
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(text.slice(0, 500));
  return text;
}

/** The same request over and over on four connections, for so many seconds. */
export async function load(request: Request, seconds: number): Promise<Load> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const startedAt = performance.now();
      await ask(request);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return { perSecond: times.length / seconds, median: quantile(times, 0.5) };
}

export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
