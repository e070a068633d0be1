import type { Steps } from '../manifests/path.ts';
import type { Catalog, KindModel } from '../model.ts';
import { decodeId, uidOf } from '../read/id.ts';
import { isStorable, withArticle } from '../values/names.ts';
import type { Precondition, Selector } from '../write/operation.ts';
import type { DynamicArguments, DynamicTypes } from './dynamic-types.ts';
import { type Input, placesIn, readContent } from './input-content.ts';
import type { KindInputs } from './kind-inputs.ts';
import { refuseInput } from './refuse-input.ts';
import type { Verb } from './verb.ts';

/** What every mutation takes besides. */
export const requestMembers: DynamicArguments = {
  validateOnly: { type: 'Boolean', defaultValue: false, description: 'Run everything but the commit.' },
  clientRequestId: {
    type: 'ID',
    description:
      'An id of the client’s own, best a UUID: within 24 hours the same request is done once, and repeated it gets the first result.',
  },
};

/** `createX`, `updateX` and `deleteX` of a kind. */
export function verbsOfKind(catalog: Catalog, kind: KindModel, types: DynamicTypes, inputs: KindInputs): Verb[] {
  const { type, description } = kind;
  const place = placeMembers(kind);
  const own = inputs.members(kind.spec, 'new');
  const create = types.input(`Create${type}Input`, () => ({
    description: `What a new ${type} is to be. ${description}`,
    members: distinct(type, [
      { name: { type: 'String', required: true, description: 'Its name; it never changes.' } },
      place,
      inputs.labels('new'),
      own,
      requestMembers,
    ]),
  }));
  const changes = types.input(`${type}ChangesInput`, () => ({
    description: `What changes of a ${type}. What is left out stays as it is; \`null\` clears; a list is replaced as a whole.`,
    members: distinct(type, [inputs.labels('changes'), inputs.members(kind.spec, 'changes')]),
  }));
  const update = types.input(`Update${type}Input`, () => ({
    description: `Which ${type} changes, and what of it.`,
    members: {
      ...selectorMembers,
      ...optional(place),
      changes: { type: changes, required: true, description: 'What changes.' },
      precondition: { type: precondition(types), description: 'What has to hold of the object.' },
      ...requestMembers,
    },
  }));
  const say = (head: Steps, content: Steps, input: Input) => ({
    kind,
    content: readContent(catalog, kind, input, content),
    placeOf: placesIn(kind, head, content, input),
  });
  const what = withArticle(type);
  const shows = { field: kind.field, type, kinds: [kind] };
  return [
    {
      name: `create${type}`,
      description: `Makes ${what}. ${description}`,
      input: create,
      shows,
      read: (input, at) => ({
        do: 'create',
        ...say(at, at, input),
        name: String(input.name),
        ...placeOf(input),
      }),
    },
    {
      name: `update${type}`,
      description: `Changes ${what}: what is left out stays as it is, \`null\` clears.`,
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
      description: `Deletes ${what}. It is refused while anything else refers to it; the refusal says what.`,
      input: deleteInput(types),
      shows: undefined,
      read: (input, at) => ({
        do: 'delete',
        kind,
        target: selectorOf(kind, input, at),
        cascade: input.cascade === true,
        allowMissing: input.allowMissing === true,
        ...preconditionOf(input, at),
        placeOf: placesIn(kind, at, at, input),
      }),
    },
  ];
}

const selectorMembers: DynamicArguments = {
  id: { type: 'ID', description: 'Its id; not together with a name.' },
  name: { type: 'String', description: 'Its name.' },
};

/** What tells an object from its namesakes. */
const placeMembers = (kind: KindModel): DynamicArguments => ({
  ...(kind.namespaced && {
    namespace: { type: 'String', description: 'Its namespace; `default` for a new one when absent.' },
  }),
  ...(kind.inProject && {
    project: { type: 'String', required: true, description: 'Name of the project in whose control plane it lives.' },
  }),
  ...(kind.groups.length > 1 && {
    apiGroup: { type: 'String', description: `Its API group, of ${kind.groups.join(' and ')}.` },
  }),
});

const optional = (members: DynamicArguments): DynamicArguments =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, { ...member, required: false }]));

export const precondition = (types: DynamicTypes) =>
  types.input('PreconditionInput', () => ({
    description:
      'What has to hold of the stored object for the operation to take place; otherwise it is refused with `CONFLICT` and the present value.',
    members: {
      id: { type: 'ID', description: 'It is this very object, and not one of the same name made later.' },
      revision: { type: 'BigInt', description: 'It was not changed since it had this revision.' },
    },
  }));

const deleteInput = (types: DynamicTypes) =>
  types.input('DeleteObjectInput', () => ({
    description: 'Which object is to go.',
    members: {
      ...selectorMembers,
      namespace: { type: 'String', description: 'Its namespace, when several have one of that name.' },
      project: { type: 'String', description: 'Its project, when several have one of that name.' },
      apiGroup: { type: 'String', description: 'Its API group, for kinds that are served in several.' },
      cascade: {
        type: 'Boolean',
        defaultValue: false,
        description: 'What the object owns goes with it: the ports of a device, the memberships of a group.',
      },
      allowMissing: { type: 'Boolean', defaultValue: false, description: 'An object that does not exist is no error.' },
      precondition: { type: precondition(types), description: 'What has to hold of the object.' },
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

const placeOf = (input: Input): Pick<Selector, 'namespace' | 'project' | 'group'> => ({
  ...textMember(input, 'namespace', 'namespace'),
  ...textMember(input, 'project', 'project'),
  ...textMember(input, 'apiGroup', 'group'),
});

/** Which object is meant. */
export function selectorOf(kind: KindModel, input: Input, at: Steps): Selector {
  for (const member of ['name', 'namespace', 'project', 'apiGroup']) {
    const text = input[member];
    if (typeof text !== 'string' || isStorable(text)) continue;
    refuseInput('INVALID_CHARACTERS', [...at, member], `${member} holds a NUL character or half of a surrogate pair`);
  }
  const [byId, byName] = [typeof input.id === 'string', typeof input.name === 'string'];
  if (byId === byName) refuseInput('SELECTOR', at, `give exactly one of id, name to say which ${kind.type} is meant`);
  if (!byId) return { ...placeOf(input), name: String(input.name) };
  const decoded = decodeId(String(input.id));
  if (decoded !== undefined && decoded.kind !== kind.kind) {
    refuseInput(
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
