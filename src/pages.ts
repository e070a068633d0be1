import type { Issuer } from './platform/authn/issuer.ts';
import type { LocalIssuer } from './platform/authn/local-issuer.ts';
import { createLocalIssuerPages } from './platform/authn/local-issuer-pages.ts';
import { createProtectedResourcePage } from './platform/authn/protected-resource-page.ts';
import type { Pages } from './platform/http/pages.ts';
import { createPlayground } from './platform/http/playground.ts';

/** The playground, where one signs in, and the local issuer's pages where there is one. `isPrivate`: only this machine reaches them. */
export async function createPages(
  { issuers, localIssuer }: { readonly issuers: readonly Issuer[]; readonly localIssuer?: LocalIssuer | undefined },
  isPrivate: boolean,
  url: () => string,
): Promise<Pages> {
  const playground = await createPlayground({
    title: 'Milo Catalog',
    examples: new URL('../graphql/operations/', import.meta.url),
    offersPersonas: localIssuer !== undefined && isPrivate,
  });
  const signIn = createProtectedResourcePage(issuers);
  if (localIssuer === undefined) return async (path, headers) => signIn(path, headers) ?? playground(path, headers);
  const issuerPages = createLocalIssuerPages({ localIssuer, url, isPrivate });
  return async (path, headers) =>
    (await issuerPages(path, headers)) ?? signIn(path, headers) ?? playground(path, headers);
}
