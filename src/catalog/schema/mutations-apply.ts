import type { Catalog } from '../model.ts';
import type { DeletedOutcome, OperationResult, WrittenOutcome } from '../write/operation.ts';
import type { Outcome } from '../write/request.ts';
import { applyInputType, applyPlace, deleteInputType, filesOf, textMember } from './apply-inputs.ts';
import type { Builder, FieldsOf } from './builder.ts';
import { type DynamicTypes, typeNamed } from './dynamic-types.ts';
import type { Input } from './input-content.ts';
import { getKindByName } from './kinds-by-name.ts';
import { type MutationResults, resultList } from './mutation-results.ts';
import { writeOptions } from './mutations-verbs.ts';
import { INPUT_DESCRIPTION } from './verb.ts';

/** A write of manifests, and whether nothing was to be stored. */
interface Trial {
  readonly isTrial: boolean;
}
type Applied = Outcome<OperationResult<WrittenOutcome>> & Trial;
type Removed = Outcome<OperationResult<DeletedOutcome>> & Trial;

/** `apply` and `delete`: manifests in, one outcome per document out. */
export function addApply(builder: Builder, types: DynamicTypes, catalog: Catalog, results: MutationResults): void {
  const applyInput = applyInputType(types);
  const applyPayload = addApplyPayload(builder, results);
  builder.mutationField('apply', (t) =>
    t.field({
      type: applyPayload,
      description:
        'Creates and changes objects until the catalog is as manifests describe it. Everything takes place in one transaction, in any order, and rules are judged on the final state. When any rule is broken, nothing is stored.',
      args: { input: t.arg({ type: typeNamed(applyInput), required: true, description: INPUT_DESCRIPTION }) },
      resolve: async (_root, args, context, info) => {
        const input = args.input as Input;
        const options = { ...writeOptions(context, info, input), ...applyPlace(input) };
        const outcome = await context.pipeline.apply(filesOf(input.manifests), options);
        return { isTrial: options.validateOnly, ...outcome };
      },
    }),
  );
  const deleteInput = deleteInputType(types);
  const deletePayload = addDeletePayload(builder, results);
  builder.mutationField('delete', (t) =>
    t.field({
      type: deletePayload,
      description:
        'Deletes objects, in one transaction. It is refused while anything else refers to one of them; the errors list what.',
      args: { input: t.arg({ type: typeNamed(deleteInput), required: true, description: INPUT_DESCRIPTION }) },
      resolve: async (_root, args, context, info) => {
        const input = args.input as Input;
        const objects = ((input.objects ?? []) as Input[]).map((one) => ({
          kind: getKindByName(catalog, String(one.kind), 'input.objects').kind,
          name: String(one.name),
          ...textMember('namespace', one.namespace),
          ...textMember('project', one.project),
        }));
        const options = {
          ...writeOptions(context, info, input),
          ...textMember('namespace', input.namespace),
          ...textMember('project', input.project),
          allowMissing: input.allowMissing === true,
          cascade: input.cascade === true,
          disconnect: input.disconnect === true,
        };
        const outcome = await context.pipeline.remove({ objects, manifests: filesOf(input.manifests) }, options);
        return { isTrial: options.validateOnly, ...outcome };
      },
    }),
  );
}

const validateOnlyField = <Shape extends Trial>(t: FieldsOf<Shape>) =>
  t.boolean({
    description: 'Whether this was a trial (`validateOnly`), which stores nothing.',
    resolve: ({ isTrial }) => isTrial,
  });

function addApplyPayload(builder: Builder, results: MutationResults) {
  const result = addApplyResult(builder, results);
  const count = (applied: Applied, wanted: WrittenOutcome): number =>
    applied.results.filter((one) => one.outcome === wanted).length;
  const counts = builder.objectRef<Applied>('ApplyCounts').implement({
    description: 'How many documents of an apply had which outcome.',
    fields: (t) => ({
      created: t.int({ description: 'Documents whose object was created.', resolve: (a) => count(a, 'CREATED') }),
      updated: t.int({ description: 'Documents whose object was changed.', resolve: (a) => count(a, 'UPDATED') }),
      unchanged: t.int({
        description: 'Documents whose object was as described already.',
        resolve: (a) => count(a, 'UNCHANGED'),
      }),
      refused: t.int({ description: 'Documents that break a rule.', resolve: (a) => count(a, 'REFUSED') }),
    }),
  });
  return builder.objectRef<Applied>('ApplyPayload').implement({
    description: 'The result of `apply`.',
    fields: (t) => ({
      applied: t.boolean({
        description: 'Whether all documents were stored. When false, none was.',
        resolve: (a) => a.isApplied,
      }),
      validateOnly: validateOnlyField(t),
      ...results.payloadFields(t),
      counts: t.field({
        type: counts,
        description: 'How many documents had which outcome.',
        resolve: (applied) => applied,
      }),
      results: t.field({
        type: [result],
        description: 'One result per document, in the order given.',
        resolve: (a, _args, context, info) => resultList(a.results, context, info),
      }),
    }),
  });
}

function addApplyResult(builder: Builder, { subjectFields, changeFields }: MutationResults) {
  const outcome = builder.enumType('ApplyOutcome', {
    description: 'What an apply did with the object of a document.',
    values: {
      CREATED: { description: 'The object was created.' },
      UPDATED: { description: 'The object was changed.' },
      UNCHANGED: { description: 'The object was as described already.' },
      REFUSED: { description: 'The document breaks a rule.' },
    } satisfies Record<WrittenOutcome, object>,
  });
  return builder.objectRef<OperationResult<WrittenOutcome>>('ApplyResult').implement({
    description: 'What an apply did with one document.',
    fields: (t) => ({
      source: t.string({
        nullable: true,
        description: 'Name of the file that the document came from.',
        resolve: (r) => r.source ?? null,
      }),
      line: t.int({
        nullable: true,
        description: 'Line of the file at which the document begins, from 1.',
        resolve: (r) => r.line ?? null,
      }),
      apiVersion: t.string({
        nullable: true,
        description: 'API group and version of the document, if it says one.',
        resolve: (r) => r.apiVersion ?? null,
      }),
      ...subjectFields(t),
      outcome: t.field({ type: outcome, description: 'What was done.', resolve: (r) => r.outcome }),
      ...changeFields(t),
    }),
  });
}

function addDeletePayload(builder: Builder, { subjectFields, payloadFields }: MutationResults) {
  const outcome = builder.enumType('DeleteOutcome', {
    description: 'What `delete` did with an object.',
    values: {
      DELETED: { description: 'The object was deleted.' },
      ABSENT: { description: 'The object did not exist.' },
      REFUSED: { description: 'A rule forbids the deletion.' },
    },
  });
  const result = builder.objectRef<OperationResult<DeletedOutcome>>('DeleteResult').implement({
    description: 'What `delete` did with one object.',
    fields: (t) => ({
      ...subjectFields(t),
      outcome: t.field({ type: outcome, description: 'What was done.', resolve: (r) => r.outcome }),
    }),
  });
  return builder.objectRef<Removed>('DeletePayload').implement({
    description: 'The result of `delete`.',
    fields: (t) => ({
      deleted: t.boolean({
        description: 'Whether all objects were deleted. When false, none was.',
        resolve: (r) => r.isApplied,
      }),
      validateOnly: validateOnlyField(t),
      ...payloadFields(t),
      results: t.field({
        type: [result],
        description: 'One result per object.',
        resolve: (r, _args, context, info) => resultList(r.results, context, info),
      }),
    }),
  });
}
