import { InvalidInputError } from '../../platform/errors.ts';
import type { JsonFields } from '../fields.ts';
import { checkFields } from '../manifests/check-spec.ts';
import { objectSchema } from '../manifests/spec-schema.ts';
import type { Arguments } from '../read/plan-types.ts';
import type { Given } from '../root-query.ts';
import { readValues } from './input-content.ts';

export type ReadGiven = (args: Arguments) => Given;

/** Checks arguments against their description. What it gives throws InvalidInputError with all violations. */
export function createReadGiven(fields: JsonFields): ReadGiven {
  const schema = objectSchema(fields);
  return (args) => {
    const own = Object.fromEntries(Object.entries(args).filter(([name]) => name in fields));
    const { spec, violations } = checkFields(fields, schema, readValues(fields, own), []);
    const [first] = violations;
    if (first !== undefined) throw new InvalidInputError(first.message, { violations });
    return spec ?? {};
  };
}
