/**
 * Lets one piece of work run at a time, in the order of asking. Writers would wait for each other in the database
 * anyway; here they wait without holding a connection, so that reads go on.
 */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
