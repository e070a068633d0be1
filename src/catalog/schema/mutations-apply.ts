import type { ManifestFile } from '../manifests/parse.ts';
import type { Catalog } from '../model.ts';
import type { ApplyOperation } from '../write/operation.ts';
import type { ApplyOutcome, ApplyResult, Outcome, RemoveResult } from '../write/pipeline.ts';
import type { Builder } from './builder.ts';
import type { Input } from './input-content.ts';
import type { InputTypes } from './input-type.ts';
import type { MutationResults } from './mutation-results.ts';
import { writeOptions } from './mutations-verbs.ts';
import { kindNamed } from './queries.ts';
import { refuseInput } from './refuse-input.ts';
import { requestMembers } from './verbs-of-kind.ts';

/** `apply` and `delete`: manifests in, one outcome per document out. */
export function addApply(
  builder: Builder,
  catalog: Catalog,
  types: InputTypes,
  { told, written, whole }: MutationResults,
): void {
  const outcome = builder.enumType('ApplyOutcome', {
    description: 'What became of a document.',
    values: {
      CREATED: { description: 'A new object.' },
      UPDATED: { description: 'An object was changed.' },
      UNCHANGED: { description: 'The object was as described already.' },
      REFUSED: { description: 'It breaks a rule.' },
    } satisfies Record<ApplyOutcome, object>,
  });
  const result = builder.objectRef<ApplyResult>('ApplyResult').implement({
    description: 'What became of one document.',
    fields: (t) => ({
      source: t.string({ nullable: true, description: 'The file it came from.', resolve: (r) => r.source ?? null }),
      line: t.int({
        nullable: true,
        description: 'Line at which the document begins.',
        resolve: (r) => r.line ?? null,
      }),
      apiVersion: t.string({
        nullable: true,
        description: 'Its API version, if it says one.',
        resolve: (r) => r.apiVersion ?? null,
      }),
      ...told(t),
      outcome: t.field({ type: outcome, description: 'What became of it.', resolve: (r) => r.outcome }),
      ...written(t),
    }),
  });

  interface Applied extends Outcome<ApplyResult> {
    readonly isTrial: boolean;
  }
  const count = (applied: Applied, wanted: ApplyOutcome): number =>
    applied.results.filter((one) => one.outcome === wanted).length;
  const counts = builder.objectRef<Applied>('ApplyCounts').implement({
    description: 'How many documents had which outcome.',
    fields: (t) => ({
      created: t.int({ description: 'New objects.', resolve: (a) => count(a, 'CREATED') }),
      updated: t.int({ description: 'Changed objects.', resolve: (a) => count(a, 'UPDATED') }),
      unchanged: t.int({
        description: 'Objects that were as described already.',
        resolve: (a) => count(a, 'UNCHANGED'),
      }),
      refused: t.int({ description: 'Documents that break a rule.', resolve: (a) => count(a, 'REFUSED') }),
    }),
  });
  const applyPayload = builder.objectRef<Applied>('ApplyPayload').implement({
    description: 'What an apply did, or would do.',
    fields: (t) => ({
      applied: t.boolean({ description: 'Everything was stored. False: nothing was.', resolve: (a) => a.isApplied }),
      validateOnly: t.boolean({ description: 'It was a trial.', resolve: (a) => a.isTrial }),
      ...whole(t),
      counts: t.field({ type: counts, description: 'Outcomes, counted.', resolve: (a) => a }),
      results: t.field({
        type: [result],
        description: 'One per document, in the order given.',
        resolve: (a) => [...a.results],
      }),
    }),
  });

  const deleteOutcome = builder.enumType('DeleteOutcome', {
    description: 'What became of an object to delete.',
    values: {
      DELETED: { description: 'It is gone.' },
      ABSENT: { description: 'There was none.' },
      REFUSED: { description: 'A rule forbids it.' },
    },
  });
  const deleteResult = builder.objectRef<RemoveResult>('DeleteResult').implement({
    description: 'What became of one object.',
    fields: (t) => ({
      ...told(t),
      outcome: t.field({ type: deleteOutcome, description: 'What became of it.', resolve: (r) => r.outcome }),
    }),
  });
  interface Removed extends Outcome<RemoveResult> {
    readonly isTrial: boolean;
  }
  const deletePayload = builder.objectRef<Removed>('DeletePayload').implement({
    description: 'What a delete did, or would do.',
    fields: (t) => ({
      deleted: t.boolean({ description: 'Everything was deleted. False: nothing was.', resolve: (r) => r.isApplied }),
      validateOnly: t.boolean({ description: 'It was a trial.', resolve: (r) => r.isTrial }),
      ...whole(t),
      results: t.field({ type: [deleteResult], description: 'One per object.', resolve: (r) => [...r.results] }),
    }),
  });
  const [applyInput, deleteInput] = [applyInputType(types), deleteInputType(types)];
  builder.mutationFields((t) => ({
    apply: t.field({
      type: applyPayload,
      description:
        'Brings the catalog into the state that manifests describe: in one transaction, in any order, judged on the final state. With any violation nothing is written.',
      args: { input: t.arg({ type: applyInput as never, required: true, description: 'What to apply.' }) },
      resolve: async (_root, args, context, info) => {
        const input = args.input as Input;
        const options = { ...writeOptions(context, info, input), ...applyPlace(input) };
        const outcome = await context.pipeline.apply(filesOf(input.manifests), options);
        return { isTrial: options.validateOnly, ...outcome };
      },
    }),
    delete: t.field({
      type: deletePayload,
      description: 'Deletes objects, in one transaction; refused while anything else refers to one of them.',
      args: { input: t.arg({ type: deleteInput as never, required: true, description: 'What to delete.' }) },
      resolve: async (_root, args, context, info) => {
        const input = args.input as Input;
        const objects = ((input.objects ?? []) as Input[]).map((one) => ({
          kind: kindNamed(catalog, String(one.kind), 'input.objects').kind,
          name: String(one.name),
          ...textOf('namespace', one.namespace),
          ...textOf('project', one.project),
        }));
        const options = {
          ...writeOptions(context, info, input),
          ...textOf('namespace', input.namespace),
          ...textOf('project', input.project),
          allowMissing: input.allowMissing === true,
          cascade: input.cascade === true,
        };
        const outcome = await context.pipeline.remove({ objects, manifests: filesOf(input.manifests) }, options);
        return { isTrial: options.validateOnly, ...outcome };
      },
    }),
  }));
}

const manifestInput = (types: InputTypes) =>
  types('ManifestInput', () => ({
    description: 'A file of manifests.',
    members: {
      source: { type: 'String', description: 'Its name, for messages.' },
      content: {
        type: 'String',
        required: true,
        description: 'YAML or JSON text; many documents may follow each other.',
      },
      firstLine: {
        type: 'Int',
        defaultValue: 1,
        description:
          'Line of the file at which the content begins, where a large file is sent in pieces; for messages.',
      },
    },
  }));

export const applyInputType = (types: InputTypes) =>
  types('ApplyInput', () => ({
    description: 'What to apply.',
    members: {
      manifests: { type: [manifestInput(types)], required: true, description: 'The files, in any order.' },
      namespace: { type: 'String', description: 'Namespace of documents that name none.' },
      project: {
        type: 'String',
        description: 'Project of documents that live in a project’s control plane and name none.',
      },
      manager: {
        type: 'String',
        description:
          'Who applies, under a name that stays the same from one apply to the next (`gitops`). A named manager owns the fields that its manifests say, and those only: a manifest need not be complete, what it says no longer is cleared unless another manager owns it, and a field that another manager owns with a different value is a conflict. Without a name a manifest stands for the whole object.',
      },
      force: {
        type: 'Boolean',
        defaultValue: false,
        description: 'Take fields over from their owners instead of being refused; only with a manager.',
      },
      ...requestMembers,
    },
  }));

const deleteInputType = (types: InputTypes) => {
  const reference = types('ObjectReferenceInput', () => ({
    description: 'An object by kind and name.',
    members: {
      kind: { type: 'String', required: true, description: 'Kind, plural or short name.' },
      name: { type: 'String', required: true, description: 'Its name.' },
      namespace: { type: 'String', description: 'Its namespace.' },
      project: { type: 'String', description: 'Its project, for kinds that live in one.' },
    },
  }));
  return types('DeleteInput', () => ({
    description: 'What to delete: objects by name, or those that manifests describe.',
    members: {
      objects: { type: [reference], description: 'Objects by kind and name.' },
      manifests: { type: [manifestInput(types)], description: 'Files whose objects are to go.' },
      allowMissing: { type: 'Boolean', defaultValue: false, description: 'An object that does not exist is no error.' },
      cascade: { type: 'Boolean', defaultValue: false, description: 'What the objects own goes with them.' },
      namespace: { type: 'String', description: 'Namespace of what names none.' },
      project: { type: 'String', description: 'Project of what lives in one and names none.' },
      ...requestMembers,
    },
  }));
};

const filesOf = (given: unknown): ManifestFile[] =>
  ((given ?? []) as { source?: string | null; content: string; firstLine?: number | null }[]).map(
    ({ source, content, firstLine }) => ({
      content,
      ...(typeof source === 'string' && { source }),
      ...(typeof firstLine === 'number' && { firstLine }),
    }),
  );

const textOf = (name: string, value: unknown): Record<string, string> =>
  typeof value === 'string' ? { [name]: value } : {};

/** Printable, as Kubernetes has it for field managers; `api:` is kept for those who write without one. */
const managerName = /^(?!api:)[\x21-\x7e]{1,128}$/;

/** Where and as whom an apply takes place. */
function applyPlace({ namespace, project, manager, force }: Input) {
  const place = { ...textOf('namespace', namespace), ...textOf('project', project) };
  if (typeof manager !== 'string') {
    if (force === true)
      refuseInput('MANAGER_REQUIRED', ['input', 'force'], 'only a named manager can take over by force');
    return place;
  }
  if (!managerName.test(manager)) {
    const accepted = 'at most 128 printable characters without spaces, not beginning with api:';
    refuseInput('MANAGER_INVALID', ['input', 'manager'], `that cannot be the name of a manager; accepted: ${accepted}`);
  }
  return { ...place, manager: { name: manager, force: force === true } };
}

/** An apply as one operation of a batch. */
export const applyOperation = (input: Input): ApplyOperation => ({
  do: 'apply',
  files: filesOf(input.manifests),
  ...applyPlace(input),
});
