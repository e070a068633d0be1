import type { Builder, InputRef } from './builder.ts';

/** One member of an input type; a list type stands in brackets. */
export interface InputMember {
  readonly type: unknown;
  readonly description: string;
  readonly required?: boolean;
  readonly defaultValue?: unknown;
}
export type InputMembers = Readonly<Record<string, InputMember>>;

export interface InputType {
  readonly description: string;
  /** Exactly one member is given. */
  readonly isOneOf?: boolean;
  readonly members: InputMembers;
}

/** Input types by name, each made on first use; one may hold itself. */
export type InputTypes = (name: string, make: () => InputType) => InputRef<unknown>;

export function createInputTypes(builder: Builder): InputTypes {
  const made = new Map<string, InputRef<unknown>>();
  return (name, make) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const ref = builder.inputRef<object>(name) as InputRef<unknown>;
    made.set(name, ref);
    const { description, isOneOf = false, members } = make();
    builder.inputType(
      ref as never,
      {
        description,
        isOneOf,
        fields: (t: { field: (member: InputMember) => unknown }) =>
          Object.fromEntries(Object.entries(members).map(([key, member]) => [key, t.field(member)])),
      } as never,
    );
    return ref;
  };
}
