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

/** Names of ports in the catalog, by device and name on it (`Node/fra1-1/eth0`); those that there are not are absent. */
export async function findPorts(client: Client, keys: Iterable<string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const read = inPieces<{ readonly ports: readonly ({ readonly name: string } | null)[] }>(client, BY_DEVICE);
  for await (const { piece, data } of read([...new Set(keys)])) {
    for (const [index, key] of piece.entries()) {
      const name = data.ports[index]?.name;
      if (name !== undefined) found.set(key, name);
    }
  }
  return found;
}

/** Ports by their names in the catalog, each with its device. */
export async function describePorts(client: Client, names: Iterable<string>): Promise<Map<string, PortOfDevice>> {
  const found = new Map<string, PortOfDevice>();
  const read = inPieces<{ readonly ports: { readonly nodes: readonly PortOfDevice[] } }>(client, BY_NAME);
  for await (const { data } of read([...new Set(names)]))
    for (const port of data.ports.nodes) found.set(port.name, port);
  return found;
}

/** Asks about many keys, so many at once as the service takes (CATALOG_MAX_PAGE). */
const inPieces = <Data>(client: Client, query: string) =>
  async function* read(keys: readonly string[]): AsyncGenerator<{ piece: readonly string[]; data: Data }> {
    let size = MOST_KEYS;
    for (let from = 0; from < keys.length; ) {
      const piece = keys.slice(from, from + size);
      const { data, errors } = await client.send({ query, variables: { keys: piece, first: piece.length } });
      if (rulesOf(errors).includes('PAGE_TOO_LARGE') && size > FEWEST_KEYS) {
        size = Math.floor(size / 2);
        continue;
      }
      if (errors !== undefined || data === undefined || data === null) throw describeGraphqlErrors(errors ?? []);
      yield { piece, data: data as Data };
      from += piece.length;
    }
  };
