/**
 * Ids of the operations of one connection that the protocol's library has not let go of yet, though their client may have
 * completed them: it would take the end of one for the end of the next that has the same id.
 */
export interface IdsInUse {
  /** An operation begins; false when its id is in use. */
  begin(id: string): boolean;
  /** Has a message handled. The id of the operation that it begins is in use until it is. */
  whileHandled(handle: () => Promise<void>): Promise<void>;
}

export function createIdsInUse(): IdsInUse {
  const inUse = new Set<string>();
  const begun: string[] = [];
  return {
    begin: (id) => {
      if (inUse.has(id)) return false;
      inUse.add(id);
      begun.push(id);
      return true;
    },
    whileHandled: async (handle) => {
      const handled = handle();
      const ids = begun.splice(0); // What a message begins, it begins before anything has to be waited for.
      try {
        await handled;
      } finally {
        for (const id of ids) inUse.delete(id);
      }
    },
  };
}
