/** How PostgreSQL is to plan a whole statement. */
interface Planning {
  /** It joins dozens of tables to one: orders of a few at a time are tried. See `sql.manyJoins`. */
  readonly hasManyJoins?: true;
  /** For its values, each time. See `sql.byValues`. */
  readonly isByValues?: true;
}

/** A piece of SQL: its text with `$n` places, and the values that stand in them. */
export class Sql {
  readonly strings: readonly string[];
  readonly parameters: readonly unknown[];
  readonly planning: Planning;
  #text: string | undefined;

  /** `strings` has one more member than `parameters`. */
  constructor(strings: readonly string[], parameters: readonly unknown[], planning: Planning = {}) {
    this.strings = strings;
    this.parameters = parameters;
    this.planning = planning;
  }

  get text(): string {
    this.#text ??= this.strings.reduce((text, piece, index) => `${text}$${index}${piece}`);
    return this.#text;
  }

  get values(): readonly unknown[] {
    return this.parameters;
  }

  /** The same text with another value in each place where this one stands. */
  with(value: unknown, other: unknown): Sql {
    return this.map((parameter) => (parameter === value ? other : parameter));
  }

  /** The same text with a value in each place that depends on the one that stands there. */
  map(valueFor: (parameter: unknown, place: number) => unknown): Sql {
    const made = new Sql(this.strings, this.parameters.map(valueFor), this.planning);
    made.#text = this.text;
    return made;
  }
}

function compose(strings: readonly string[], operands: readonly unknown[]): Sql {
  const out: string[] = [strings[0] ?? ''];
  const parameters: unknown[] = [];
  const append = (piece: string): void => {
    out[out.length - 1] += piece;
  };
  for (const [index, operand] of operands.entries()) {
    if (operand instanceof Sql) {
      append(operand.strings[0] ?? '');
      for (const [place, parameter] of operand.parameters.entries()) {
        parameters.push(parameter);
        out.push(operand.strings[place + 1] ?? '');
      }
    } else {
      parameters.push(operand);
      out.push('');
    }
    append(strings[index + 1] ?? '');
  }
  return new Sql(out, parameters);
}

/**
 * Composes a statement: sql`select * from ${sql.ident('rack')} where id = ${id}`. Values become parameters, other
 * pieces of SQL are put in as they are.
 */
export function sql(strings: TemplateStringsArray, ...operands: readonly unknown[]): Sql {
  return compose(strings, operands);
}

/** A quoted identifier. */
sql.ident = (name: string): Sql => new Sql([`"${name.replaceAll('"', '""')}"`], []);

/** Text that is SQL already; never from a caller. */
sql.raw = (text: string): Sql => new Sql([text], []);

/**
 * A whole statement in which dozens of tables are joined to one, each by its key. PostgreSQL would plan the joins of eight at
 * a time in all orders, of which none is better than another: 100 ms for the 72 kinds, and 20 by three at a time.
 */
sql.manyJoins = (statement: Sql): Sql => plannedWith(statement, { hasManyJoins: true });

/**
 * A whole statement of which the best plan depends on its values: of labels some are on most rows and some on none. PostgreSQL finds a
 * plan for any values as good, keeps it after five times, and takes twice as long with it.
 */
sql.byValues = (statement: Sql): Sql => plannedWith(statement, { isByValues: true });

/**
 * The same, of values that PostgreSQL does not look at when it plans: its plan holds for all of them, and is kept. Only for what has a good
 * plan whatever they are. Each is text; what it is cast to it becomes once, and not for each row, unless that is a list, since
 * `any (select …)` asks of rows.
 */
sql.unforeseen = ({ strings, parameters }: Sql): Sql =>
  new Sql(
    strings.map((piece, index) => {
      const [cast = ''] = index === 0 ? [] : (/^::\w+(?!\w|\[)/.exec(piece) ?? []);
      const close = index === 0 ? '' : ')';
      const open = index === parameters.length ? '' : '(select ';
      return `${cast}${close}${piece.slice(cast.length)}${open}`;
    }),
    parameters,
  );

const plannedWith = ({ strings, parameters, planning }: Sql, more: Planning): Sql =>
  new Sql(strings, parameters, { ...planning, ...more });

/** Pieces one after another. */
sql.join = (pieces: readonly Sql[], separator: string): Sql =>
  compose(['', ...pieces.map((_, index) => (index === pieces.length - 1 ? '' : separator))], pieces);
