import { CatalogError, invalidInput, UnavailableError, unreachable } from '../errors.ts';

const INVALID_CHARACTER = '22021';
/** Class 53: disk full, out of memory, too many connections. */
const INSUFFICIENT_RESOURCES = '53';
const CANCELLED = '57014';
const lostConnection =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|terminat|Connection ended|not queryable|57P0|\b08\d{3}\b|timeout exceeded/i;

const ended = (cause: unknown): UnavailableError =>
  new UnavailableError(
    'the database has ended a statement that took too long; try again',
    { reason: 'STATEMENT_TOO_LONG', retryable: true },
    { cause },
  );

const exhausted = (cause: unknown): UnavailableError =>
  new UnavailableError(
    'the database has run out of a resource; try again',
    { reason: 'DATABASE_OUT_OF_RESOURCES', retryable: true },
    { cause },
  );

/** An error of the driver as an error of the catalog, where it has one. */
export function catalogError(error: unknown): unknown {
  if (error instanceof CatalogError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Error && lostConnection.test(`${code} ${error.message}`))
    return unreachable('DATABASE_UNREACHABLE', { cause: error });
  if (code.startsWith(INSUFFICIENT_RESOURCES)) return exhausted(error);
  if (code === CANCELLED) return ended(error);
  // The catalog's own texts contain no NUL character, so it comes from the caller.
  if (code === INVALID_CHARACTER)
    return invalidInput({ rule: 'INVALID_CHARACTERS', message: 'a text holds a NUL character' });
  return error;
}
