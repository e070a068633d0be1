import { invalidInput } from '../../platform/errors.ts';

/** More than a person or a portal writes; each is a condition of its own in the statement. */
const MAX_REQUIREMENTS = 50;
/** Of one requirement; they are one parameter, but each is read and compared. */
const MAX_VALUES = 10_000;

const tooLarge = (path: string, message: string, accepted: string): Error =>
  invalidInput({ rule: 'SELECTOR_TOO_LARGE', path, message, accepted });

export function requireFew(count: number, path: string): void {
  if (count <= MAX_REQUIREMENTS) return;
  const message = `the label selector has more than ${MAX_REQUIREMENTS} requirements`;
  throw tooLarge(path, message, 'many values of one label in one `in (…)`');
}

export function requireFewValues(count: number, path: string): void {
  if (count <= MAX_VALUES) return;
  throw tooLarge(
    path,
    `a requirement of the label selector has more than ${MAX_VALUES.toLocaleString('en')} values`,
    'several requests',
  );
}
