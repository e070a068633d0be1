import type { Field, Fields, JsonField, JsonFields, RefField, RefsField } from '../fields.ts';
import type { InputPosition } from '../manifests/document.ts';
import type { Steps } from '../manifests/path.ts';
import type { KindModel } from '../model.ts';
import { isObject } from '../values/is-object.ts';
import { type Input, isGiven } from './input-content.ts';
import { inputName } from './input-names.ts';

/** The path in an input for a path in the manifest: `spec.placement.rackRef.name` → `input.changes.placement.rack.name`. */
export const inputPositions =
  (kind: Pick<KindModel, 'spec'>, head: Steps, content: Steps, input: Input) =>
  (path: Steps): InputPosition => {
    const [first, second, ...rest] = path;
    if (first === 'spec') return { inputPath: [...content, ...positionIn(kind.spec, path.slice(1), input)] };
    if (first !== 'metadata') return { inputPath: [...head, ...path] };
    if (second !== 'labels' && second !== 'annotations') return { inputPath: [...head, ...path.slice(1)] };
    const entries = input[second];
    const index = Array.isArray(entries) ? entries.findIndex((entry: Input) => entry.key === rest[0]) : -1;
    return { inputPath: [...content, second, ...(index < 0 ? [] : [index])] };
  };

function positionIn(fields: Fields | JsonFields, path: Steps, given: unknown): Steps {
  const [name, ...rest] = path;
  const field = (fields as Readonly<Record<string, Field | JsonField>>)[String(name)];
  if (name === undefined || field === undefined) return path;
  const inputField = inputName(String(name), field);
  const value = isObject(given) ? given[inputField] : undefined;
  switch (field.type) {
    case 'group':
      return [inputField, ...positionIn(field.fields, rest, value)];
    case 'objects': {
      if (field.single === true) return [inputField, ...positionIn(field.fields, rest, value)];
      const [entry, ...below] = rest;
      const index = indexOf(entry, value);
      return index === undefined
        ? [inputField]
        : [inputField, index, ...positionIn(field.fields, below, Array.isArray(value) ? value[index] : undefined)];
    }
    case 'ref':
      return [inputField, ...positionInReference(field, rest, value)];
    case 'refs': {
      const [index, ...below] = rest;
      if (typeof index !== 'number') return [inputField];
      const inner = below[0] === field.wrap ? below.slice(1) : below;
      const [member] = inner;
      if (member !== undefined && field.entry?.fields[String(member)] !== undefined) return [inputField, index, member];
      return [inputField, index, ...positionInReference(field, inner, Array.isArray(value) ? value[index] : undefined)];
    }
    default:
      return [inputField, ...rest.filter((step) => typeof step === 'number')];
  }
}

/** Index of an entry, which a path gives as a number or by its key: `name=cpu`. */
function indexOf(step: Steps[number] | undefined, list: unknown): number | undefined {
  if (typeof step === 'number' || step === undefined) return step;
  const [key = '', ...value] = step.split('=');
  const found = Array.isArray(list) ? list.findIndex((one: Input) => String(one[key]) === value.join('=')) : -1;
  return found < 0 ? undefined : found;
}

function positionInReference(field: RefField | RefsField, path: Steps, given: unknown): Steps {
  if (!isObject(given)) return [];
  const member = field.to.length > 1 ? Object.keys(given).find((key) => isGiven(given[key])) : undefined;
  const inKind = member === undefined ? [] : [member];
  const inner = member === undefined ? given : given[member];
  if (!isObject(inner)) return inKind;
  if (isGiven(inner.id)) return [...inKind, 'id'];
  return [...inKind, path[0] === 'namespace' ? 'namespace' : 'name'];
}
