import { invalidInput } from '../../platform/errors.ts';
import { isLabelKey, isLabelValue } from '../values/names.ts';
import { requireFew, requireFewValues } from './bounds.ts';
import type { Requirement } from './parse.ts';

interface Expression {
  readonly key: string;
  readonly operator: 'IN' | 'NOT_IN' | 'EXISTS' | 'DOES_NOT_EXIST';
  readonly values?: readonly string[] | null;
}

/** The structured selector of the API. */
export interface StructuredSelector {
  readonly matchLabels?: readonly { readonly key: string; readonly value: string }[] | null;
  readonly matchExpressions?: readonly Expression[] | null;
}

const operators = { IN: 'in', NOT_IN: 'notin', EXISTS: 'exists', DOES_NOT_EXIST: 'absent' } as const;

/** The structured form of a selector as requirements; throws InvalidInputError with the path of what is wrong. */
export function readStructured(selector: StructuredSelector, path = 'labels'): Requirement[] {
  const fail = (rule: string, at: string, message: string): never => {
    throw invalidInput({ rule, path: at, message });
  };
  const checked = (requirement: Requirement, at: string): Requirement => {
    const { key, operator, values } = requirement;
    if (!isLabelKey(key)) fail('SELECTOR_KEY', `${at}.key`, `'${key}' is not a label key`);
    const bad = values.find((value) => !isLabelValue(value));
    if (bad !== undefined) fail('SELECTOR_VALUE', `${at}.values`, `'${bad}' is not a label value`);
    const takesValues = operator === 'in' || operator === 'notin';
    if (takesValues && values.length === 0)
      fail('SELECTOR_VALUE', `${at}.values`, 'IN and NOT_IN need at least one value');
    if (!takesValues && values.length > 0)
      fail('SELECTOR_VALUE', `${at}.values`, 'EXISTS and DOES_NOT_EXIST take no values');
    return requirement;
  };
  const matchLabels = selector.matchLabels ?? [];
  const matchExpressions = selector.matchExpressions ?? [];
  requireFew(matchLabels.length + matchExpressions.length, path);
  for (const { values } of matchExpressions) requireFewValues(values?.length ?? 0, path);
  return [
    ...matchLabels.map(({ key, value }, index) =>
      checked({ key, operator: 'in', values: [value] }, `${path}.matchLabels[${index}]`),
    ),
    ...matchExpressions.map(({ key, operator, values }, index) =>
      checked({ key, operator: operators[operator], values: values ?? [] }, `${path}.matchExpressions[${index}]`),
    ),
  ];
}
