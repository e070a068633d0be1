import type { AbstractType } from '../extra-field.ts';
import type { ChoiceField } from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import { commonFilterFields, type FilterField, type FilterFields, filterFields } from '../read/filter.ts';
import { commonOrderOptions, type OrderOption, orderOptions } from '../read/order.ts';
import { constantCase } from '../values/names.ts';
import type { Builder, InputRef } from './builder.ts';

/** The input types of lists: filters, orders, selectors; enums of choices. Each is made once, on first use. */
export interface Inputs {
  enumOf(choice: ChoiceField): EnumRef;
  where(kind: KindModel): InputRef<unknown>;
  commonWhere(): InputRef<unknown>;
  orderBy(kind: KindModel): InputRef<unknown>;
  commonOrderBy(): InputRef<unknown>;
  labels(): InputRef<unknown>;
  label(): InputRef<unknown>;
}

export type EnumRef = ReturnType<Builder['enumType']>;

const operators: Readonly<Record<string, readonly string[]>> = {
  String: ['eq', 'ne', 'in', 'notIn', 'startsWith', 'endsWith', 'contains', 'isNull'],
  ID: ['eq', 'ne', 'in', 'notIn'],
  Boolean: ['eq', 'ne', 'isNull'],
  StringList: ['has', 'isNull'],
};
const ordered = ['eq', 'ne', 'in', 'notIn', 'lt', 'lte', 'gt', 'gte', 'isNull'];
const enumerated = ['eq', 'ne', 'in', 'notIn', 'isNull'];

const meanings: Readonly<Record<string, string>> = {
  eq: 'Equal to; `null` is the same as `isNull: true`.',
  ne: 'Different from; an absent value is different from every value.',
  in: 'Equal to one of these.',
  notIn: 'Equal to none of these; true for an absent value.',
  lt: 'Less than.',
  lte: 'Less than or equal to.',
  gt: 'Greater than.',
  gte: 'Greater than or equal to.',
  startsWith: 'Begins with, exactly.',
  endsWith: 'Ends with, exactly.',
  contains: 'Contains, in any case.',
  has: 'The list holds this value.',
  isNull: '`true`: absent; `false`: present.',
};

export function createInputs(builder: Builder, catalog: Catalog): Inputs {
  const enums = new Map<string, EnumRef>();
  const inputs = new Map<string, InputRef<unknown>>();
  const choices = new Map<string, ChoiceField>();
  for (const { leaves, statusLeaves } of catalog.kinds) {
    for (const { field } of [...leaves, ...statusLeaves]) if (field.type === 'choice') choices.set(field.name, field);
  }

  const once = (name: string, make: (ref: ReturnType<Builder['inputRef']>) => void): InputRef<unknown> => {
    const known = inputs.get(name);
    if (known !== undefined) return known;
    const ref = builder.inputRef<object>(name);
    inputs.set(name, ref as InputRef<unknown>);
    make(ref as ReturnType<Builder['inputRef']>);
    return ref as InputRef<unknown>;
  };

  const enumOf = (choice: ChoiceField): EnumRef => {
    const known = enums.get(choice.name);
    if (known !== undefined) return known;
    const values = choice.values.map((value) => [
      constantCase(value),
      { value, description: choice.meanings?.[value] ?? `\`${value}\` in manifests.` },
    ]);
    const ref = builder.enumType(choice.name, { description: choice.description, values: Object.fromEntries(values) });
    enums.set(choice.name, ref);
    return ref;
  };

  const scalarFilter = (type: string): InputRef<unknown> =>
    once(`${type}Filter`, (ref) => {
      const choice = choices.get(type);
      const operands = choice === undefined ? (operators[type] ?? ordered) : enumerated;
      const operand = choice === undefined ? (type === 'StringList' ? 'String' : type) : enumOf(choice);
      builder.inputType(ref, {
        description: `Conditions on a value of type ${type}; all of them must hold.`,
        fields: (t) =>
          Object.fromEntries(
            operands.map((name) => {
              const of = name === 'isNull' ? 'Boolean' : operand;
              const asked = name === 'in' || name === 'notIn' ? [of] : of;
              return [name, t.field({ type: asked as 'String', description: meanings[name] ?? name })];
            }),
          ),
      });
    });

  const typeOf = (field: FilterField): InputRef<unknown> => {
    if (field.is === 'scalar') return scalarFilter(field.type);
    if (field.is === 'group') return whereInput(`${field.name}Where`, field.description, field.fields, false);
    const [only, another] = field.targets;
    if (only !== undefined && another === undefined) return where(only.kind);
    const names = field.targets.map(({ kind }) => kind.type);
    return once(`${names.join('Or')}Where`, (ref) => {
      builder.inputType(ref, {
        description: `Conditions on an object that may be a ${names.join(' or a ')}.`,
        fields: (t) => ({
          ...Object.fromEntries(
            Object.entries(commonFilterFields).map(([name, inner]) => [
              name,
              t.field({ type: typeOf(inner) as never, description: inner.description }),
            ]),
          ),
          ...Object.fromEntries(
            field.targets.map(({ kind }) => [
              kind.field,
              t.field({ type: where(kind) as never, description: `It is a ${kind.type} that fits this.` }),
            ]),
          ),
        }),
      });
    });
  };

  const whereInput = (name: string, description: string, fields: FilterFields, combines: boolean): InputRef<unknown> =>
    once(name, (ref) => {
      builder.inputType(ref, {
        description,
        fields: (t) => {
          const members = Object.entries(fields).map(([key, field]) => [
            key,
            t.field({ type: typeOf(field) as never, description: field.description }),
          ]);
          const logic = combines
            ? [
                ['and', t.field({ type: [ref] as never, description: 'All of these hold.' })],
                ['or', t.field({ type: [ref] as never, description: 'At least one of these holds.' })],
                ['not', t.field({ type: ref as never, description: 'This does not hold.' })],
              ]
            : [];
          return Object.fromEntries([...members, ...logic]);
        },
      });
    });

  const where = (kind: KindModel): InputRef<unknown> =>
    whereInput(`${kind.type}Where`, `Conditions on a ${kind.type}; all of them must hold.`, filterFields(kind), true);

  const direction = builder.enumType('OrderDirection', {
    description: 'Which way a list is ordered.',
    values: {
      ASC: { description: 'Smallest first; absent values last.' },
      DESC: { description: 'Greatest first; absent values first.' },
    },
  });

  const orderInput = (name: string, what: string, options: readonly OrderOption[]): InputRef<unknown> =>
    once(`${name}Order`, (ref) => {
      const by = builder.enumType(`${name}OrderBy`, {
        description: `What ${what} can be ordered by.`,
        values: Object.fromEntries(
          options.map((option) => [option.name, { value: option as never, description: option.description }]),
        ),
      });
      builder.inputType(ref, {
        description: `One step of an order over ${what}; ties are broken by id, so every order is total.`,
        fields: (t) => ({
          by: t.field({ type: by as never, required: true, description: 'What to order by.' }),
          direction: t.field({ type: direction as never, defaultValue: 'ASC' as never, description: 'Which way.' }),
        }),
      });
    });

  const label = (): InputRef<unknown> =>
    once('LabelInput', (ref) => {
      builder.inputType(ref, {
        description: 'A label or an annotation with its value.',
        fields: (t) => ({
          key: t.string({ required: true, description: 'Its key.' }),
          value: t.string({ required: true, description: 'Its value.' }),
        }),
      });
    });

  const labels = (): InputRef<unknown> =>
    once('LabelSelectorInput', (ref) => {
      const operator = builder.enumType('LabelOperator', {
        description: 'How a label is compared.',
        values: {
          IN: { description: 'Present, with one of the values.' },
          NOT_IN: { description: 'Absent, or with none of the values.' },
          EXISTS: { description: 'Present; takes no values.' },
          DOES_NOT_EXIST: { description: 'Absent; takes no values.' },
        },
      });
      const expression = builder.inputType('LabelExpressionInput', {
        description: 'A condition on one label.',
        fields: (t) => ({
          key: t.string({ required: true, description: 'Label key.' }),
          operator: t.field({ type: operator, required: true, description: 'How it is compared.' }),
          values: t.stringList({ description: 'The values, for IN and NOT_IN.' }),
        }),
      });
      builder.inputType(ref, {
        description: 'A label selector in its structured form; all parts must hold; `{}` selects everything.',
        fields: (t) => ({
          matchLabels: t.field({ type: [label()] as never, description: 'Labels with exactly these values.' }),
          matchExpressions: t.field({ type: [expression] as never, description: 'Conditions on labels.' }),
        }),
      });
    });

  return {
    enumOf,
    where,
    commonWhere: () =>
      whereInput(
        'CatalogObjectWhere',
        'Conditions on objects of any kind; all of them must hold.',
        commonFilterFields,
        true,
      ),
    orderBy: (kind) => orderInput(kind.type, `a list of ${kind.type}`, orderOptions(kind)),
    commonOrderBy: () => orderInput('CatalogObject', 'a list over several kinds', commonOrderOptions),
    labels,
    label,
  };
}

/** Whether a type name stands for several kinds. */
export const isAbstract = (abstracts: readonly AbstractType[], name: string): boolean =>
  name === 'CatalogObject' || abstracts.some((abstract) => abstract.name === name);
