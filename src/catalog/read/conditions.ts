import { invalidInput } from '../../platform/errors.ts';

/**
 * The members of a `where` whose conditions are no fields of a kind. `null` means everywhere that something has no value,
 * which none of them can say: it is refused, so that a variable that was forgotten does not mean "all".
 */
export function readConditions(where: unknown, path = 'where'): Readonly<Record<string, unknown>> {
  const given = (where ?? {}) as Readonly<Record<string, unknown>>;
  const none = Object.entries(given).find(([, value]) => value === null);
  if (none !== undefined) throw saysNothing(none[0], 'a value', path);
  return given;
}

/** `null` means that there is none, which only a field can have: a condition that is not to apply is left out. */
export const saysNothing = (name: string, takes: string, path = 'where'): Error =>
  invalidInput({
    rule: 'NULL_OPERAND',
    path,
    message: `${name} takes ${takes}, not null; a condition that is not to apply is left out`,
    accepted: 'null for a field that has no value: `cage: null`',
  });
