import { inSlices } from '../../platform/in-slices.ts';
import type { DynamicField } from './dynamic-types.ts';

/** Resolves a field of a planned object: its value is in the object, under the response key. */
export const planned: DynamicField['resolve'] = (parent, _args, _context, info) => parent[String(info.path.key)];

/** The same for a list that may be long. */
export const plannedList: DynamicField['resolve'] = (parent, _args, { slices }, info) => {
  const items = parent[String(info.path.key)];
  return Array.isArray(items) ? inSlices<unknown>(items, slices) : items;
};
