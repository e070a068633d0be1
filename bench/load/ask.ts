export interface Asked {
  readonly url: string;
  readonly token?: string | undefined;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export const headersOf = (token: string | undefined): Record<string, string> => ({
  'content-type': 'application/json',
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
});

/** The data of one request's answer; errors are thrown. */
export async function ask<T = unknown>({ url, token, body, headers }: Asked): Promise<T> {
  const sent = { ...headersOf(token), ...headers };
  const response = await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) });
  const text = await response.text();
  const { data, errors } = parse(text) as { data: T; errors?: unknown };
  if (!response.ok || errors !== undefined) throw new Error(`${response.status} ${text.slice(0, 1_000)}`);
  return data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`not JSON: ${text.slice(0, 1_000)}`);
  }
}
