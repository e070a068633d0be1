import { z } from 'zod';
import type { Violation } from '../../platform/errors.ts';
import type { Field, Fields, JsonField, JsonFields, RefField, RefsField, TextField } from '../fields.ts';
import type { KindModel } from '../model.ts';
import { hint } from '../values/nearest.ts';
import { quantityValue } from '../values/quantity.ts';

type AnyField = Field | JsonField;
const name = z.string().min(1);
const MAX = { int: 2 ** 31 - 1, bigint: 2n ** 63n - 1n };

function textSchema(field: Omit<TextField, 'type' | 'description'>): z.ZodType {
  let schema = z.string();
  if (field.min !== undefined) schema = schema.min(field.min);
  if (field.max !== undefined) schema = schema.max(field.max);
  const { pattern } = field;
  return pattern === undefined
    ? schema
    : schema.refine((text) => pattern.test(text), {
        error: `is not ${field.accepts ?? `of the form ${pattern.source}`}`,
      });
}

function wholeSchema(field: { readonly type: string; readonly min?: number; readonly max?: number }): z.ZodType {
  const limit = field.type === 'int' ? BigInt(MAX.int) : MAX.bigint;
  const low = BigInt(field.min ?? -Number(MAX.int));
  const high = field.max === undefined ? limit : BigInt(field.max);
  const whole = z.custom<number | bigint>((value) => typeof value === 'bigint' || Number.isInteger(value), {
    error: ({ input }) => `takes a whole number, not ${described(input)}`,
  });
  return whole.refine((value) => BigInt(value) >= low && BigInt(value) <= high, {
    error: `lies outside ${low}…${high}`,
  });
}

const described = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `${typeof value === 'string' ? 'the text ' : ''}${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`;

function referenceSchema(field: RefField | RefsField): z.ZodType {
  const kind = z.enum(field.to as [string, ...string[]]);
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

function listSchema(item: z.ZodType, field: { readonly min?: number; readonly max?: number }): z.ZodType {
  let schema = z.array(item);
  if (field.min !== undefined) schema = schema.min(field.min);
  if (field.max !== undefined) schema = schema.max(field.max);
  return schema;
}

const isDistinct = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

function bareSchema(field: AnyField): z.ZodType {
  switch (field.type) {
    case 'text':
      return textSchema(field);
    case 'int':
    case 'bigint':
      return wholeSchema(field);
    case 'float': {
      let schema = z.number();
      if (field.min !== undefined) schema = schema.min(field.min);
      return field.max === undefined ? schema : schema.max(field.max);
    }
    case 'bool':
      return z.boolean();
    case 'choice':
      return z.enum(field.values as [string, ...string[]]);
    case 'quantity':
      return z
        .union([z.string(), z.number(), z.bigint()])
        .transform(String)
        .refine((text) => quantityValue(text) !== undefined, { error: 'is not a quantity such as 100G, 250m or 3' });
    case 'time':
      return z.iso.datetime({ offset: true });
    case 'texts': {
      const item =
        field.values === undefined ? textSchema(field.item ?? {}) : z.enum(field.values as [string, ...string[]]);
      const list = listSchema(item, field);
      return field.unique === true
        ? list.refine((values) => isDistinct(values as unknown[]), { error: 'holds a value twice' })
        : list;
    }
    case 'map': {
      const entries = z.record(z.string(), field.values === 'int' ? wholeSchema({ type: 'bigint' }) : z.string());
      const { min } = field;
      return min === undefined
        ? entries
        : entries.refine((map) => Object.keys(map).length >= min, { error: `needs at least ${min} entry` });
    }
    case 'objects': {
      const item = objectSchema(field.fields);
      if (field.single === true) return item;
      const { key } = field;
      const list = listSchema(item, field);
      if (key === undefined) return list;
      return list.superRefine((items, context) => {
        const seen = new Set<unknown>();
        for (const [index, one] of (items as Record<string, unknown>[]).entries()) {
          if (seen.has(one[key]))
            context.addIssue({
              code: 'custom',
              path: [index, key],
              message: `'${String(one[key])}' stands in the list twice`,
              params: { rule: 'DUPLICATE_ENTRY' },
            });
          seen.add(one[key]);
        }
      });
    }
    case 'group':
      return objectSchema(field.fields);
    case 'ref':
      return referenceSchema(field);
    case 'refs': {
      const one = referenceSchema(field);
      const list = listSchema(field.wrap === undefined ? one : z.strictObject({ [field.wrap]: one }), field);
      return field.unique === true
        ? list.refine((values) => isDistinct(values as unknown[]), { error: 'refers to the same object twice' })
        : list;
    }
  }
}

function fieldSchema(field: AnyField): z.ZodType {
  const schema = bareSchema(field);
  const fallback = 'default' in field ? field.default : undefined;
  if (fallback !== undefined) return schema.default(fallback as never);
  return field.required === true ? schema : schema.optional();
}

const objectSchema = (fields: Fields | JsonFields): z.ZodType =>
  z.strictObject(
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fieldSchema(field as AnyField)])),
  );

/** What a kind's spec may hold, as a schema; made once per kind. */
export const specSchema = (kind: KindModel): z.ZodType => objectSchema(kind.spec);

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);

const without = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, without(inner)]])),
  );
};

/** Members known at a path, for "did you mean". */
function membersAt(fields: Fields | JsonFields, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path.filter((step) => typeof step === 'string');
  if (first === undefined) return Object.keys(fields);
  const field = (fields as Record<string, AnyField>)[first as string];
  return field !== undefined && 'fields' in field
    ? membersAt(field.fields, rest)
    : ['name', 'kind', 'namespace', 'apiGroup', 'uid'];
}

export interface CheckedSpec {
  readonly spec: Record<string, unknown> | undefined;
  readonly violations: readonly (Violation & { readonly steps: readonly (string | number)[] })[];
}

/** Checks a spec against its kind's description; `null` counts as absent. Every violation, with its path. */
export function checkSpec(kind: KindModel, schema: z.ZodType, given: unknown): CheckedSpec {
  const cleaned = without(given);
  const parsed = schema.safeParse(cleaned);
  if (parsed.success) return { spec: parsed.data as Record<string, unknown>, violations: [] };
  const violations = parsed.error.issues.flatMap((issue) => {
    const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const value = at(cleaned, issue.path);
    const path = ['spec', ...steps];
    const shown = path.reduce<string>(
      (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${step}`),
      '',
    );
    const make = (rule: string, message: string, accepted?: string, last?: string) => ({
      rule,
      message,
      path: last === undefined ? shown : `${shown}.${last}`,
      steps: last === undefined ? path : [...path, last],
      ...(value !== undefined && last === undefined && { value }),
      ...(accepted !== undefined && { accepted }),
    });
    const field = String(steps.at(-1) ?? 'spec');
    switch (issue.code) {
      case 'unrecognized_keys': {
        const known = membersAt(kind.spec, issue.path);
        return issue.keys.map((key) =>
          make('UNKNOWN_FIELD', `unknown field '${key}'${hint(key, known)}`, known.join(', '), key),
        );
      }
      case 'invalid_type':
        return value === undefined
          ? [make('REQUIRED', `${field} is missing`)]
          : [make('WRONG_TYPE', `${field} takes ${article(issue.expected)}, not ${described(value)}`, issue.expected)];
      case 'invalid_value': {
        const accepted = issue.values.map(String).join(', ');
        if (value === undefined) return [make('REQUIRED', `${field} is missing`, accepted)];
        return [
          make(
            'INVALID_VALUE',
            `${field} can not be ${described(value)}${typeof value === 'string' ? hint(value, issue.values.map(String)) : ''}`,
            accepted,
          ),
        ];
      }
      case 'too_small':
        return [
          make(
            issue.origin === 'string' && issue.minimum === 1 ? 'EMPTY' : 'TOO_SMALL',
            `${field} ${sizeText(issue.origin, 'at least', issue.minimum)}`,
          ),
        ];
      case 'too_big':
        return [
          make(
            issue.origin === 'string' || issue.origin === 'array' ? 'TOO_LONG' : 'TOO_LARGE',
            `${field} ${sizeText(issue.origin, 'at most', issue.maximum)}`,
          ),
        ];
      case 'custom':
        return value === undefined
          ? [make('REQUIRED', `${field} is missing`)]
          : [
              make(
                String(issue.params?.rule ?? 'INVALID_VALUE'),
                issue.params?.rule === undefined ? `${field} ${issue.message}` : issue.message,
              ),
            ];
      default:
        return value === undefined
          ? [make('REQUIRED', `${field} is missing`)]
          : [make('INVALID_VALUE', `${field}: ${issue.message}`)];
    }
  });
  return { spec: undefined, violations };
}

const article = (type: string): string =>
  type === 'object' || type === 'array' || type === 'int' ? `an ${type}` : type === 'record' ? 'a map' : `a ${type}`;
const sizeText = (origin: string, bound: string, size: number | bigint): string =>
  origin === 'string'
    ? `has ${bound} ${size} characters`
    : origin === 'array'
      ? `has ${bound} ${size} entries`
      : `is ${bound} ${size}`;
