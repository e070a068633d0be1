import { invalidInput } from '../../platform/errors.ts';
import { withEntryMembers } from '../entry-members.ts';
import type { Field, Fields, JsonField, JsonFields, RefField, RefsField } from '../fields.ts';
import { MOST_MEMBERS } from '../manifests/limits.ts';
import type { Steps } from '../manifests/path.ts';
import type { Catalog } from '../model.ts';
import { decodeId, uidOf } from '../read/id.ts';
import { isObject } from '../values/is-object.ts';
import type { Content, UidReference } from '../write/operation.ts';
import { canonical } from '../write/pointers.ts';
import { inputName } from './input-names.ts';
import { rejectInput } from './reject-input.ts';

export type Input = Readonly<Record<string, unknown>>;

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

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

/** Values without references, as a manifest would have them. */
export const readValues = (fields: JsonFields, given: Input): Record<string, unknown> =>
  readFields(fields, given, { path: [], inputPath: [] }, () => undefined);

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
          list[index] = wrap === undefined ? withEntryMembers(field, item, written) : { [wrap]: written };
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
      rejectInput('SELECTOR', [...inputPath], 'a reference takes exactly one of id, name');
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
  if (entries.length > MOST_MEMBERS) {
    const count = entries.length.toLocaleString('en');
    const accepted = `at most ${MOST_MEMBERS.toLocaleString('en')}`;
    throw invalidInput({ rule: 'TOO_MANY_MEMBERS', message: `${count} labels or annotations are given`, accepted });
  }
  return Object.fromEntries(entries.map(({ key, value = null }) => [key, value]));
};

const asObject = (written: unknown): Input => (isObject(written) ? written : {});

/** Digits as a number; anything else as it is, for the rules to refuse. */
const wholeNumber = (text: string): unknown => {
  if (!/^-?\d{1,19}$/.test(text)) return text;
  const value = BigInt(text);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
};
