import type { Steps } from '../manifests/path.ts';
import type { Catalog, KindModel } from '../model.ts';
import { decodeId, uidOf } from '../read/id.ts';
import { isStorable, withArticle } from '../values/names.ts';
import type { Precondition, Selector } from '../write/operation.ts';
import { disconnect } from './disconnect.ts';
import type { DynamicArguments, DynamicTypes } from './dynamic-types.ts';
import { type Input, readContent } from './input-content.ts';
import { inputPositions } from './input-positions.ts';
import type { KindInputs } from './kind-inputs.ts';
import { rejectInput } from './reject-input.ts';
import type { Verb } from './verb.ts';

/** What every mutation takes besides. */
export const requestMembers: DynamicArguments = {
  validateOnly: { type: 'Boolean', defaultValue: false, description: 'Whether to check everything and store nothing.' },
  clientRequestId: {
    type: 'ID',
    description:
      'Id that the client gives to this request, for example a UUID. If a request with the same id is sent again within 24 hours, it is not run again and gets the result of the first.',
  },
};

/** `createX`, `updateX` and `deleteX` of a kind. */
export function verbsOfKind(catalog: Catalog, kind: KindModel, types: DynamicTypes, inputs: KindInputs): Verb[] {
  const { type, description } = kind;
  const place = placeMembers(kind);
  const own = inputs.members(kind.spec, 'new');
  const create = types.input(`Create${type}Input`, () => ({
    description: `Fields of a new ${type}. ${description}`,
    members: distinct(type, [
      { name: { type: 'String', required: true, description: 'Name of the new object; it never changes.' } },
      place,
      inputs.labels('new'),
      own,
      requestMembers,
    ]),
  }));
  const changes = types.input(`${type}ChangesInput`, () => ({
    description: `Changes of ${withArticle(type)}. A field that is left out stays as it is, \`null\` clears a field, and a list is replaced as a whole.`,
    members: distinct(type, [inputs.labels('changes'), inputs.members(kind.spec, 'changes')]),
  }));
  const update = types.input(`Update${type}Input`, () => ({
    description: `The ${type} to change, and the changes.`,
    members: {
      ...selectorMembers,
      ...optional(place),
      changes: { type: changes, required: true, description: 'The changes.' },
      precondition: {
        type: precondition(types),
        description: 'What must be true of the stored object; otherwise the mutation is refused.',
      },
      ...requestMembers,
    },
  }));
  const say = (head: Steps, content: Steps, input: Input) => ({
    kind,
    content: readContent(catalog, kind, input, content),
    positionOf: inputPositions(kind, head, content, input),
  });
  const what = withArticle(type);
  const shows = { field: kind.field, type, kinds: [kind] };
  return [
    {
      name: `create${type}`,
      description: `Creates ${what}. ${description}`,
      input: create,
      shows,
      read: (input, at) => ({
        do: 'create',
        ...say(at, at, input),
        name: String(input.name),
        ...selectorPlace(input),
      }),
    },
    {
      name: `update${type}`,
      description: `Changes ${what}. A field that is left out stays as it is; \`null\` clears a field.`,
      input: update,
      shows,
      read: (input, at) => ({
        do: 'update',
        ...say(at, [...at, 'changes'], input.changes as Input),
        target: selectorOf(kind, input, at),
        ...preconditionOf(input, at),
      }),
    },
    {
      name: `delete${type}`,
      description: `Deletes ${what}. It is refused while anything else refers to the object; the errors list what.`,
      input: deleteInput(types),
      shows: undefined,
      read: (input, at) => ({
        do: 'delete',
        kind,
        target: selectorOf(kind, input, at),
        cascade: input.cascade === true,
        disconnect: input.disconnect === true,
        allowMissing: input.allowMissing === true,
        ...preconditionOf(input, at),
        positionOf: inputPositions(kind, at, at, input),
      }),
    },
  ];
}

const selectorMembers: DynamicArguments = {
  id: { type: 'ID', description: 'Opaque id of the object. Either `id` or `name` is given.' },
  name: { type: 'String', description: 'Name of the object.' },
};

/** What tells an object from its namesakes. */
const placeMembers = (kind: KindModel): DynamicArguments => ({
  ...(kind.namespaced && {
    namespace: { type: 'String', description: 'Namespace of the object. Default for a new object: `default`.' },
  }),
  ...(kind.inProject && {
    project: { type: 'String', required: true, description: 'Name of the project that the object lives in.' },
  }),
  ...(kind.ownGroups.length > 1 && {
    apiGroup: { type: 'String', description: `API group of the object, one of ${kind.ownGroups.join(' and ')}.` },
  }),
});

const optional = (members: DynamicArguments): DynamicArguments =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, { ...member, required: false }]));

export const precondition = (types: DynamicTypes) =>
  types.input('PreconditionInput', () => ({
    description:
      'What must be true of the stored object. Otherwise the operation is refused with `CONFLICT`, and the error says what is stored.',
    members: {
      id: {
        type: 'ID',
        description:
          'The object has this opaque id. It guards against an object that was created later under the same name.',
      },
      revision: { type: 'BigInt', description: 'The object has this revision: it was not changed since you read it.' },
    },
  }));

const deleteInput = (types: DynamicTypes) =>
  types.input('DeleteObjectInput', () => ({
    description: 'The object to delete.',
    members: {
      ...selectorMembers,
      namespace: { type: 'String', description: 'Namespace of the object; required when several have this name.' },
      project: {
        type: 'String',
        description: 'Name of the project that the object lives in; required when several have this name.',
      },
      apiGroup: { type: 'String', description: 'API group of the object, for kinds that exist in several.' },
      cascade: {
        type: 'Boolean',
        defaultValue: false,
        description:
          'Whether to delete what the object owns as well, such as the ports of a device or the memberships of a group.',
      },
      disconnect,
      allowMissing: {
        type: 'Boolean',
        defaultValue: false,
        description: 'Whether to accept that the object does not exist.',
      },
      precondition: {
        type: precondition(types),
        description: 'What must be true of the stored object; otherwise the mutation is refused.',
      },
      ...requestMembers,
    },
  }));

/** All members together; two of one name are a mistake in a kind's definition. */
function distinct(type: string, parts: readonly DynamicArguments[]): DynamicArguments {
  const all = parts.flatMap((part) => Object.entries(part));
  const names = all.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`the input of ${type} has two members called ${twice}; give one an 'as'`);
  return Object.fromEntries(all);
}

const textMember = (input: Input, from: string, to: string): Record<string, string> =>
  typeof input[from] === 'string' ? { [to]: input[from] } : {};

const selectorPlace = (input: Input): Pick<Selector, 'namespace' | 'project' | 'group'> => ({
  ...textMember(input, 'namespace', 'namespace'),
  ...textMember(input, 'project', 'project'),
  ...textMember(input, 'apiGroup', 'group'),
});

/** Which object is meant. */
export function selectorOf(kind: KindModel, input: Input, at: Steps): Selector {
  for (const member of ['name', 'namespace', 'project', 'apiGroup']) {
    const text = input[member];
    if (typeof text !== 'string' || isStorable(text)) continue;
    rejectInput('INVALID_CHARACTERS', [...at, member], `${member} holds a NUL character or half of a surrogate pair`);
  }
  const [byId, byName] = [typeof input.id === 'string', typeof input.name === 'string'];
  if (byId === byName) rejectInput('SELECTOR', at, `give exactly one of id, name to say which ${kind.type} is meant`);
  if (!byId) return { ...selectorPlace(input), name: String(input.name) };
  const decoded = decodeId(String(input.id));
  if (decoded !== undefined && decoded.kind !== kind.kind) {
    rejectInput(
      'ID_INVALID',
      [...at, 'id'],
      `that is the id of ${withArticle(decoded.kind)}, not of ${withArticle(kind.kind)}`,
    );
  }
  return { id: uidOf(String(input.id), [...at, 'id'].join('.')) };
}

function preconditionOf(input: Input, at: Steps): { readonly precondition?: Precondition } {
  const { id, revision } = (input.precondition ?? {}) as { id?: string | null; revision?: bigint | null };
  const wanted = {
    ...(typeof id === 'string' && { id: uidOf(id, [...at, 'precondition', 'id'].join('.')) }),
    ...(typeof revision === 'bigint' && { revision }),
  };
  return { precondition: wanted };
}
