import type { ManifestFile } from '../manifests/parse.ts';
import type { ApplyOperation } from '../write/operation.ts';
import { disconnect } from './disconnect.ts';
import type { DynamicTypes } from './dynamic-types.ts';
import type { Input } from './input-content.ts';
import { rejectInput } from './reject-input.ts';
import { requestMembers } from './verbs-of-kind.ts';

const manifestInput = (types: DynamicTypes) =>
  types.input('ManifestInput', () => ({
    description: 'A file of manifests.',
    members: {
      source: { type: 'String', description: 'Name of the file; error messages mention it.' },
      content: {
        type: 'String',
        required: true,
        description: 'Text of the file, as YAML or JSON; it may hold several documents.',
      },
      firstLine: {
        type: 'Int',
        defaultValue: 1,
        description:
          'Line of the file at which `content` begins, for error messages. For a large file that is sent in parts.',
      },
    },
  }));

export const applyInputType = (types: DynamicTypes) =>
  types.input('ApplyInput', () => ({
    description: 'Manifests to apply, and how.',
    members: {
      manifests: { type: [manifestInput(types)], required: true, description: 'Files of manifests, in any order.' },
      namespace: { type: 'String', description: 'Namespace for documents that do not name one.' },
      project: {
        type: 'String',
        description: 'Project for documents that live in a project’s control plane and do not name one.',
      },
      manager: {
        type: 'String',
        description:
          'Name of the field manager (`gitops`), which has to stay the same from one apply to the next. A manager owns the fields that its manifests set, and only those, so a manifest need not be complete. A field that a later manifest of the manager no longer sets is cleared, unless another manager owns it. Setting a field to another value than that of its owner is refused as a conflict. Without a manager a manifest describes the whole object.',
      },
      force: {
        type: 'Boolean',
        defaultValue: false,
        description: 'Whether to take fields over from other managers instead of being refused. Requires `manager`.',
      },
      publish: {
        type: 'Boolean',
        defaultValue: false,
        description:
          'Whether to publish what the documents state as `Draft`, or with no phase, in the same transaction: it is applied with the phase `Published`, and judged as such.',
      },
      createOnly: {
        type: 'Boolean',
        defaultValue: false,
        description:
          'Whether the objects are to be new: one that exists is refused (`NAME_TAKEN`), and a document with `metadata.generateName` and no name gets a name that begins so.',
      },
      ...requestMembers,
    },
  }));

const objectReference = (types: DynamicTypes) =>
  types.input('ObjectReferenceInput', () => ({
    description: 'An object by kind and name.',
    members: {
      kind: {
        type: 'String',
        required: true,
        description: 'Kind, plural or short name of the object’s kind, in any case.',
      },
      name: { type: 'String', required: true, description: 'Name of the object.' },
      namespace: { type: 'String', description: 'Namespace of the object, for kinds that live in one.' },
      project: {
        type: 'String',
        description: 'Name of the project that the object lives in, for kinds that live in one.',
      },
    },
  }));

export const deleteInputType = (types: DynamicTypes) =>
  types.input('DeleteInput', () => ({
    description: 'Objects to delete: named one by one, or those that manifests describe.',
    members: {
      objects: { type: [objectReference(types)], description: 'Objects by kind and name.' },
      manifests: { type: [manifestInput(types)], description: 'Files of manifests whose objects are to be deleted.' },
      allowMissing: {
        type: 'Boolean',
        defaultValue: false,
        description: 'Whether to accept objects that do not exist.',
      },
      cascade: {
        type: 'Boolean',
        defaultValue: false,
        description: 'Whether to delete with each object what it owns, such as the ports of a device.',
      },
      disconnect,
      namespace: { type: 'String', description: 'Namespace for objects and documents that do not name one.' },
      project: {
        type: 'String',
        description: 'Project for objects and documents that live in a project and do not name one.',
      },
      ...requestMembers,
    },
  }));

export const filesOf = (given: unknown): ManifestFile[] =>
  ((given ?? []) as { source?: string | null; content: string; firstLine?: number | null }[]).map(
    ({ source, content, firstLine }) => ({
      content,
      ...(typeof source === 'string' && { source }),
      ...(typeof firstLine === 'number' && { firstLine }),
    }),
  );

export const textMember = (name: string, value: unknown): Record<string, string> =>
  typeof value === 'string' ? { [name]: value } : {};

/** Printable, as Kubernetes has it for field managers; `api:` is kept for those who write without one. */
const managerName = /^(?!api:)[\x21-\x7e]{1,128}$/;

/** Where and as whom an apply takes place. */
export function applyPlace({ namespace, project, manager, force, publish, createOnly }: Input) {
  const place = {
    ...textMember('namespace', namespace),
    ...textMember('project', project),
    ...(publish === true && { publish }),
    ...(createOnly === true && { createOnly }),
  };
  if (typeof manager !== 'string') {
    if (force === true)
      rejectInput('MANAGER_REQUIRED', ['input', 'force'], 'only a named manager can take over by force');
    return place;
  }
  if (!managerName.test(manager)) {
    const accepted = 'at most 128 printable characters without spaces, not beginning with api:';
    rejectInput('MANAGER_INVALID', ['input', 'manager'], `that cannot be the name of a manager; accepted: ${accepted}`);
  }
  return { ...place, manager: { name: manager, force: force === true } };
}

/** An apply as one operation of a batch. */
export const applyOperation = (input: Input): ApplyOperation => ({
  do: 'apply',
  files: filesOf(input.manifests),
  ...applyPlace(input),
});
