import { coerceInputValue, type GraphQLInputType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { holdsMany } from '../holds-many.ts';
import type { TimeSlices } from '../time-slices.ts';

/** Values that hold no more than so many others are coerced at once. */
const LITTLE = 100;

type OnError = NonNullable<Parameters<typeof coerceInputValue>[2]>;
type Path = Parameters<OnError>[0];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What graphql-js makes of a variable's value, for large values: others have their turn in between. graphql-js coerces
 * everything that is little, and says what is wrong; here is only the way through what is large.
 */
export async function coerceInSlices(
  value: unknown,
  type: GraphQLInputType,
  slices: TimeSlices,
  onError: OnError,
  path: Path = [],
): Promise<unknown> {
  const below = (inner: unknown, innerType: GraphQLInputType, key: string | number): unknown =>
    holdsMany(inner, LITTLE)
      ? coerceInSlices(inner, innerType, slices, onError, [...path, key])
      : coerceInputValue(inner, innerType, (inside, ...rest) => onError([...path, key, ...inside], ...rest));
  const pause = async (): Promise<void> => {
    const wait = slices.next();
    if (wait !== undefined) await wait;
  };

  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable) && Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const coerced = below(item, nullable.ofType, index);
      items.push(coerced instanceof Promise ? await coerced : coerced);
      await pause();
    }
    return items;
  }
  if (!isInputObjectType(nullable) || !isObject(value))
    return coerceInputValue(value, type, (inside, ...rest) => onError([...path, ...inside], ...rest));

  const fields = nullable.getFields();
  const large = Object.keys(value).filter((key) => fields[key] !== undefined && holdsMany(value[key], LITTLE));
  // Stands for the object while its large members are left out; what is said of them here does not count.
  const little = { ...value, ...Object.fromEntries(large.map((key) => [key, Array.isArray(value[key]) ? [] : {}])) };
  const result = coerceInputValue(little, nullable, (inside, invalid, error) => {
    const [member] = inside;
    if (large.some((key) => key === member)) return;
    onError([...path, ...inside], inside.length === 0 ? value : invalid, error);
  });
  const members: Record<string, unknown> = Object.assign(Object.create(null), result);
  for (const key of large) {
    const field = fields[key];
    if (field !== undefined) members[key] = await below(value[key], field.type, key);
    await pause();
  }
  return members;
}
