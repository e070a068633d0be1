import { type Connection, UsageError } from './environment.ts';

/** Sends GraphQL documents to the catalog. */
export type Client = <T>(document: string, variables?: Readonly<Record<string, unknown>>) => Promise<T>;

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

export const createClient =
  ({ url, token }: Connection): Client =>
  async <T>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<T> => {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body }).catch((error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new UsageError(`${url} can not be reached: ${cause}`);
    });
    const text = await response.text();
    let answer: Answer;
    try {
      answer = JSON.parse(text) as Answer;
    } catch {
      throw new UsageError(`${url} does not answer as a catalog does (HTTP ${response.status}): ${text.slice(0, 80)}`);
    }
    const [error] = answer.errors ?? [];
    if (error !== undefined) throw new UsageError(error.message);
    return answer.data as T;
  };
