/** Names in a text: `a, b and 3 more`. */
interface Listing {
  /** So many are named. */
  readonly most?: number;
  /** So many there are, where not all are at hand. */
  readonly of?: number;
}

export const andMore = (count: number): string => `and ${count} more`;

/** The first of some names, and how many there are besides. */
export function listed(names: readonly string[], { most = 10, of = names.length }: Listing = {}): string {
  const first = names.slice(0, most);
  return [first.join(', '), ...(of > first.length ? [andMore(of - first.length)] : [])].join(' ');
}
