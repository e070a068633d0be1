import { readdir, readFile } from 'node:fs/promises';
import type { Violation } from '../../platform/errors.ts';

/** What a broken database constraint means in the domain's own words. */
export interface ConstraintRule {
  readonly rule: string;
  readonly message: string;
}
export type ConstraintRules = ReadonlyMap<string, ConstraintRule>;

const comment = /^-- (\w+) = ([A-Z0-9_]+): (.+)$/gm;

/** Reads the comments of prisma/constraints: `-- rack_unit_claim_free = UNITS_TAKEN: the units are taken`. */
export async function readConstraintRules(folder: URL): Promise<ConstraintRules> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql'));
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')));
  const found = texts.flatMap((text) => [...text.matchAll(comment)]);
  return new Map(found.map(([, name = '', rule = '', message = '']) => [name, { rule, message }]));
}

interface DatabaseError extends Error {
  readonly code: string;
  readonly constraint?: string;
  readonly detail?: string;
  readonly table?: string;
}

const isDatabaseError = (error: unknown): error is DatabaseError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code);

/** Whether the transaction conflicted with another writer, and may succeed when it is run again. */
export const isRetryable = (error: unknown): boolean =>
  isDatabaseError(error) && (error.code === '40001' || error.code === '40P01');

/** A broken constraint, and the row on which it broke as far as the database tells. */
export interface BrokenConstraint {
  readonly violation: Violation;
  readonly table: string | undefined;
  /** Columns and values of the key that is taken; of a check constraint the whole row under the name `row`. */
  readonly key: Readonly<Record<string, string>>;
}

const general: Readonly<Record<string, string>> = {
  '23505': 'NOT_UNIQUE',
  '23503': 'REFERENCED',
  '23001': 'REFERENCED',
  '23P01': 'OVERLAP',
  '23514': 'NOT_ALLOWED',
};

/** A broken constraint in the domain's words; undefined for any other error. */
export function brokenConstraint(error: unknown, rules: ConstraintRules): BrokenConstraint | undefined {
  if (!isDatabaseError(error) || !error.code.startsWith('23')) return undefined;
  const { constraint = 'a constraint', table, detail = '', code } = error;
  const known = rules.get(constraint);
  const [, columns, values] = /^Key \((.*?)\)=\((.*?)\) (?:already exists|conflicts|is)/s.exec(detail) ?? [];
  const [, row] = /^Failing row contains \((.*)\)\.$/s.exec(detail) ?? [];
  const names = columns?.split(', ') ?? [];
  const texts = values?.split(', ') ?? [];
  const key = row === undefined ? names.map((name, index) => [name, texts[index] ?? '']) : [['row', row]];
  return {
    violation: {
      rule: known?.rule ?? general[code] ?? 'CONSTRAINT',
      message: known?.message ?? `${constraint} does not hold`,
    },
    table,
    key: Object.fromEntries(key),
  };
}
