/** A value that is JSON text already, in pieces that hold whole letters. It goes into a longer text as it is. */
export class JsonText {
  /** Long ones are encoded. */
  readonly pieces: readonly (string | Buffer)[];

  constructor(pieces: readonly (string | Buffer)[]) {
    this.pieces = pieces;
  }

  /** In characters or bytes, which is near enough. */
  get length(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  toString(): string {
    return this.pieces.map(String).join('');
  }

  /** For whoever stringifies it with what is around it. */
  toJSON(): unknown {
    return JSON.parse(this.toString());
  }
}
