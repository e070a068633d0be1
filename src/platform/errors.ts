import { bounded, cut, type Mention, MOST_OF_REQUEST, type Violation } from './violation.ts';

export type { Mention, Violation };

/** The errors that callers can understand; each has a stable code. Anything else is a defect. */
export abstract class CatalogError extends Error {
  abstract readonly code: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(message: string, data: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.data = data;
  }
}

/** The input breaks rules; `data.violations` has all of them, up to the number that is reported per request. */
export class InvalidInputError extends CatalogError {
  readonly code = 'BAD_USER_INPUT';

  constructor(message: string, data: { readonly violations: readonly Violation[] }) {
    super(cut(message), { ...data, violations: bounded(data.violations, MOST_OF_REQUEST) });
  }
}

/** The input breaks one rule. */
export const invalidInput = (violation: Violation): InvalidInputError =>
  new InvalidInputError(violation.message, { violations: [violation] });

/** There is no such thing, or none that the caller may see. */
export class NotFoundError extends CatalogError {
  readonly code = 'NOT_FOUND';
}

/** The caller can see it and has no right to do it. */
export class ForbiddenError extends CatalogError {
  readonly code = 'FORBIDDEN';
}

/** It collides with the present state or with another writer. */
export class ConflictError extends CatalogError {
  readonly code = 'CONFLICT';
}

/** The caller asks for more at once than its share; `data.retryAfterSeconds` says when to come back. */
export class RateLimitedError extends CatalogError {
  readonly code = 'RATE_LIMITED';
  constructor(rule: string, message: string, retryAfterSeconds: number) {
    super(message, { rule, retryable: true, retryAfterSeconds });
  }
}

/** Something that this takes is not available; `data.reason` says what in CONSTANT_CASE, `retryable` whether to try again. */
export class UnavailableError extends CatalogError {
  readonly code = 'UNAVAILABLE';

  constructor(
    message: string,
    data: { readonly reason: string; readonly retryable: boolean; readonly retryAfterSeconds?: number },
    options?: ErrorOptions,
  ) {
    super(message, data, options);
  }
}

const systems = { AUTHORIZATION_UNREACHABLE: 'authorization', DATABASE_UNREACHABLE: 'the database' };

/** The error of a system that cannot be reached, called as its callers know it. */
export const unreachable = (reason: keyof typeof systems, options?: ErrorOptions): UnavailableError =>
  new UnavailableError(`${systems[reason]} cannot be reached; try again`, { reason, retryable: true }, options);

/** The caller is not identified; `data.reason` says why in CONSTANT_CASE: `TOKEN_EXPIRED`. */
export class UnauthenticatedError extends CatalogError {
  readonly code = 'UNAUTHENTICATED';

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, { reason }, options);
  }
}
