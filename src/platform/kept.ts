/** What was worked out for something that is asked for again and again; kept as long as that itself is. */
export function kept<Key extends object, Value>(workOut: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = workOut(key);
    known.set(key, { value });
    return value;
  };
}
