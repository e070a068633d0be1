/** PostgreSQL's numbers of the types whose values are not left to `pg`, or are written from their bytes. */
export const typeNumbers = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  texts: 1009,
  timestamptz: 1184,
  uuid: 2950,
} as const;
