import { choice, float, text } from '../../../catalog/fields.ts';

/** What is said of any product, whatever it is. */
export const productFields = {
  manufacturer: text({ required: true, min: 1, max: 200, description: 'Who makes it.' }),
  model: text({ required: true, min: 1, max: 200, description: 'What its manufacturer calls it.' }),
  partNumber: text({ max: 200, description: 'The part number by which it is ordered.' }),
  description: text({ max: 1000, description: 'What it is, in one line.' }),
  comments: text({ max: 20_000, description: 'Further notes, as Markdown.' }),
  weight: float({ min: 0, description: 'Its weight, in `weightUnit`.' }),
  weightUnit: choice(
    'WeightUnit',
    { Kilogram: 'Kilograms.', Gram: 'Grams.', Pound: 'Pounds.', Ounce: 'Ounces.' },
    { default: 'Kilogram', description: 'The unit of `weight`.' },
  ),
};

/** Constraint behind it: `<table>_model_once`. */
export const modelOnce = {
  columns: ['manufacturer', 'model'],
  rule: 'MODEL_TAKEN',
  path: 'spec.model',
  message: 'the manufacturer has a type of this model already',
  accepted: 'another model, or a change of that type',
};
