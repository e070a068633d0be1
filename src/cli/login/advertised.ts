import { z } from 'zod';
import { CliError } from '../cli-error.ts';

/** Where people sign in to use a service, as the service says. */
export interface AdvertisedIssuer {
  readonly issuer: string;
  /** The id of the command line at that provider; undefined where none is set up. */
  readonly clientId?: string;
  readonly scope?: string;
}

const TIMEOUT_MS = 10_000;

const documentOnItself = z.object({
  authorization_servers: z.array(z.string()).default([]),
  command_line_clients: z
    .array(z.object({ issuer: z.string(), client_id: z.string(), scope: z.string().optional() }))
    .default([]),
});

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
  const said = documentOnItself.safeParse(await response.json().catch(() => undefined));
  if (!said.success) {
    throw new CliError(`${url.origin} is not the catalog's address: it does not say where to sign in`, {
      advice: ['check --server or the context'],
    });
  }
  const { authorization_servers: issuers, command_line_clients: clients } = said.data;
  return issuers.map((issuer) => {
    const client = clients.find((one) => one.issuer === issuer);
    if (client === undefined) return { issuer };
    return { issuer, clientId: client.client_id, ...(client.scope !== undefined && { scope: client.scope }) };
  });
}
