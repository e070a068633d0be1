import { LRUCache } from 'lru-cache';
import type pg from 'pg';

/** Longer texts are parsed each time: what a server keeps of them would be worth megabytes. */
const LONGEST_PREPARED = 32_768;

/** Names under which connections keep their statements prepared: those used last, so many on each connection. */
export interface PreparedStatements {
  /** Undefined for a text that is not worth keeping. */
  nameOf(client: pg.PoolClient, text: string): string | undefined;
  /** Undefined for a text that the server has not parsed on this connection. */
  knownNameOf(client: pg.PoolClient, text: string): string | undefined;
}

/** `note` is told of each text whether its connection knew it. */
export function createPreparedStatements(
  most: number,
  note: (result: 'hit' | 'miss' | 'not_kept') => void,
): PreparedStatements {
  const kept = new WeakMap<pg.PoolClient, LRUCache<string, string>>();
  let made = 0;
  const keptOn = (client: pg.PoolClient): LRUCache<string, string> => {
    const known = kept.get(client);
    if (known !== undefined) return known;
    const names = new LRUCache<string, string>({ max: most, dispose: (name) => forget(client, name) });
    kept.set(client, names);
    return names;
  };
  return {
    nameOf: (client, text) => {
      if (text.length > LONGEST_PREPARED) {
        note('not_kept');
        return undefined;
      }
      const names = keptOn(client);
      let name = names.get(text);
      note(name === undefined ? 'miss' : 'hit');
      if (name === undefined) {
        name = `s${++made}`;
        names.set(text, name);
      }
      return name;
    },
    knownNameOf: (client, text) => {
      const name = keptOn(client).get(text);
      if (name === undefined || !isParsed(client, name)) return undefined;
      note('hit');
      return name;
    },
  };
}

/** What `pg` knows of a connection's prepared statements, and never lets go of by itself. */
interface Remembering {
  readonly connection?: { readonly parsedStatements?: Record<string, string> };
}

const isParsed = ({ connection }: pg.PoolClient & Remembering, name: string): boolean =>
  connection?.parsedStatements?.[name] !== undefined;

/** Goes ahead of the statement that takes the place. What the server never parsed it need not forget. */
function forget(client: pg.PoolClient & Remembering, name: string): void {
  if (!isParsed(client, name)) return;
  delete client.connection?.parsedStatements?.[name];
  client.query(`deallocate "${name}"`).catch(() => undefined);
}
