import { readdir, readFile } from 'node:fs/promises';
import { ConflictError, type Violation } from '../../platform/errors.ts';

/** What a broken database constraint means in the domain's own words. */
export interface ConstraintRule {
  readonly rule: string;
  readonly message: string;
}

const comment = /^-- (\w+) = ([A-Z0-9_]+): (.+)$/gm;

/** Reads the comments of prisma/constraints: `-- rack_unit_claim_free = UNITS_TAKEN: the units are taken`. */
export async function readConstraintRules(folder: URL): Promise<ReadonlyMap<string, ConstraintRule>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  const found = texts.flatMap((text) => [...text.matchAll(comment)]);
  return new Map(found.map(([, name = '', rule = '', message = '']) => [name, { rule, message }]));
}

interface DatabaseError extends Error {
  readonly code: string;
  readonly constraint?: string;
  readonly detail?: string;
}

const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);

/** A broken constraint as a violation; serialization failures and deadlocks as a conflict to be tried again; else undefined. */
export function asViolation(error: unknown, rules: ReadonlyMap<string, ConstraintRule>): Violation | undefined {
  if (!isDatabaseError(error)) return undefined;
  if (error.code === '40001' || error.code === '40P01')
    throw new ConflictError('another writer was faster; try again', { retryable: true });
  if (!error.code.startsWith('23')) return undefined;
  const known = rules.get(error.constraint ?? '');
  const detail = error.detail === undefined ? '' : ` (${error.detail})`;
  if (known !== undefined) return { rule: known.rule, message: known.message + detail };
  const rule =
    { '23505': 'NOT_UNIQUE', '23503': 'REFERENCED', '23P01': 'OVERLAP', '23514': 'NOT_ALLOWED' }[error.code] ??
    'CONSTRAINT';
  return { rule, message: `${error.constraint ?? 'a constraint'} does not hold${detail}` };
}
