/** How the text of a column's values is to be understood. */
export interface ColumnFormat {
  /** PostgreSQL's number of the column's type. */
  readonly type: number;
  readonly parse: (text: string) => unknown;
  /** The value is the text. */
  readonly isText: boolean;
}

/** Rows of a statement as PostgreSQL sent them: cells are read only where somebody wants their values. */
export class RowSet {
  readonly #chunks: Buffer[] = [];
  readonly #places: number[] = [];
  columns: readonly ColumnFormat[] = [];
  /** Of the row that was gone to: its bytes, and where each cell begins and ends in them; a cell that is null ends at -1. */
  bytes: Buffer = Buffer.alloc(0);
  starts: Int32Array = new Int32Array(0);
  ends: Int32Array = new Int32Array(0);
  /** Its index. */
  row = -1;

  get length(): number {
    return this.#places.length;
  }

  add(chunk: Buffer, at: number): void {
    this.#chunks.push(chunk);
    this.#places.push(at);
  }

  /** Takes the rows of another statement of the same columns. */
  append(other: RowSet): void {
    this.columns = other.columns;
    for (const [index, chunk] of other.#chunks.entries()) this.add(chunk, other.#places[index] ?? 0);
    this.row = -1;
  }

  goTo(row: number): void {
    if (row === this.row) return;
    const bytes = this.#chunks[row];
    let at = this.#places[row];
    if (bytes === undefined || at === undefined) throw new Error(`there is no row ${row}`);
    const count = bytes.readInt16BE(at);
    if (this.starts.length !== count) {
      this.starts = new Int32Array(count);
      this.ends = new Int32Array(count);
    }
    at += 2;
    for (let cell = 0; cell < count; cell++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      this.starts[cell] = at;
      if (length < 0) {
        this.ends[cell] = -1;
        continue;
      }
      at += length;
      this.ends[cell] = at;
    }
    this.bytes = bytes;
    this.row = row;
  }

  /** Whether a row has a value in a cell, without going there. */
  isSet(row: number, cell: number): boolean {
    const bytes = this.#chunks[row];
    let at = (this.#places[row] ?? 0) + 2;
    for (let before = 0; before < cell; before++) at += 4 + Math.max(0, bytes?.readInt32BE(at) ?? 0);
    return bytes !== undefined && bytes.readInt32BE(at) >= 0;
  }

  isNull(cell: number): boolean {
    return (this.ends[cell] ?? -1) < 0;
  }

  text(cell: number): string | null {
    const end = this.ends[cell] ?? -1;
    return end < 0 ? null : this.bytes.toString('utf8', this.starts[cell], end);
  }

  /** The value as other statements give it. */
  value(cell: number): unknown {
    const text = this.text(cell);
    return text === null ? null : this.columns[cell]?.parse(text);
  }
}
