import type { Steps } from '../manifests/path.ts';
import type { Operation, OperationOutcome, OperationResult } from '../write/operation.ts';
import type { Outcome } from '../write/request.ts';
import { applyInputType, applyOperation } from './apply-inputs.ts';
import type { Builder } from './builder.ts';
import { type DynamicTypes, typeNamed } from './dynamic-types.ts';
import type { Input } from './input-content.ts';
import { type MutationResults, resultList } from './mutation-results.ts';
import { isChange, writeOptions } from './mutations-verbs.ts';
import { rejectInput } from './reject-input.ts';
import { INPUT_DESCRIPTION, type Verb } from './verb.ts';
import { requestMembers } from './verbs-of-kind.ts';

const MOST = 10_000;

/** `batch`: operations of any sort in one transaction, written down as they would be alone. */
export function addBatch(
  builder: Builder,
  types: DynamicTypes,
  results: MutationResults,
  verbs: readonly Verb[],
): void {
  const byName = new Map(verbs.map((verb) => [verb.name, verb]));
  const input = batchInput(types, verbs);
  const payload = addBatchPayload(builder, results);

  const read = (given: Input, at: Steps): Operation => {
    const [name = '', inner] = Object.entries(given).find(([, value]) => value !== undefined && value !== null) ?? [];
    const own = inner as Input;
    const here = [...at, name];
    for (const member of ['validateOnly', 'clientRequestId']) {
      const isGiven = own[member] !== undefined && own[member] !== null && own[member] !== false;
      if (isGiven) rejectInput('BELONGS_TO_BATCH', [...here, member], `${member} is said once, for the whole batch`);
    }
    const verb = byName.get(name);
    return verb === undefined ? applyOperation(own) : verb.read(own, here);
  };

  builder.mutationField('batch', (t) =>
    t.field({
      type: payload,
      description:
        'Runs several operations in one transaction: either all of them take place, or none. Rules are judged on the final state, so the order of the operations does not matter. An object may occur in one operation only.',
      args: { input: t.arg({ type: typeNamed(input), required: true, description: INPUT_DESCRIPTION }) },
      resolve: (_root, args, context, info) => {
        const given = args.input as Input;
        const operations = given.operations as Input[];
        if (operations.length > MOST) {
          rejectInput('TOO_MANY', ['input', 'operations'], `${operations.length} operations are more than ${MOST}`);
        }
        return context.pipeline.write(
          operations.map((one, index) => read(one, ['input', 'operations', index])),
          writeOptions(context, info, given),
        );
      },
    }),
  );
}

function batchInput(types: DynamicTypes, verbs: readonly Verb[]): string {
  const operation = types.input('BatchOperationInput', () => ({
    description:
      'One operation of a batch: the name of a mutation, with the input that the mutation takes. `validateOnly` and `clientRequestId` are not given here but for the batch as a whole.',
    isOneOf: true,
    members: {
      apply: { type: applyInputType(types), description: 'Creates and changes objects as manifests describe them.' },
      ...Object.fromEntries(verbs.map(({ name, description, input }) => [name, { type: input, description }])),
    },
  }));
  return types.input('BatchInput', () => ({
    description: 'Operations that take place together or not at all.',
    members: {
      operations: { type: [operation], required: true, description: `The operations, at most ${MOST}.` },
      ...requestMembers,
    },
  }));
}

function addBatchPayload(builder: Builder, { subjectFields, changeFields, payloadFields }: MutationResults) {
  const outcome = builder.enumType('OperationOutcome', {
    description: 'What an operation did with an object.',
    values: {
      CREATED: { description: 'The object was created.' },
      UPDATED: { description: 'The object was changed.' },
      UNCHANGED: { description: 'The object was as asked for already.' },
      DELETED: { description: 'The object was deleted.' },
      ABSENT: { description: 'The object was to be deleted, and did not exist.' },
      REFUSED: { description: 'The operation breaks a rule.' },
    } satisfies Record<OperationOutcome, object>,
  });
  const result = builder.objectRef<OperationResult>('BatchResult').implement({
    description: 'What a batch did with one object.',
    fields: (t) => ({
      operation: t.exposeInt('operation', {
        description: 'Index of the operation that the object belongs to, from 0.',
      }),
      ...subjectFields(t),
      outcome: t.field({ type: outcome, description: 'What was done.', resolve: (r) => r.outcome }),
      ...changeFields(t),
    }),
  });
  return builder.objectRef<Outcome<OperationResult>>('BatchPayload').implement({
    description: 'The result of `batch`.',
    fields: (t) => ({
      applied: t.boolean({
        description: 'Whether all operations were stored. When false, none was.',
        resolve: (outcome) => outcome.isApplied,
      }),
      changed: t.boolean({
        description: 'Whether anything was changed; with `validateOnly`: whether anything would be.',
        resolve: ({ violations, results }) => violations.length === 0 && results.some(isChange),
      }),
      ...payloadFields(t),
      results: t.field({
        type: [result],
        description: 'One result per object, in the order of the operations; `apply` has one per document.',
        resolve: ({ results }, _args, context, info) => resultList(results, context, info),
      }),
    }),
  });
}
