import type { LocalIssuer } from './platform/authn/local-issuer.ts';
import { createLocalIssuerPages } from './platform/authn/local-issuer-pages.ts';
import type { Pages } from './platform/http/pages.ts';
import { createPlayground } from './platform/http/playground.ts';

/** The playground, and the local issuer's pages where there is one. `isPrivate`: only this machine reaches them. */
export async function createPages(
  localIssuer: LocalIssuer | undefined,
  isPrivate: boolean,
  url: () => string,
): Promise<Pages> {
  const playground = await createPlayground({
    title: 'Milo Catalog',
    examples: new URL('../graphql/operations/playground/', import.meta.url),
    offersPersonas: localIssuer !== undefined && isPrivate,
  });
  if (localIssuer === undefined) return playground;
  const issuerPages = createLocalIssuerPages({ localIssuer, url, isPrivate });
  return async (path, headers) => (await issuerPages(path, headers)) ?? playground(path, headers);
}
