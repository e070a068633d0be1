import { hint } from '../catalog/values/nearest.ts';
import { findLocalIssuer } from '../platform/authn/local-issuer.ts';
import { personas } from '../platform/authn/personas.ts';
import { CliError, usageError } from './cli-error.ts';
import type { Environment } from './environment.ts';
import type { Server } from './find-server.ts';

/** The persona used with an embedded service by default. */
export const defaultPersona = 'staff';
const LIFETIME_SECONDS = 3_600;

export interface Identity {
  readonly token?: string;
  readonly as?: string;
}

/** The given token; else, with an embedded service, a token of the persona. */
export async function tokenFor(
  server: Server,
  { token, as }: Identity,
  environment: Environment,
  tell: (line: string) => void,
): Promise<string | undefined> {
  if (as !== undefined && token !== undefined) throw usageError('--as and --token exclude each other');
  const given = token ?? (as === undefined ? environment.token : undefined);
  if (given !== undefined) return checkToken(given);
  const persona = as === undefined ? defaultPersona : checkPersona(as);
  const made = await embeddedToken(server, persona, LIFETIME_SECONDS);
  if (made !== undefined) tell(`caller: ${persona}`);
  else if (as !== undefined) {
    const place = new URL(server.url).origin;
    throw new CliError(`--as works with an embedded service on this machine only, and ${place} is none`, {
      advice: ['give a token with --token or CATALOG_TOKEN'],
    });
  }
  return made;
}

/** The token, when it can be sent as one: a file that holds more than a token is easily taken for one. */
function checkToken(token: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  throw usageError('the token has spaces, line breaks or letters that no token has', 'give the token alone');
}

/** A token of the service that runs here on a data directory of its own; undefined when this is no such service. */
export async function embeddedToken(
  { dataDirectory }: Server,
  subject: string,
  lifetimeSeconds: number,
): Promise<string | undefined> {
  if (dataDirectory === undefined) return undefined;
  const issuer = await findLocalIssuer(dataDirectory).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`the key of the service on ${dataDirectory} cannot be read: ${why}`, {
      advice: ['only the user who started the service can create tokens; give a token with --token or CATALOG_TOKEN'],
    });
  });
  return issuer?.signToken(subject, { lifetimeSeconds, clientId: 'catalog' });
}

/** The name, when it is a persona's. */
export function checkPersona(name: string): string {
  const names = personas.map((persona) => persona.name);
  if (names.includes(name)) return name;
  throw usageError(
    `there is no persona '${name}'${hint(name, names)}`,
    ...describePersonas(),
    `a token of any other subject: catalog token --subject ${name}`,
  );
}

/** A line for each persona. */
export function describePersonas(): string[] {
  const width = Math.max(...personas.map(({ name }) => name.length));
  return personas.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`);
}
