import type { ChoiceField } from '../fields.ts';
import type { Catalog, KindModel } from '../model.ts';
import { feedConsumerState } from '../read/feed-progress.ts';
import { commonFilterFields, type FilterField, type FilterFields, filterFields } from '../read/filter.ts';
import { withArticle } from '../values/names.ts';
import type { DynamicArgument, DynamicArguments, DynamicTypes } from './dynamic-types.ts';
import { unionName } from './union-name.ts';

const operators: Readonly<Record<string, readonly string[]>> = {
  String: ['eq', 'ne', 'in', 'notIn', 'startsWith', 'endsWith', 'contains', 'isNull'],
  ID: ['eq', 'ne', 'in', 'notIn'],
  Boolean: ['eq', 'ne', 'isNull'],
  StringList: ['has', 'isNull'],
};
const ordered = ['eq', 'ne', 'in', 'notIn', 'lt', 'lte', 'gt', 'gte', 'isNull'];
const enumerated = ['eq', 'ne', 'in', 'notIn', 'isNull'];

const meanings: Readonly<Record<string, string>> = {
  eq: 'The value is equal to this one. `null` means the same as `isNull: true`.',
  ne: 'The value is different from this one, or there is no value.',
  in: 'The value is equal to one of these.',
  notIn: 'The value is equal to none of these, or there is no value.',
  lt: 'The value is less than this one.',
  lte: 'The value is less than this one or equal to it.',
  gt: 'The value is greater than this one.',
  gte: 'The value is greater than this one or equal to it.',
  startsWith: 'The value begins with this text; upper and lower case differ.',
  endsWith: 'The value ends with this text; upper and lower case differ.',
  contains: 'The value contains this text, in upper or lower case.',
  has: 'The list contains this value.',
  isNull: '`true`: there is no value. `false`: there is one.',
};

const mapValues = (fields: FilterFields, change: (field: FilterField) => DynamicArgument): DynamicArguments =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field)]));

/** The `where` inputs of lists, and the operators on one value in them. */
export function createFilterInputs(types: DynamicTypes, catalog: Catalog, enumOf: (choice: ChoiceField) => string) {
  const choices = new Map<string, ChoiceField>([[feedConsumerState.name, feedConsumerState]]);
  for (const { leaves, statusLeaves } of catalog.kinds) {
    for (const { field } of [...leaves, ...statusLeaves]) if (field.type === 'choice') choices.set(field.name, field);
  }

  const operatorsOn = (type: string): string =>
    types.input(`${type}Filter`, () => {
      const choice = choices.get(type);
      const operands = choice === undefined ? (operators[type] ?? ordered) : enumerated;
      const operand = choice === undefined ? (type === 'StringList' ? 'String' : type) : enumOf(choice);
      const members = operands.map((name): [string, DynamicArgument] => {
        const of = name === 'isNull' ? 'Boolean' : operand;
        return [name, { type: name === 'in' || name === 'notIn' ? [of] : of, description: meanings[name] ?? name }];
      });
      return {
        description: `Conditions on a value of type ${type}. Where several are given, all of them must hold.`,
        members: Object.fromEntries(members),
      };
    });

  const typeOf = (field: FilterField): string => {
    if (field.is === 'scalar') return operatorsOn(field.type);
    if (field.is === 'group') return group(`${field.name}Where`, field.description, field.fields);
    return field.is === 'list' ? ofEntries(field.entry) : ofOne(field);
  };

  const ofOne = (field: FilterField & { is: 'one' }): string => {
    const [only, another] = field.targets;
    return only !== undefined && another === undefined ? where(only.kind) : ofSeveralKinds(field);
  };

  const ofEntries = (entry: FilterField & { is: 'one' }): string => {
    const type = ofOne(entry);
    return types.input(type.replace(/Where$/, 'ListWhere'), () => ({
      description: 'Conditions on the objects of a list. `null` in its place: the list is empty.',
      members: {
        some: { type, description: 'At least one of them fits these conditions.' },
        none: { type, description: 'None of them fits these conditions.' },
      },
    }));
  };

  const member = (field: FilterField): DynamicArgument => ({ type: typeOf(field), description: field.description });

  const group = (name: string, description: string, fields: FilterFields): string =>
    types.input(name, () => ({ description, members: mapValues(fields, member) }));

  const ofSeveralKinds = ({ targets, union }: FilterField & { is: 'one' }): string => {
    const kinds = targets.map(({ kind }) => kind);
    return types.input(`${unionName(catalog, kinds, union)}Where`, () => ({
      description: `Conditions on an object that is ${kinds.map(({ type }) => withArticle(type)).join(' or ')}.`,
      members: {
        ...mapValues(commonFilterFields, member),
        ...Object.fromEntries(
          kinds.map((kind) => [
            kind.field,
            { type: where(kind), description: `The object is ${withArticle(kind.type)} that fits these conditions.` },
          ]),
        ),
      },
    }));
  };

  const combined = (name: string, description: string, fields: FilterFields): string =>
    types.input(name, () => ({
      description,
      members: {
        ...mapValues(fields, member),
        and: { type: [name], description: 'All of these conditions must hold.' },
        or: { type: [name], description: 'At least one of these conditions must hold.' },
        not: { type: name, description: 'These conditions must not hold.' },
      },
    }));

  const where = (kind: KindModel): string =>
    combined(
      `${kind.type}Where`,
      `Conditions on ${withArticle(kind.type)}. Where several are given, all of them must hold. \`null\` for a field: it has no value.`,
      filterFields(kind),
    );

  const commonWhere = (): string =>
    combined(
      'CatalogObjectWhere',
      'Conditions on objects of any kind. Where several are given, all of them must hold. `null` for a field: it has no value.',
      commonFilterFields,
    );

  return { where, commonWhere };
}
