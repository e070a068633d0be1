import type { Issuer } from './issuer.ts';
import { EMBEDDED_ISSUER } from './local-issuer.ts';

/** By whose tokens the first administrator is known. */
export interface Administrator {
  readonly issuer: string;
  readonly subject: string;
}

/** Who is it in embedded mode, when nobody else is named. */
const EMBEDDED_SUBJECT = 'staff';

/**
 * Reads `https://id.example.com 320983`, or `320983` alone where one issuer is trusted: a subject means somebody only
 * together with its issuer. `complain` is told what is wrong. Nobody is it while it is not known who is trusted.
 */
export function readAdministrator(
  text: string | undefined,
  trusted: readonly Pick<Issuer, 'issuer'>[] | undefined,
  { isEmbedded, complain }: { readonly isEmbedded: boolean; readonly complain: (problem: string) => unknown },
): Administrator | undefined {
  if (text === undefined) return isEmbedded ? { issuer: EMBEDDED_ISSUER, subject: EMBEDDED_SUBJECT } : undefined;
  if (trusted === undefined) return undefined;
  const issuers = [...trusted.map(({ issuer }) => issuer), ...(isEmbedded ? [EMBEDDED_ISSUER] : [])];
  const [first = '', second, ...others] = text.trim().split(/\s+/);
  const form = 'accepted: ISSUER SUBJECT, as https://id.example.com 320983';
  if (others.length > 0) complain(`has more than two parts; ${form}`);
  else if (second !== undefined) {
    if (issuers.includes(first)) return { issuer: first, subject: second };
    complain(`names the issuer ${first}, which is not trusted; trusted: ${issuers.join(', ') || 'none'}`);
  } else if (/^https?:\/\//.test(first)) complain(`names no subject; ${form}`);
  else if (issuers[0] === undefined) complain('names a subject, but no issuer is trusted: set OIDC_ISSUERS');
  else if (issuers.length > 1)
    complain(`names a subject alone, which could be anyone of ${issuers.join(', ')}; ${form}`);
  else return { issuer: issuers[0], subject: first };
  return undefined;
}
