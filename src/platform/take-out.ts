/**
 * Takes one out of a list; whether it was there. For what comes and goes with each request while the list stays: a Set or a Map outgrows its
 * table all the time, and V8 links each table to the next. Once one of them is old, all that has been in any of them since is kept, with
 * whatever it leads to, until the whole heap is marked.
 */
export function takeOut<T>(list: T[], one: T): boolean {
  const at = list.indexOf(one);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
