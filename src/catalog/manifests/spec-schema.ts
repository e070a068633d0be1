import { z } from 'zod';
import type { Field, Fields, JsonField, JsonFields, RefField, RefsField, TextField } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { isInstant } from '../values/instant.ts';
import { quantityValue } from '../values/quantity.ts';

type AnyField = Field | JsonField;

/** An issue of ours: the rule it breaks and what would be accepted travel in its `params`. */
export interface IssueParams {
  readonly rule: string;
  readonly accepted?: string;
}
const issue = (
  context: z.core.$RefinementCtx,
  rule: string,
  message: string,
  accepted?: string,
  path: readonly PropertyKey[] = [],
): void => {
  const params: IssueParams = { rule, ...(accepted !== undefined && { accepted }) };
  context.addIssue({ code: 'custom', message, params: { ...params }, path: [...path] });
};

const name = textSchema({ min: 1, max: 253 });
const limits = {
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
} as const;
const QUANTITY_LENGTH = 64;

/** Lengths count characters, as Kubernetes does, not UTF-16 units. */
function textSchema(field: Omit<TextField, 'type' | 'description'>): z.ZodType {
  const { min = 0, max, pattern, accepts } = field;
  return z.string().superRefine((text, context) => {
    const length = [...text].length;
    if (length < min) {
      if (length === 0)
        issue(context, 'EMPTY', 'is empty', `at least ${min} ${min === 1 ? 'character' : 'characters'}`);
      else issue(context, 'TOO_SHORT', `has ${length} characters`, `at least ${min} characters`);
    } else if (max !== undefined && length > max) {
      issue(context, 'TOO_LONG', `has ${length} characters`, `at most ${max} characters`);
    } else if (pattern !== undefined && !pattern.test(text)) {
      const accepted = accepts ?? `text of the form ${pattern.source}`;
      issue(context, 'INVALID_VALUE', `cannot be ${described(text)}`, accepted);
    }
  });
}

function rangeSchema(
  schema: z.ZodType,
  { type, min, max }: { readonly type: 'int' | 'bigint' | 'float'; readonly min?: number; readonly max?: number },
): z.ZodType {
  const [lowest, highest] = type === 'float' ? [undefined, undefined] : limits[type];
  const low = min ?? lowest;
  const high = max ?? highest;
  return schema.superRefine((given, context) => {
    const value = given as number | bigint;
    if (low !== undefined && value < low) issue(context, 'TOO_SMALL', `is ${value}`, `at least ${low}`);
    if (high !== undefined && value > high) issue(context, 'TOO_LARGE', `is ${value}`, `at most ${high}`);
  });
}

/** A number beyond 2^53 counts only as the BigInt its digits were read into: as a number it was rounded already. */
const wholeNumber = z.custom<number | bigint>((value) => typeof value === 'bigint' || Number.isSafeInteger(value), {
  error: ({ input }) => `takes a whole number, not ${described(input)}`,
  params: { rule: 'WRONG_TYPE', accepted: 'a whole number' } satisfies IssueParams,
});

const quantitySchema = z
  .custom<string | number | bigint>((value) => ['string', 'number', 'bigint'].includes(typeof value), {
    error: ({ input }) => `takes a quantity, not ${described(input)}`,
    params: { rule: 'WRONG_TYPE', accepted: 'a quantity such as 100G, 250m or 3' } satisfies IssueParams,
  })
  .transform(String)
  .superRefine((text, context) => {
    const value = text.length > QUANTITY_LENGTH ? undefined : quantityValue(text);
    if (value === undefined) {
      issue(context, 'INVALID_VALUE', `cannot be ${described(text)}`, 'a quantity such as 100G, 250m or 3');
    } else if (Number(value) < 0) issue(context, 'TOO_SMALL', `is ${text}`, 'at least 0');
  });

/** A value for a message: shortened, so that a message stays one. */
export function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return `the text ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}`;
}

function referenceSchema(field: RefField | RefsField): z.ZodType {
  const kind = field.elsewhere === undefined ? z.enum(field.to as [string, ...string[]]) : name;
  switch (field.form) {
    case 'string':
      return name;
    case 'name':
      return z.strictObject({ name });
    case 'namespaced':
      return z.strictObject({ name, namespace: name.optional() });
    case 'kind':
      return z.strictObject({ kind, name });
    case 'subject':
      return z.strictObject({
        kind,
        name,
        namespace: name.optional(),
        uid: name.optional(),
        apiGroup: name.optional(),
      });
    case 'object':
      return z.strictObject({ apiGroup: name, kind, name, namespace: name.optional(), uid: name.optional() });
  }
}

interface ListLimits {
  readonly min?: number;
  readonly max?: number;
  readonly unique?: boolean;
  readonly key?: string;
}

function listSchema(item: z.ZodType, { min = 0, max, unique = false, key }: ListLimits): z.ZodType {
  return z.array(item).superRefine((items, context) => {
    const count = items.length;
    if (count < min) issue(context, 'TOO_FEW', `has ${count} ${count === 1 ? 'entry' : 'entries'}`, `at least ${min}`);
    if (max !== undefined && count > max) issue(context, 'TOO_MANY', `has ${count} entries`, `at most ${max}`);
    if (!unique && key === undefined) return;
    const seen = new Set<string>();
    for (const [index, one] of items.entries()) {
      const keyed = key === undefined ? one : (one as Record<string, unknown>)[key];
      if (keyed === undefined) continue;
      const identity = identityOf(keyed);
      const path = key === undefined ? [index] : [index, key];
      if (seen.has(identity)) issue(context, 'DUPLICATE_ENTRY', `stands in the list twice`, 'each entry once', path);
      seen.add(identity);
    }
  });
}

const identityOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner));

function mapSchema({ values, min = 0 }: { readonly values: 'int' | 'text'; readonly min?: number }): z.ZodType {
  const entries = z.record(z.string(), values === 'int' ? rangeSchema(wholeNumber, { type: 'bigint' }) : z.string());
  return entries.superRefine((map, context) => {
    const count = Object.keys(map).length;
    if (count < min) issue(context, 'TOO_FEW', `has ${count} entries`, `at least ${min}`);
  });
}

function bareSchema(field: AnyField): z.ZodType {
  switch (field.type) {
    case 'text':
      return textSchema(field);
    case 'int':
    case 'bigint':
      return rangeSchema(wholeNumber, { ...field, type: field.type });
    case 'float':
      return rangeSchema(z.number(), { ...field, type: 'float' });
    case 'bool':
      return z.boolean();
    case 'choice':
      return z.enum(field.values as [string, ...string[]]);
    case 'quantity':
      return quantitySchema;
    case 'time':
      return z.string().superRefine((text, context) => {
        if (!isInstant(text))
          issue(context, 'INVALID_VALUE', `cannot be ${described(text)}`, 'an instant such as 2026-01-31T12:00:00Z');
      });
    case 'texts': {
      const item =
        field.values === undefined ? textSchema(field.item ?? {}) : z.enum(field.values as [string, ...string[]]);
      return listSchema(item, field);
    }
    case 'map':
      return mapSchema(field);
    case 'objects': {
      const item = objectSchema(field.fields);
      return field.single === true ? item : listSchema(item, field);
    }
    case 'group':
      return objectSchema(field.fields);
    case 'ref':
      return referenceSchema(field);
    case 'refs': {
      const one = referenceSchema(field);
      const entry =
        field.entry === undefined || !(one instanceof z.ZodObject)
          ? one
          : one.extend(Object.fromEntries(membersOf(field.entry.fields))).strict();
      return listSchema(field.wrap === undefined ? entry : z.strictObject({ [field.wrap]: entry }), field);
    }
  }
}

function fieldSchema(field: AnyField): z.ZodType {
  const schema = bareSchema(field);
  const fallback = 'default' in field ? field.default : undefined;
  if (fallback !== undefined) return field.type === 'group' ? schema.prefault(fallback) : schema.default(fallback);
  return field.required === true ? schema : schema.optional();
}

const membersOf = (fields: Fields | JsonFields): [string, z.ZodType][] =>
  Object.entries(fields).map(([key, field]) => [key, fieldSchema(field as AnyField)]);

/** What an object of these fields may hold. */
export const objectSchema = (fields: Fields | JsonFields): z.ZodType =>
  z.strictObject(Object.fromEntries(membersOf(fields)));

/** What a kind's spec may hold, as a schema; made once per kind. */
export const specSchema = (kind: KindModel): z.ZodType => objectSchema(kind.spec);
