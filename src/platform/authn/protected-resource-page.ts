import type { Page, Pages } from '../http/pages.ts';
import type { Issuer } from './issuer.ts';

/** The path that RFC 9728 gives to it. */
const PATH = '/.well-known/oauth-protected-resource';

/**
 * Says where tokens for the service come from (RFC 9728): the identity providers, the scopes to ask for, and, under a
 * member of our own, as which client of each provider the command line signs people in.
 */
export function createProtectedResourcePage(issuers: readonly Issuer[]): Pages {
  const scopes = [...new Set(issuers.flatMap(({ commandLine }) => commandLine?.scopes ?? []))];
  const clients = issuers.flatMap(({ issuer, commandLine }) =>
    commandLine === undefined
      ? []
      : [
          {
            issuer,
            client_id: commandLine.clientId,
            ...(commandLine.scopes.length > 0 && { scope: commandLine.scopes.join(' ') }),
          },
        ],
  );
  return (path, { host = '', 'x-forwarded-proto': forwarded }): Page | undefined => {
    if (path !== PATH) return undefined;
    const document = {
      resource: `${forwarded === 'https' ? 'https' : 'http'}://${host}`,
      authorization_servers: issuers.map(({ issuer }) => issuer),
      bearer_methods_supported: ['header'],
      ...(scopes.length > 0 && { scopes_supported: scopes }),
      command_line_clients: clients,
    };
    return {
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      },
      body: JSON.stringify(document),
    };
  };
}
