import type { Field, Fields, JsonField, JsonFields, RefField, RefsField } from '../fields.ts';
import type { InputPlace } from '../manifests/document.ts';
import type { Steps } from '../manifests/path.ts';
import type { Catalog, KindModel } from '../model.ts';
import { decodeId, uidOf } from '../read/id.ts';
import { isObject } from '../values/is-object.ts';
import type { Content, UidReference } from '../write/operation.ts';
import { canonical } from '../write/pointers.ts';
import { inputName } from './input-names.ts';
import { refuseInput } from './refuse-input.ts';

export type Input = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Content of an object, as a manifest would have it, from a GraphQL input. */
export function readContent(catalog: Catalog, kind: { readonly spec: Fields }, input: Input, at: Steps): Content {
  const uidReferences: UidReference[] = [];
  const readReference = createReadReference(catalog, uidReferences);
  const spec = readFields(kind.spec, input, { path: ['spec'], inputPath: at }, readReference);
  return {
    ...(input.labels !== undefined && { labels: textsOf(input.labels) }),
    ...(input.annotations !== undefined && { annotations: textsOf(input.annotations) }),
    spec,
    uidReferences,
  };
}

/** Where a value is: in the manifest, and in the GraphQL input. */
interface Position {
  readonly path: Steps;
  readonly inputPath: Steps;
}

const below = ({ path, inputPath }: Position, step: Steps[number], inputStep = step): Position => ({
  path: [...path, step],
  inputPath: [...inputPath, inputStep],
});

/** Gives what a manifest has for a reference; one by id is written later, when the id is resolved. */
type ReadReference = (
  field: RefField | RefsField,
  given: Input,
  at: Position,
  write: (written: unknown) => void,
) => unknown;

function readFields(
  fields: Fields | JsonFields,
  given: Input,
  at: Position,
  readReference: ReadReference,
): Record<string, unknown> {
  const spec: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields) as [string, Field | JsonField][]) {
    const inputField = inputName(name, field);
    const value = given[inputField];
    if (value === undefined) continue;
    const write = (written: unknown): void => {
      spec[name] = written;
    };
    write(value === null ? null : readValue(field, value, below(at, name, inputField), readReference, write));
  }
  return spec;
}

function readValue(
  field: Field | JsonField,
  value: unknown,
  at: Position,
  readReference: ReadReference,
  write: (written: unknown) => void,
): unknown {
  switch (field.type) {
    case 'group':
      return readFields(field.fields, value as Input, at, readReference);
    case 'objects':
      if (field.single === true) return readFields(field.fields, value as Input, at, readReference);
      return (value as Input[]).map((item, index) => readFields(field.fields, item, below(at, index), readReference));
    case 'map':
      return Object.fromEntries(
        (value as { key: string; value: string }[]).map((entry) => [
          entry.key,
          field.values === 'int' ? wholeNumber(entry.value) : entry.value,
        ]),
      );
    case 'ref':
      return readReference(field, value as Input, at, write);
    case 'refs': {
      const { wrap } = field;
      const list: unknown[] = [];
      for (const [index, item] of (value as Input[]).entries()) {
        const { path, inputPath } = below(at, index);
        const put = (written: unknown): void => {
          list[index] = wrap === undefined ? written : { [wrap]: written };
        };
        put(readReference(field, item, { path: wrap === undefined ? path : [...path, wrap], inputPath }, put));
      }
      return list;
    }
    default:
      return value;
  }
}

const createReadReference =
  (catalog: Catalog, uidReferences: UidReference[]): ReadReference =>
  (field, given, { path: steps, inputPath }, write) => {
    const kinds = field.to.map((name) => catalog.get(name));
    const chosen = kinds.length > 1 ? kinds.find((kind) => isGiven(given[kind.field])) : kinds[0];
    const inner = kinds.length > 1 && chosen !== undefined ? (given[chosen.field] as Input) : given;
    const [first = chosen] = kinds;
    if (isGiven(inner.id) === isGiven(inner.name)) {
      refuseInput('SELECTOR', [...inputPath], 'a reference takes exactly one of id, name');
    }
    if (isGiven(inner.id)) {
      const id = String(inner.id);
      const uid = uidOf(id, inputPath.join('.'));
      const ofId = kinds.filter((kind) => kind.kind === decodeId(id)?.kind);
      uidReferences.push({ field, kinds: ofId.length > 0 ? ofId : kinds, uid, steps, write });
      return undefined;
    }
    const kind = chosen ?? first;
    if (kind === undefined) return undefined;
    const namespace = typeof inner.namespace === 'string' ? inner.namespace : null;
    const { uid: _, ...written } = asObject(
      canonical(field, { kind, id: '', name: String(inner.name), namespace, naturalKeys: {} }),
    );
    return field.form === 'string' ? String(inner.name) : written;
  };

const textsOf = (given: unknown): Readonly<Record<string, string | null>> | null => {
  if (given === null) return null;
  const entries = given as { readonly key: string; readonly value?: string | null }[];
  return Object.fromEntries(entries.map(({ key, value = null }) => [key, value]));
};

const asObject = (written: unknown): Input => (isObject(written) ? written : {});

/** Digits as a number; anything else as it is, for the rules to refuse. */
const wholeNumber = (text: string): unknown => {
  if (!/^-?\d{1,19}$/.test(text)) return text;
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};

/** Where inputs say what manifests say: `spec.placement.rackRef.name` → `input.changes.placement.rack.name`. */
export const placesIn =
  (kind: Pick<KindModel, 'spec'>, head: Steps, content: Steps, input: Input) =>
  (path: Steps): InputPlace => {
    const [first, second, ...rest] = path;
    if (first === 'spec') return { inputPath: [...content, ...along(kind.spec, path.slice(1), input)] };
    if (first !== 'metadata') return { inputPath: [...head, ...path] };
    if (second !== 'labels' && second !== 'annotations') return { inputPath: [...head, ...path.slice(1)] };
    const entries = input[second];
    const index = Array.isArray(entries) ? entries.findIndex((entry: Input) => entry.key === rest[0]) : -1;
    return { inputPath: [...content, second, ...(index < 0 ? [] : [index])] };
  };

function along(fields: Fields | JsonFields, path: Steps, given: unknown): Steps {
  const [name, ...rest] = path;
  const field = (fields as Readonly<Record<string, Field | JsonField>>)[String(name)];
  if (name === undefined || field === undefined) return path;
  const shown = inputName(String(name), field);
  const value = isObject(given) ? given[shown] : undefined;
  switch (field.type) {
    case 'group':
      return [shown, ...along(field.fields, rest, value)];
    case 'objects': {
      if (field.single === true) return [shown, ...along(field.fields, rest, value)];
      const [entry, ...below] = rest;
      const index = indexOf(entry, value);
      return index === undefined
        ? [shown]
        : [shown, index, ...along(field.fields, below, Array.isArray(value) ? value[index] : undefined)];
    }
    case 'ref':
      return [shown, ...inReference(field, rest, value)];
    case 'refs': {
      const [index, ...below] = rest;
      if (typeof index !== 'number') return [shown];
      const inner = below[0] === field.wrap ? below.slice(1) : below;
      return [shown, index, ...inReference(field, inner, Array.isArray(value) ? value[index] : undefined)];
    }
    default:
      return [shown, ...rest.filter((step) => typeof step === 'number')];
  }
}

/** Entries of a list stand at an index, or are told by their key: `name=cpu`. */
function indexOf(step: Steps[number] | undefined, list: unknown): number | undefined {
  if (typeof step === 'number' || step === undefined) return step;
  const [key = '', ...value] = step.split('=');
  const found = Array.isArray(list) ? list.findIndex((one: Input) => String(one[key]) === value.join('=')) : -1;
  return found < 0 ? undefined : found;
}

function inReference(field: RefField | RefsField, path: Steps, given: unknown): Steps {
  if (!isObject(given)) return [];
  const member = field.to.length > 1 ? Object.keys(given).find((key) => isGiven(given[key])) : undefined;
  const way = member === undefined ? [] : [member];
  const inner = member === undefined ? given : given[member];
  if (!isObject(inner)) return way;
  if (isGiven(inner.id)) return [...way, 'id'];
  return [...way, path[0] === 'namespace' ? 'namespace' : 'name'];
}
