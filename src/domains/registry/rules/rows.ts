/** Rows in memory, found by their id and by what else is asked for. */
export class Rows<Row extends { readonly id: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #indexes: { readonly keysOf: (row: Row) => readonly string[]; readonly rows: Map<string, Set<Row>> }[] = [];

  readonly #pairs: {
    readonly keysOf: (row: Row) => readonly [string, string];
    readonly rows: Map<string, Map<string, Row>>;
  }[] = [];

  get(id: string | null | undefined): Row | undefined {
    return id === null || id === undefined ? undefined : this.#rows.get(id);
  }

  all(): Iterable<Row> {
    return this.#rows.values();
  }

  /** A way to find the rows that have a key, which is kept up to date. Before any row is put. */
  by(keysOf: (row: Row) => readonly string[]): (key: string) => Iterable<Row> {
    const rows = new Map<string, Set<Row>>();
    this.#indexes.push({ keysOf, rows });
    return (key) => rows.get(key) ?? [];
  }

  /** A way to find the one row that has two keys. */
  byPair(keysOf: (row: Row) => readonly [string, string]): (one: string, other: string) => Row | undefined {
    const rows = new Map<string, Map<string, Row>>();
    this.#pairs.push({ keysOf, rows });
    return (one, other) => rows.get(one)?.get(other);
  }

  put(row: Row): void {
    this.remove(row.id);
    this.#rows.set(row.id, row);
    for (const { keysOf, rows } of this.#indexes) {
      for (const key of keysOf(row)) {
        const same = rows.get(key);
        if (same === undefined) rows.set(key, new Set([row]));
        else same.add(row);
      }
    }
    for (const { keysOf, rows } of this.#pairs) {
      const [one, other] = keysOf(row);
      const same = rows.get(one);
      if (same === undefined) rows.set(one, new Map([[other, row]]));
      else same.set(other, row);
    }
  }

  remove(id: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.delete(id);
    for (const { keysOf, rows } of this.#indexes) for (const key of keysOf(row)) rows.get(key)?.delete(row);
    for (const { keysOf, rows } of this.#pairs) {
      const [one, other] = keysOf(row);
      rows.get(one)?.delete(other);
    }
  }
}
