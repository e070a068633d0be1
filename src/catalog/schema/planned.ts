import type { DynamicField } from './dynamic-types.ts';

/** Resolves a field of a planned object: its value stands in the object under the response key. */
export const planned: DynamicField['resolve'] = (parent, _args, _context, info) => parent[String(info.path.key)];
