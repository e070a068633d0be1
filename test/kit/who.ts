import type { App } from '../../src/app.ts';

export interface Me {
  readonly kind: string;
  readonly name: string;
  readonly isStaff: boolean;
}

/** Who the bearer of a token is, or why nobody: the reason, else the code. */
export async function who({ url }: Pick<App, 'url'>, token: string): Promise<Me | string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ me { kind name isStaff } }' }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { me: Me } | null;
    errors?: readonly { extensions: { code: string; reason?: string } }[];
  };
  const [error] = errors ?? [];
  return error === undefined ? (data?.me ?? 'nobody') : (error.extensions.reason ?? error.extensions.code);
}
