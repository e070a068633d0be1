import type { JSONWebKeySet } from 'jose';
import { isLoopback } from '../http/loopback.ts';

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
  'accepted: ISSUER audiences=A,B [jwks=URL] [client=ID] [scopes=A,B], several separated by ; or line breaks';

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
      const complain = (problem: string): void => void problems.push(`'${issuer}' ${problem}`);
      const given = new Map<string, string>();
      for (const option of options) {
        const [, name, value] = /^(audiences|jwks|client|scopes)=(.+)$/.exec(option) ?? [];
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
      return {
        issuer,
        audiences,
        ...(jwksUri !== undefined && { jwksUri }),
        ...(clientId !== undefined && { commandLine: { clientId, scopes } }),
      };
    });
  const names = issuers.map(({ issuer }) => issuer);
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    problems.push(`'${name}' is given twice`);
  if (problems.length > 0) throw new IssuersError(problems);
  return issuers;
}

/** Whether the issuer itself can be asked for its discovery document without others reading along. */
function isAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}
