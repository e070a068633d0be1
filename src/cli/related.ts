import type { Client } from './client.ts';
import type { KindInfo } from './kind-info.ts';
import { innermost, loadType } from './schema-types.ts';

/** A field of a kind's type in the graph that leads to other objects. */
export interface Relation {
  readonly name: string;
  readonly isList: boolean;
}

const CONNECTION = /Connection$/;

/** The relations of a kind, as the service's schema has them; those that need arguments are left out. */
export async function relationsOf(client: Client, known: readonly KindInfo[], kind: KindInfo): Promise<Relation[]> {
  const { fields } = await loadType(client, kind.type);
  const found = (fields ?? []).flatMap(({ name, type, args, deprecationReason }) => {
    if (deprecationReason !== null || args.some(({ type: { kind: of } }) => of === 'NON_NULL')) return [];
    const typeName = innermost(type);
    const isList = CONNECTION.test(typeName);
    return [{ name, isList, isPlainList: !isList && isListType(type), to: typeName.replace(CONNECTION, '') }];
  });
  const objects = await objectTypesAmong(client, known, [...new Set(found.map(({ to }) => to))]);
  return found.filter(({ to, isPlainList }) => objects.has(to) && !isPlainList);
}

const isListType = ({ kind, ofType }: Parameters<typeof innermost>[0]): boolean =>
  kind === 'LIST' || (kind === 'NON_NULL' && ofType !== null && ofType !== undefined && isListType(ofType));

interface Possible {
  readonly possibleTypes: readonly { readonly name: string }[] | null;
}

/** Which of the types are of objects of the catalog: those of kinds, and abstract ones that only such have. */
async function objectTypesAmong(
  client: Client,
  known: readonly KindInfo[],
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const ofKinds = new Set(known.map(({ type }) => type));
  const others = names.filter((name) => !ofKinds.has(name));
  const asked = others.map((name, at) => `t${at}: __type(name: "${name}") { possibleTypes { name } }`);
  const answer =
    asked.length === 0
      ? {}
      : await client.execute<Readonly<Record<string, Possible | null>>>(`query CatalogTypes { ${asked.join(' ')} }`);
  const abstract = others.filter((_name, at) => {
    const possible = answer[`t${at}`]?.possibleTypes ?? [];
    return possible.length > 0 && possible.every(({ name }) => ofKinds.has(name));
  });
  return new Set([...ofKinds, ...abstract]);
}
