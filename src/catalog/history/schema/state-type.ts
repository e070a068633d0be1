import { writeDocument } from '../../manifests/document.ts';
import { stringifyJson } from '../../manifests/json.ts';
import { stringifyYaml } from '../../manifests/stringify.ts';
import type { Catalog } from '../../model.ts';
import { encodeId } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { type DynamicTypes, dynamicArguments, typeNamed } from '../../schema/dynamic-types.ts';
import type { Inputs } from '../../schema/inputs.ts';
import { manifestArguments } from '../../schema/outputs.ts';
import { instant } from '../../values/instant.ts';
import type { KindState } from '../state-sql.ts';
import { addStateFields, fieldsOfState } from './state-fields.ts';

/** A value that any JSON reader can take: whole numbers beyond 2^53 as text. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)));

/** The manifest of a past state, without labels that are derived. */
export const manifestOf = ({ kind, state }: KindState, bare: boolean): Record<string, unknown> =>
  writeDocument(kind, state, { bare, derived: {} });

/** The type `ObjectState`. */
export const addStateType = (builder: Builder, types: DynamicTypes, catalog: Catalog, inputs: Inputs) => {
  addStateFields(types, catalog, inputs);
  return builder.objectRef<KindState>('ObjectState').implement({
    description: 'An object as it was at some moment. It may have changed since, or no longer exist.',
    fields: (t) => ({
      id: t.id({
        description: 'Opaque id of the object; `node(id)` accepts it as long as the object exists.',
        resolve: ({ kind, state }) => encodeId(kind.kind, state.id),
      }),
      uid: t.string({ description: 'UUID of the object.', resolve: ({ state }) => state.id }),
      kind: t.string({ description: 'Kind of the object.', resolve: ({ kind }) => kind.kind }),
      apiVersion: t.string({
        description: 'API group and version of the object.',
        resolve: ({ kind, state }) => `${state.group}/${kind.version}`,
      }),
      name: t.string({ description: 'Name of the object.', resolve: ({ state }) => state.name }),
      namespace: t.string({
        nullable: true,
        description: 'Namespace of the object; null if its kind has none.',
        resolve: ({ state }) => state.namespace,
      }),
      project: t.string({
        nullable: true,
        description: 'Name of the project whose control plane the object was in.',
        resolve: ({ state }) => state.project,
      }),
      generation: t.int({
        description: 'Generation of the object: a number that rises with each change of its spec.',
        resolve: ({ state }) => state.generation,
      }),
      revision: t.field({
        type: 'BigInt',
        description: 'Revision of the object: a number that rises with each change.',
        resolve: ({ state }) => state.revision,
      }),
      createdAt: t.field({
        type: 'DateTime',
        description: 'When the object was created.',
        resolve: ({ state }) => instant(state.createdAt),
      }),
      updatedAt: t.field({
        type: 'DateTime',
        description: 'When the object had last been changed, at that moment.',
        resolve: ({ state }) => instant(state.updatedAt),
      }),
      labels: t.field({
        type: ['Label'],
        description: 'The object’s own labels, sorted by key, without those derived from its location.',
        resolve: ({ state }) =>
          Object.entries(state.labels)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => ({ key, value })),
      }),
      leftOut: t.stringList({
        description:
          'Paths at which the object names others that you may not see: they are left out of `namespace`, `project`, `spec`, `status` and `manifest`. Empty when nothing is.',
        resolve: ({ state }) => [...(state.leftOut ?? [])],
      }),
      fields: t.field({
        type: typeNamed('ObjectFields'),
        description: 'What the object said, and what the catalog recorded about it, as typed fields.',
        resolve: fieldsOfState,
      }),
      spec: t.field({
        type: 'JSON',
        description: 'The spec as in the manifest. Whole numbers beyond 2^53 are strings.',
        resolve: ({ state }) => plain(state.spec),
      }),
      status: t.field({
        type: 'JSON',
        description: 'What the catalog itself records about the object, such as `phase` and `inForce`.',
        resolve: ({ state }) => plain(state.status),
      }),
      manifest: t.string({
        description: 'The manifest of the object, as `catalog apply` accepts it.',
        args: dynamicArguments(t, manifestArguments),
        resolve: (one, { format, bare }) => {
          const document = manifestOf(one, bare === true);
          return format === 'JSON' ? stringifyJson(document) : stringifyYaml([document]);
        },
      }),
    }),
  });
};
