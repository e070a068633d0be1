import type pg from 'pg';
import { prepareValue } from 'pg/lib/utils.js';

/** A statement as a connection is asked for it; with a name it stays prepared. */
export interface NamedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string | undefined;
}

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

type Columns = readonly pg.FieldDef[];

/**
 * One statement of whose answer `pg` reads all but the rows, which go elsewhere as bytes. It is what `pg` takes in place of a query of its
 * own, which would make an object for the result, and copies of all that it is asked with.
 */
export class RowQuery {
  readonly text: string;
  readonly name: string | undefined;
  readonly #values: readonly unknown[];
  #columns: Columns | undefined;
  #resolve: ((columns: Columns) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  /** The columns of the rows, once all of these have come. */
  readonly answered: Promise<Columns>;

  /** `known`: the columns, which the server is asked for otherwise. */
  constructor({ text, values, name }: NamedStatement, known: Columns | undefined) {
    this.text = text;
    this.name = name;
    // Before anything is sent: what cannot be sent is no matter of the connection.
    this.#values = values.map((value) => prepareValue(value));
    this.#columns = known;
    this.answered = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(given: pg.Connection): null {
    const connection = given as unknown as Sending;
    const { name } = this;
    connection.stream.cork(); // All of it goes out together.
    try {
      if (name === undefined || connection.parsedStatements[name] === undefined)
        connection.parse({ name, text: this.text });
      connection.bind({ statement: name, values: this.#values });
      if (this.#columns === undefined) connection.describe({ type: 'P' });
      connection.execute(null);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: Columns }): void {
    this.#columns = fields;
  }

  handleDataRow(): void {
    this.#reject?.(new Error('a row was read that is wanted as bytes'));
  }

  handleCommandComplete(): void {
    // What follows says that the connection is free.
  }

  handleEmptyQuery(): void {
    this.#columns = [];
  }

  handlePortalSuspended(): void {
    // All rows are asked for at once.
  }

  handleCopyInResponse(connection: Sending): void {
    connection.sendCopyFail('nothing is sent along');
    connection.sync(); // The one before counts as a part of what was to be sent along.
  }

  handleError(error: unknown): void {
    this.#reject?.(error);
  }

  handleReadyForQuery(): void {
    this.#resolve?.(this.#columns ?? []);
  }
}
