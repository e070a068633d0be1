import type { GraphQLFieldExtensions, GraphQLResolveInfo } from 'graphql';
import type { Arguments } from '../read/plan-types.ts';
import type { Builder, FieldsOf } from './builder.ts';
import type { RequestContext } from './context.ts';

/**
 * The part of the schema whose types are made at run time, from the kinds. TypeScript cannot know their shapes, so here
 * types go by their names and values are `unknown`. Pothos looks a name up when the schema is built, so types may be
 * named before they are made, and may name each other.
 */
export interface DynamicTypes {
  object(name: string, type: DynamicObject): void;
  interface(name: string, type: DynamicObject): void;
  /** Further fields of Query. */
  query(fields: DynamicFields): void;
  /** Further fields of Mutation. */
  mutation(fields: DynamicFields): void;
  /** Made on first use; gives the name. */
  input(name: string, make: () => DynamicInput): string;
  /** Made on first use; gives the name. */
  enum(name: string, make: () => DynamicEnum): string;
}

/** Name of a type; in brackets, of a list of it. */
export type TypeName = string | readonly [string];

export interface DynamicArgument {
  readonly type: TypeName;
  readonly description: string;
  readonly required?: boolean;
  readonly defaultValue?: unknown;
}
export type DynamicArguments = Readonly<Record<string, DynamicArgument>>;

export interface DynamicField {
  readonly type: TypeName;
  readonly description: string;
  /** Of a list: whether it is null; `items`: whether its items may be. */
  readonly nullable?: boolean | 'items';
  readonly args?: DynamicArguments;
  readonly extensions?: Readonly<GraphQLFieldExtensions<unknown, unknown>>;
  readonly resolve: (parent: AnyObject, args: Arguments, context: RequestContext, info: GraphQLResolveInfo) => unknown;
}
export type DynamicFields = Readonly<Record<string, DynamicField>>;

export interface DynamicObject {
  readonly description: string;
  readonly interfaces?: readonly string[];
  readonly fields: () => DynamicFields;
}

export interface DynamicInput {
  readonly description: string;
  /** Exactly one member is given. */
  readonly isOneOf?: boolean;
  readonly members: DynamicArguments;
}

export interface DynamicEnum {
  readonly description: string;
  readonly values: Readonly<Record<string, { readonly description: string; readonly value?: string }>>;
}

/** An object of a type made at run time: its GraphQL type, and values by response key. */
export interface AnyObject {
  readonly [key: string]: unknown;
}

/**
 * A type by its name, as Pothos takes it. Of all the names it knows `JSON` is the one whose values may be anything,
 * which is what holds for a type that is made at run time.
 */
export const typeNamed = (name: TypeName): 'JSON' => name as 'JSON';

/** Arguments of a field. */
export const dynamicArguments = (t: Pick<FieldsOf<object>, 'arg'>, args: DynamicArguments = {}) =>
  Object.fromEntries(
    Object.entries(args).map(([name, { type, ...options }]) => [name, t.arg({ ...options, type: typeNamed(type) })]),
  );

/** As Pothos takes it; of a list it takes two, which its types do not allow where they take the list for `JSON`. */
const nullability = (nullable: boolean | 'items'): boolean =>
  (nullable === 'items' ? { list: false, items: true } : nullable) as boolean;

const withName = ({ type, args, nullable = false, ...options }: DynamicField, t: Pick<FieldsOf<object>, 'arg'>) => ({
  ...options,
  type: typeNamed(type),
  nullable: nullability(nullable),
  args: dynamicArguments(t, args),
});

const mapValues = <From, To>(members: Readonly<Record<string, From>>, change: (member: From) => To) =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member)]));

const typeNameOf = (value: unknown): string => String((value as AnyObject).__typename);

export function createDynamicTypes(builder: Builder): DynamicTypes {
  const made = new Set<string>();
  const once = (name: string, make: () => void): string => {
    if (!made.has(name)) {
      made.add(name);
      make();
    }
    return name;
  };
  const interfaces = new Map<string, ReturnType<typeof interfaceRef>>();
  const interfaceRef = (name: string) => builder.interfaceRef<AnyObject>(name);
  const interfaceNamed = (name: string) => {
    const ref = interfaces.get(name) ?? interfaceRef(name);
    interfaces.set(name, ref);
    return ref;
  };
  return {
    object: (name, { description, interfaces: names = [], fields }) => {
      builder.objectRef<AnyObject>(name).implement({
        description,
        interfaces: names.map(interfaceNamed),
        ...(names.length > 0 && { isTypeOf: (value: unknown) => typeNameOf(value) === name }),
        fields: (t) => mapValues(fields(), (field) => t.field(withName(field, t))),
      });
    },
    interface: (name, { description, interfaces: names = [], fields }) => {
      interfaceNamed(name).implement({
        description,
        interfaces: names.map(interfaceNamed),
        resolveType: typeNameOf,
        fields: (t) => mapValues(fields(), (field) => t.field(withName(field, t))),
      });
    },
    query: (fields) => {
      builder.queryFields((t) => mapValues(fields, (field) => t.field(withName(field, t))));
    },
    mutation: (fields) => {
      builder.mutationFields((t) => mapValues(fields, (field) => t.field(withName(field, t))));
    },
    input: (name, make) =>
      once(name, () => {
        const { description, isOneOf = false, members } = make();
        builder.inputType(name, {
          description,
          isOneOf,
          fields: (t) => mapValues(members, ({ type, ...options }) => t.field({ ...options, type: typeNamed(type) })),
        });
      }),
    enum: (name, make) =>
      once(name, () => {
        builder.enumType(name, make());
      }),
  };
}
