import { accessSync, constants } from 'node:fs';
import type { JSONWebKeySet } from 'jose';
import { isLoopback } from '../http/loopback.ts';
import type { ClientProof } from './client-proof.ts';

/** Who may sign the tokens of callers. */
export interface Issuer {
  /** Its name, exactly as its tokens write it in `iss`. */
  readonly issuer: string;
  /** A token must be meant for one of these (`aud`). */
  readonly audiences: readonly string[];
  /** Where its keys are; when not given, where its discovery document says. */
  readonly jwksUri?: string;
  /** As which public client of it `catalog login` signs people in, and the scopes that it asks for. */
  readonly commandLine?: { readonly clientId: string; readonly scopes: readonly string[] };
  /** The keys themselves, when they need not be fetched. */
  readonly jwks?: JSONWebKeySet;
  /** Where it says what its opaque tokens are. */
  readonly introspection?: Introspection;
}

/** Where an issuer tells what an opaque token is (RFC 7662), and how the service proves to it who asks. */
export interface Introspection {
  readonly url: string;
  readonly proof: ClientProof;
}

/** Text that names no issuers; one line per problem. */
export class IssuersError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const form =
  'accepted: ISSUER audiences=A,B [jwks=URL] [client=ID] [scopes=A,B] [introspection=URL introspection-client=ID secret-file=PATH or key-file=PATH], several separated by ; or line breaks';

type Complain = (problem: string) => void;

/**
 * Reads `https://id.example audiences=catalog,portal jwks=http://zitadel/oauth/v2/keys; https://other.example audiences=x`.
 * Everything wrong with it is reported together.
 */
export function parseIssuers(text: string): Issuer[] {
  const problems: string[] = /[^;\s]/.test(text) ? [] : [`names no issuer; ${form}`];
  const issuers = text
    .split(/[;\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [issuer = '', ...options] = entry.split(/\s+/);
      return readIssuer(issuer, options, (problem) => problems.push(`'${issuer}' ${problem}`));
    });
  const names = issuers.map(({ issuer }) => issuer);
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    problems.push(`'${name}' is given twice`);
  const asked = issuers.filter(({ introspection }) => introspection !== undefined).map(({ issuer }) => issuer);
  // An opaque token does not say whose it is; an issuer that is asked about one of another could use it.
  if (asked.length > 1) problems.push(`${asked.join(' and ')} have introspection=; only one issuer can`);
  if (problems.length > 0) throw new IssuersError(problems);
  return issuers;
}

function readIssuer(issuer: string, options: readonly string[], complain: Complain): Issuer {
  const given = new Map<string, string>();
  for (const option of options) {
    const [, name, value] =
      /^(audiences|jwks|client|scopes|introspection|introspection-client|secret-file|key-file)=(.+)$/.exec(option) ??
      [];
    if (name === undefined || value === undefined) complain(`has '${option}'; ${form}`);
    else if (given.has(name)) complain(`has ${name}= twice; separate several values by commas`);
    else given.set(name, value);
  }
  const audiences = (given.get('audiences') ?? '').split(',').filter((audience) => audience !== '');
  if (!isAddress(issuer)) complain('is not an https:// URL (http:// is for loopback only)');
  if (audiences.length === 0) complain(`names no audience, so no token would fit; ${form}`);
  const jwksUri = given.get('jwks');
  if (jwksUri !== undefined && !/^https?:\/\/[^/]/.test(jwksUri)) complain(`has jwks=${jwksUri}, which is no URL`);
  const clientId = given.get('client');
  const scopes = (given.get('scopes') ?? '').split(',').filter((scope) => scope !== '');
  if (clientId === undefined && scopes.length > 0) complain('has scopes= without client=, which asks for them');
  const introspection = readIntrospection(given, complain);
  return {
    issuer,
    audiences,
    ...(jwksUri !== undefined && { jwksUri }),
    ...(clientId !== undefined && { commandLine: { clientId, scopes } }),
    ...(introspection !== undefined && { introspection }),
  };
}

function readIntrospection(given: ReadonlyMap<string, string>, complain: Complain): Introspection | undefined {
  const parts = ['introspection', 'introspection-client', 'secret-file', 'key-file'].filter((name) => given.has(name));
  if (parts.length === 0) return undefined;
  const [url, clientId] = [given.get('introspection'), given.get('introspection-client')];
  const [secretFile, keyFile] = [given.get('secret-file'), given.get('key-file')];
  const file = secretFile ?? keyFile;
  if (url === undefined || clientId === undefined || file === undefined || parts.length > 3) {
    complain(
      `has ${parts.join(', ')} alone; it takes introspection=, introspection-client= and one of secret-file= and key-file=`,
    );
    return undefined;
  }
  if (!isAddress(url))
    complain(`has introspection=${url}, which is not an https:// URL (http:// is for loopback only)`);
  try {
    accessSync(file, constants.R_OK);
  } catch {
    complain(`has the file ${file}, which cannot be read`);
  }
  return { url, proof: { clientId, by: secretFile === undefined ? 'key' : 'secret', file } };
}

/** Whether an address can be asked without others reading along. */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  // What a link can name (IdentityLink.spec.issuer).
  if (!/^[\x21-\x7e]{1,512}$/.test(text)) return false;
  if (url === null || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
