import { CliError } from '../cli-error.ts';

/** Where people sign in to use a service, as the service says. */
export interface AdvertisedIssuer {
  readonly issuer: string;
  /** The id of the command line at that provider; undefined where none is set up. */
  readonly clientId?: string;
  readonly scope?: string;
}

const TIMEOUT_MS = 10_000;

/** The issuers whose tokens a service accepts, by its document on itself as a protected resource (RFC 9728). */
export async function advertisedIssuers(server: string): Promise<readonly AdvertisedIssuer[]> {
  const url = new URL('/.well-known/oauth-protected-resource', server);
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new CliError(`${url.origin} cannot be reached`, { advice: ['check --server or the context'] });
  });
  if (!response.ok) {
    throw new CliError(`${url.origin} does not say where to sign in (${response.status})`, {
      advice: ['give --issuer and --client-id'],
    });
  }
  const { authorization_servers: issuers = [], command_line_clients: clients = [] } =
    (await response.json()) as Readonly<{
      authorization_servers?: readonly string[];
      command_line_clients?: readonly {
        readonly issuer: string;
        readonly client_id: string;
        readonly scope?: string;
      }[];
    }>;
  return issuers.map((issuer) => {
    const client = clients.find((one) => one.issuer === issuer);
    if (client === undefined) return { issuer };
    return { issuer, clientId: client.client_id, ...(client.scope !== undefined && { scope: client.scope }) };
  });
}
