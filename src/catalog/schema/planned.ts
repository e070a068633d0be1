import { inSlices } from '../../platform/in-slices.ts';
import type { DynamicField } from './dynamic-types.ts';

/** Resolves a field of a planned object: its value is in the object, under the response key. */
export const planned: DynamicField['resolve'] = (parent, _args, _context, info) => parent[String(info.path.key)];

/** The same for a list that may be long. */
export const plannedList: DynamicField['resolve'] = (parent, _args, { slices }, info) => {
  const items = parent[String(info.path.key)];
  if (!Array.isArray(items)) return items;
  // A list of short lists is long as well.
  const wait = slices.next();
  return wait === undefined ? inSlices<unknown>(items, slices) : wait.then(() => inSlices<unknown>(items, slices));
};
