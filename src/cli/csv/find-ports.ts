import type { Client } from '../client.ts';
import { describeGraphqlErrors, rulesOf } from '../client-errors.ts';

export interface PortOfDevice {
  readonly name: string;
  readonly label: string;
  /** Null where it is hidden. */
  readonly device: { readonly kind: string; readonly name: string } | null;
}

const BY_DEVICE = 'query CatalogPortsByDevice($keys: [String!]!) { ports: portsByDevice(ports: $keys) { name } }';
const BY_NAME = `query CatalogPortsByName($keys: [String!]!, $first: Int) {
  ports(where: { name: { in: $keys } }, first: $first) { nodes { name label device { kind name } } }
}`;

const MOST_KEYS = 500;
const FEWEST_KEYS = 10;
/** So many requests are under way together. */
const AT_ONCE = 3;

/** Names of ports in the catalog, by device and name on it (`Node/fra1-1/eth0`); those that there are not are absent. */
export async function findPorts(client: Client, keys: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  type Data = { readonly ports: readonly ({ readonly name: string } | null)[] };
  await inPieces<Data>(client, BY_DEVICE, [...new Set(keys)], (piece, { ports }) => {
    for (const [index, key] of piece.entries()) {
      const name = ports[index]?.name;
      if (name !== undefined) found.set(key, name);
    }
  });
  return found;
}

/** Ports by their names in the catalog, each with its device. */
export async function describePorts(client: Client, names: Iterable<string>): Promise<Map<string, PortOfDevice>> {
  const found = new Map<string, PortOfDevice>();
  type Data = { readonly ports: { readonly nodes: readonly PortOfDevice[] } };
  await inPieces<Data>(client, BY_NAME, [...new Set(names)], (_piece, { ports }) => {
    for (const port of ports.nodes) found.set(port.name, port);
  });
  return found;
}

/** Asks about many keys, so many at once as the service takes (CATALOG_MAX_PAGE). */
async function inPieces<Data>(
  client: Client,
  query: string,
  keys: readonly string[],
  take: (piece: readonly string[], data: Data) => void,
): Promise<void> {
  let size = MOST_KEYS;
  let next = 0;
  const ask = async (piece: readonly string[]): Promise<void> => {
    const { data, errors } = await client.send({ query, variables: { keys: piece, first: piece.length } });
    if (rulesOf(errors).includes('PAGE_TOO_LARGE') && piece.length > FEWEST_KEYS) {
      const half = Math.ceil(piece.length / 2);
      size = Math.min(size, half);
      await ask(piece.slice(0, half));
      return ask(piece.slice(half));
    }
    if (errors !== undefined || data === undefined || data === null) throw describeGraphqlErrors(errors ?? []);
    take(piece, data as Data);
  };
  const askOn = async (): Promise<void> => {
    while (next < keys.length) {
      const piece = keys.slice(next, next + size);
      next += piece.length;
      await ask(piece);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askOn));
}
