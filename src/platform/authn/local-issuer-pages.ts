import { isLoopback } from '../http/loopback.ts';
import type { Page, Pages } from '../http/pages.ts';
import type { LocalIssuer } from './local-issuer.ts';
import { personas } from './personas.ts';

export interface LocalIssuerPagesOptions {
  readonly localIssuer: LocalIssuer;
  /** Where the service answers. */
  readonly url: () => string;
  /** Whether only this machine can reach the service; tokens are not handed out to other machines. */
  readonly isPrivate: boolean;
}

const json = (value: unknown): Page => ({
  status: 200,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
  },
  body: JSON.stringify(value),
});

/** The keys of the embedded service's own issuer, and tokens of the example personas for the playground. */
export function createLocalIssuerPages({ localIssuer, url, isPrivate }: LocalIssuerPagesOptions): Pages {
  const { issuer, jwks } = localIssuer.issuer;
  return async (path, headers) => {
    switch (path) {
      case '/.well-known/openid-configuration':
        return json({
          issuer,
          jwks_uri: `${url()}/oauth/v2/keys`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
        });
      case '/oauth/v2/keys':
        return json(jwks);
      case '/personas': {
        // A page of another site can give its own name this machine's address (DNS rebinding), and would then be of the
        // same origin; but it cannot call itself localhost.
        const { hostname = '' } = URL.parse(`http://${headers.host ?? ''}`) ?? {};
        if (!isPrivate || !isLoopback(hostname)) return undefined;
        const sign = (name: string): Promise<string> => localIssuer.signToken(name, { clientId: 'playground' });
        return json(await Promise.all(personas.map(async (one) => ({ ...one, token: await sign(one.name) }))));
      }
      default:
        return undefined;
    }
  };
}
