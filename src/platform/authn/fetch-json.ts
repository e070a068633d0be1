import { traceHeaders } from '../telemetry/spans.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1_048_576;

/** JSON that another system serves, and for how long it says that this holds. */
export interface FetchedJson {
  readonly value: unknown;
  /** Undefined: it says nothing; 0: it must not be kept. */
  readonly maxAgeSeconds: number | undefined;
}

/** JSON from exactly this address, at most 1 MiB within 5 seconds; no redirects, whatever else comes is an error. */
export async function fetchJson(
  url: string,
  { headers, ...request }: Pick<RequestInit, 'method' | 'body'> & { readonly headers?: Record<string, string> } = {},
): Promise<FetchedJson> {
  const response = await fetch(url, {
    ...request,
    headers: { accept: 'application/json', ...traceHeaders(), ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error(`${url} answers with more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    value: parseJson(Buffer.concat(chunks).toString('utf8'), url),
    maxAgeSeconds: maxAge(response.headers.get('cache-control') ?? ''),
  };
}

/** The error of `JSON.parse` quotes the text, which may repeat what was sent: a token must not get into a log. */
function parseJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(`${url} answers what is not JSON`);
  }
}

function maxAge(cacheControl: string): number | undefined {
  if (/\bno-(store|cache)\b/i.test(cacheControl)) return 0;
  const seconds = /\bmax-age=(\d{1,9})\b/i.exec(cacheControl)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}
