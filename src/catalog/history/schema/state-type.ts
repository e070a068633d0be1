import { writeDocument } from '../../manifests/document.ts';
import { stringifyJson } from '../../manifests/json.ts';
import { stringifyYaml } from '../../manifests/stringify.ts';
import type { KindModel } from '../../model.ts';
import { encodeId } from '../../read/id.ts';
import type { Builder } from '../../schema/builder.ts';
import { dynamicArguments } from '../../schema/dynamic-types.ts';
import { manifestArguments } from '../../schema/outputs.ts';
import type { ObjectState } from '../state-sql.ts';

/** A state with the kind it is of. */
export interface KindState {
  readonly kind: KindModel;
  readonly state: ObjectState;
}

/** A value that any JSON reader can take: whole numbers beyond 2^53 as text. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)));

const instant = (text: string): string => new Date(text).toISOString();

/** The manifest of a past state; without the labels that are worked out from where an object stands. */
export const manifestOf = ({ kind, state }: KindState, bare: boolean): Record<string, unknown> =>
  writeDocument(kind, state, { bare, topology: {} });

/** `ObjectState`: an object as it was, which may be gone or different by now. */
export const addStateType = (builder: Builder) =>
  builder.objectRef<KindState>('ObjectState').implement({
    description: 'An object as it was at some time. By now it may be different or deleted.',
    fields: (t) => ({
      id: t.id({
        description: 'The opaque id of the object, which `node(id)` takes while it exists.',
        resolve: ({ kind, state }) => encodeId(kind.kind, state.id),
      }),
      uid: t.string({ description: 'UUID of the object.', resolve: ({ state }) => state.id }),
      kind: t.string({ description: 'Kind of the object.', resolve: ({ kind }) => kind.kind }),
      apiVersion: t.string({
        description: 'Its API group and version.',
        resolve: ({ kind, state }) => `${state.group}/${kind.version}`,
      }),
      name: t.string({ description: 'Name of the object.', resolve: ({ state }) => state.name }),
      namespace: t.string({ nullable: true, description: 'Its namespace.', resolve: ({ state }) => state.namespace }),
      project: t.string({
        nullable: true,
        description: 'Name of the project that the object lived in.',
        resolve: ({ state }) => state.project,
      }),
      generation: t.int({ description: 'Generation of the object.', resolve: ({ state }) => state.generation }),
      revision: t.field({
        type: 'BigInt',
        description: 'Revision of the object.',
        resolve: ({ state }) => state.revision,
      }),
      createdAt: t.field({
        type: 'DateTime',
        description: 'When it was created.',
        resolve: ({ state }) => instant(state.createdAt),
      }),
      labels: t.field({
        type: ['Label'],
        description: 'Its own labels, sorted by key; not those derived from where it stood.',
        resolve: ({ state }) =>
          Object.entries(state.labels)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => ({ key, value })),
      }),
      spec: t.field({
        type: 'JSON',
        description: 'Its spec as in its manifest; whole numbers beyond 2^53 as text.',
        resolve: ({ state }) => plain(state.spec),
      }),
      status: t.field({
        type: 'JSON',
        description: 'Status of the object, which the catalog itself keeps: `inForce`, `phase` and so on.',
        resolve: ({ state }) => plain(state.status),
      }),
      manifest: t.string({
        description: 'The object as a manifest, which `catalog apply` takes. Numbers keep all their digits.',
        args: dynamicArguments(t, manifestArguments),
        resolve: (one, { format, bare }) => {
          const document = manifestOf(one, bare === true);
          return format === 'JSON' ? stringifyJson(document) : stringifyYaml([document]);
        },
      }),
    }),
  });
