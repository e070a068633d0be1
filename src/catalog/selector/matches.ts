import type { Requirement } from './parse.ts';

const integer = /^-?\d{1,18}$/;

/** Whether labels fit a selector: the meaning that the compiled SQL must have too. */
export const matches = (requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean =>
  requirements.every(({ key, operator, values }) => {
    const value = labels[key];
    switch (operator) {
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      default: {
        if (value === undefined || !integer.test(value)) return false;
        const bound = BigInt(values[0] ?? '0');
        return operator === 'gt' ? BigInt(value) > bound : BigInt(value) < bound;
      }
    }
  });
