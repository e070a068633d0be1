import type pg from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** Takes the bytes of one row: the chunk that holds them, until it returns, and where its number of cells stands. */
export type TakeRow = (chunk: Buffer, at: number) => void;

/** What `pg` does not say of its connections. */
interface Sending {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(message: { readonly name: string | undefined; readonly text: string }): void;
  bind(message: { readonly statement: string | undefined; readonly values: readonly unknown[] }): void;
  describe(message: { readonly type: 'P' }): void;
  execute(message: null): void;
  sync(): void;
  sendCopyFail(message: string): void;
}

export type Columns = readonly pg.FieldDef[];

/** A statement has not been run, and is to be asked by itself: one before it has failed, or the connection does not know it. */
export class NotRunError extends Error {}

/** A statement whose rows are wanted as bytes. */
export class RowStatement {
  readonly text: string;
  readonly take: TakeRow;
  readonly values: readonly unknown[];
  /** With a name it stays prepared. */
  name: string | undefined;
  /** Of the rows; the server is asked for them when they are not known. */
  columns: Columns | undefined;
  /** All rows have come. */
  isAnswered = false;
  /** Why they will not come. */
  #failure: { readonly error: unknown } | undefined;
  #answered: PromiseWithResolvers<Columns> | undefined;

  constructor(text: string, values: readonly unknown[], take: TakeRow) {
    this.text = text;
    this.take = take;
    // Before anything is sent: what cannot be sent is no matter of the connection.
    this.values = values.map((value) => prepareValue(value));
  }

  /** The columns, once all rows have come. */
  get outcome(): Columns {
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.columns ?? [];
  }

  /** The columns, when all rows have come. */
  get answered(): Promise<Columns> {
    if (this.#answered === undefined) {
      this.#answered = Promise.withResolvers();
      this.#settle();
    }
    return this.#answered.promise;
  }

  end(): void {
    this.isAnswered = true;
    this.#settle();
  }

  fail(error: unknown): void {
    if (this.isAnswered || this.#failure !== undefined) return;
    this.#failure = { error };
    this.#settle();
  }

  #settle(): void {
    if (this.#failure !== undefined) this.#answered?.reject(this.#failure.error);
    else if (this.isAnswered) this.#answered?.resolve(this.columns ?? []);
  }
}

/**
 * Statements that go out together and are answered one after another; behind one that fails the server runs none. Of the
 * answers `pg` reads all but the rows. It is what `pg` takes in place of a query of its own, which would make an object for
 * the result, and copies of all that it is asked with.
 */
export class RowQuery {
  readonly #statements: readonly RowStatement[];
  /** Index of the one that is being answered. */
  #at = 0;
  readonly #done: (error?: unknown) => void;

  /** `done`: the server is done with all of them; with the error of the one that failed. Each tells itself what became of it. */
  constructor(statements: readonly RowStatement[], done: (error?: unknown) => void) {
    this.#statements = statements;
    this.#done = done;
  }

  /** Under it `pg` notes that the server has parsed the text. */
  get name(): string | undefined {
    return this.#statements[this.#at]?.name;
  }

  get text(): string | undefined {
    return this.#statements[this.#at]?.text;
  }

  takeRow(chunk: Buffer, at: number): void {
    this.#statements[this.#at]?.take(chunk, at);
  }

  submit(given: pg.Connection): null {
    const connection = given as unknown as Sending;
    connection.stream.cork(); // All of it goes out together.
    try {
      for (const { name, text, values, columns } of this.#statements) {
        if (name === undefined || connection.parsedStatements[name] === undefined) connection.parse({ name, text });
        connection.bind({ statement: name, values });
        if (columns === undefined) connection.describe({ type: 'P' });
        connection.execute(null);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: Columns }): void {
    const statement = this.#statements[this.#at];
    if (statement !== undefined) statement.columns = fields;
  }

  handleDataRow(): void {
    this.handleError(new Error('a row was read that is wanted as bytes'));
  }

  handleCommandComplete(): void {
    this.#statements[this.#at++]?.end();
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handlePortalSuspended(): void {
    // All rows are asked for at once.
  }

  handleCopyInResponse(connection: Sending): void {
    connection.sendCopyFail('nothing is sent along');
    connection.sync(); // The one before counts as a part of what was to be sent along.
  }

  handleError(error: unknown): void {
    const [failed, ...behind] = this.#statements.slice(this.#at);
    failed?.fail(error);
    for (const statement of behind) statement.fail(new NotRunError('one before it failed', { cause: error }));
    this.#done(error);
  }

  handleReadyForQuery(): void {
    this.#done();
  }
}
