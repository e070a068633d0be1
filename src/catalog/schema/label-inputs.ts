import type { DynamicTypes } from './dynamic-types.ts';

/** The inputs that labels are given or selected by. */
export const createLabelInputs = (types: DynamicTypes) => {
  const label = (): string =>
    types.input('LabelInput', () => ({
      description: 'A label or an annotation: a key with its value.',
      members: {
        key: { type: 'String', required: true, description: 'The key, including its prefix.' },
        value: { type: 'String', required: true, description: 'The value.' },
      },
    }));
  const operator = (): string =>
    types.enum('LabelOperator', () => ({
      description: 'How a label is compared with values.',
      values: {
        IN: { description: 'The object has the label, with one of the values.' },
        NOT_IN: { description: 'The object does not have the label, or has it with none of the values.' },
        EXISTS: { description: 'The object has the label; no values are given.' },
        DOES_NOT_EXIST: { description: 'The object does not have the label; no values are given.' },
      },
    }));
  const expression = (): string =>
    types.input('LabelExpressionInput', () => ({
      description: 'A condition on one label.',
      members: {
        key: { type: 'String', required: true, description: 'Key of the label, including its prefix.' },
        operator: { type: operator(), required: true, description: 'How the label is compared.' },
        values: { type: ['String'], description: 'The values, for `IN` and `NOT_IN`.' },
      },
    }));
  const labels = (): string =>
    types.input('LabelSelectorInput', () => ({
      description: 'A label selector in structured form. All of its parts must hold; `{}` selects every object.',
      members: {
        matchLabels: { type: [label()], description: 'Labels that the object must have, with exactly these values.' },
        matchExpressions: { type: [expression()], description: 'Conditions on labels.' },
      },
    }));
  return { label, labels };
};
