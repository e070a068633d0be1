/** Every advisory lock that is taken in the database, so that no two mean the same number by accident. */
export const advisoryLocks = {
  /** Migrations are applied by one replica at a time. The number that Prisma's own command line takes, too. */
  migration: 72707369,
  /** Writes of the catalog take place one after another: cross-row rules are judged without races (design.md section 4). */
  write: 720931,
  /** The outbox is applied by one replica at a time, so that tuples change in the order of commits. */
  outbox: 720932,
  /** History and audit log are pruned by one replica at a time. */
  prune: 720933,
  /**
   * Access is put into rows (shared) while nobody is about to commit new scopes (held by `scope_closure_rebuild` from there
   * to the end of its transaction): else each of the two could miss the other.
   */
  access: 720934,
  /** Partitions of the audit log are made and dropped by one replica at a time (prisma/constraints/audit.sql). */
  auditPartitions: 720935,
  /** A store in OpenFGA is made by one replica at a time: those that start together share the first one's. */
  authorizationStore: 720936,
} as const;
