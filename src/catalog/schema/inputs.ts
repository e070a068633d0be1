import type { ChoiceField } from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import { commonOrderOptions, type OrderOption, orderOptions, orderValues } from '../read/order.ts';
import { constantCase } from '../values/names.ts';
import type { DynamicTypes } from './dynamic-types.ts';
import { createFilterInputs } from './filter-inputs.ts';
import { createLabelInputs } from './label-inputs.ts';

/** The input types of lists, and the enums of choices, by name; each is made on first use. */
export interface Inputs {
  enumOf(choice: ChoiceField): string;
  where(kind: KindModel): string;
  commonWhere(): string;
  order(kind: KindModel): string;
  commonOrder(): string;
  labels(): string;
  label(): string;
}

export function createInputs(types: DynamicTypes, catalog: Catalog): Inputs {
  const enumOf = ({ name, description, values, meanings }: ChoiceField): string =>
    types.enum(name, () => ({
      description,
      values: Object.fromEntries(
        values.map((value) => [
          constantCase(value),
          { value, description: `${meanings[value]} In manifests: \`${value}\`.` },
        ]),
      ),
    }));
  const order = (name: string, what: string, options: readonly OrderOption[]): string =>
    types.enum(`${name}Order`, () => ({
      description: `How ${what} can be sorted. Items that compare as equal are sorted by id.`,
      values: Object.fromEntries(
        options.flatMap(orderValues).map(({ name: value, description }) => [value, { description }]),
      ),
    }));
  return {
    enumOf,
    ...createFilterInputs(types, catalog, enumOf),
    ...createLabelInputs(types),
    order: (kind) => order(kind.type, `a list of ${kind.type}`, orderOptions(kind)),
    commonOrder: () => order('CatalogObject', 'a list of objects of several kinds', commonOrderOptions),
  };
}
