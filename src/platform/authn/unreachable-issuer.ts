import { UnavailableError } from '../errors.ts';

/** A token can be neither accepted nor refused, because its issuer does not answer what it was asked. */
export const unreachableIssuer = (message: string, cause: unknown): UnavailableError =>
  new UnavailableError(message, { reason: 'IDENTITY_PROVIDER_UNREACHABLE', retryable: true }, { cause });

/** Why it does not, for the log: the innermost cause, since `fetch` says no more than that it failed. */
export function whyUnreachable({ cause }: Error): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause instanceof Error) return whyUnreachable(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
