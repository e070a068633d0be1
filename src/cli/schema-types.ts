import { CliError } from './cli-error.ts';
import type { Client } from './client.ts';

/** A type of the graph, as introspection gives it. */
export interface TypeReference {
  readonly kind: string;
  readonly name: string | null;
  readonly ofType?: TypeReference | null;
}

export interface FieldInfo {
  readonly name: string;
  readonly description: string | null;
  readonly deprecationReason: string | null;
  readonly args: readonly {
    readonly name: string;
    readonly description: string | null;
    readonly type: TypeReference;
  }[];
  readonly type: TypeReference;
}

export interface TypeInfo {
  readonly kind: string;
  readonly name: string;
  readonly description: string | null;
  readonly fields: readonly FieldInfo[] | null;
  readonly enumValues: readonly { readonly name: string; readonly description: string | null }[] | null;
}

const DOCUMENT = `query CatalogExplain($name: String!) { __type(name: $name) { kind name description
  fields(includeDeprecated: true) { name description deprecationReason type { ...T } args { name description type { ...T } } }
  enumValues { name description } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

export async function loadType(client: Client, name: string): Promise<TypeInfo> {
  const { __type: type } = await client.execute<{ __type: TypeInfo | null }>(DOCUMENT, { name });
  if (type === null) throw new CliError(`the schema has no type ${name}`);
  return type;
}

/** The type without its lists and whether it may be null. */
export const innermost = (type: TypeReference): string =>
  type.ofType === undefined || type.ofType === null ? (type.name ?? '') : innermost(type.ofType);
