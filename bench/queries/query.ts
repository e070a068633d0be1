/** Values of a request's variables. */
export type Variables = Readonly<Record<string, unknown>>;

/** One document of a GraphQL server, and its variables for the argument of that number. */
export interface Dialect {
  readonly document: string;
  variables(index: number): Variables;
}

/** One read, asked of three servers so that each gives the same data. */
export interface Query {
  readonly id: string;
  readonly title: string;
  readonly catalog: Dialect;
  readonly postgraphile: Dialect;
  /** The best statement that we can write by hand; it gives the whole answer as one text. */
  readonly sql: { readonly text: string; values(index: number): readonly unknown[] };
}

/** Arguments rotate over so many values: nothing is the fastest for having been asked a moment ago. */
export const ARGUMENTS = 64;

export const forEachArgument = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: ARGUMENTS }, (_, index) => make(index));

/** The bodies of the requests, one for each argument. */
export const bodiesOf = ({ document, variables }: Dialect): object[] =>
  forEachArgument((index) => ({ query: document, variables: variables(index) }));

/** As the catalog writes instants. */
export const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
